"""Scenes for the tests of the fake Stripe: a plan to sell, customers who bought it."""

from typing import Any

import pytest

from tests.tenants.billing.stripe_server import GOOD, FakeStripeServer

SEAT = 12_000


class Shop:
    """A plan with a monthly price, and what one does with it."""

    def __init__(self, fake: FakeStripeServer) -> None:
        self.fake = fake
        # Untyped, for scenes pass on parameters they do not know.
        self.v1: Any = fake.client.v1
        self.product = self.v1.products.create({"name": "Seat"})
        self.price = self.price_of(SEAT, lookup_key="seat-monthly", transfer_lookup_key=True)

    def price_of(self, amount: int, *, interval: str = "month", **more: Any) -> Any:
        return self.v1.prices.create({
            "product": self.product.id, "currency": "mad", "unit_amount": amount,
            "recurring": {"interval": interval}, **more,
        })  # fmt: skip

    def customer(self, *, card: str | None = None, **more: Any) -> Any:
        made = self.v1.customers.create({"email": "billing@health.example", "name": "H", **more})
        if card:
            method = self.v1.payment_methods.attach(card, {"customer": made.id})
            settings = {"default_payment_method": method.id}
            made = self.v1.customers.update(made.id, {"invoice_settings": settings})
        return made

    def page(self, *, seats: int = 3, **more: Any) -> Any:
        """A checkout page for so many seats."""
        return self.v1.checkout.sessions.create({
            "mode": "subscription", "line_items": [{"price": self.price.id, "quantity": seats}],
            "success_url": "https://insaf.example/paid/?session={CHECKOUT_SESSION_ID}",
            "cancel_url": "https://insaf.example/plans/", **more,
        })  # fmt: skip

    def bought(self, *, seats: int = 3, card: str = GOOD, **more: Any) -> Any:
        """The subscription of somebody who paid on the page."""
        session = self.page(seats=seats, customer=self.customer().id, **more)
        self.fake.pay(session.url, card)
        paid = self.v1.checkout.sessions.retrieve(session.id)
        return self.v1.subscriptions.retrieve(paid.subscription)

    def subscribed(self, customer: Any, *, seats: int = 3, **more: Any) -> Any:
        return self.v1.subscriptions.create({
            "customer": customer.id, "items": [{"price": self.price.id, "quantity": seats}],
            **more,
        })  # fmt: skip

    def seats(self, subscription: Any, count: int, **more: Any) -> Any:
        """The same subscription with another number of seats."""
        item = subscription["items"].data[0].id
        return self.v1.subscriptions.update(
            subscription.id, {"items": [{"id": item, "quantity": count}], **more}
        )

    def invoices(self, **where: Any) -> list[Any]:
        """The oldest first."""
        return list(reversed(self.v1.invoices.list({"limit": 100, **where}).data))

    def told(self) -> list[str]:
        """The types of all events, the oldest first."""
        return [event.type for event in reversed(self.v1.events.list({"limit": 100}).data)]


@pytest.fixture
def shop(fake_stripe: FakeStripeServer) -> Shop:
    """A plan at 120 dirhams a seat and month."""
    return Shop(fake_stripe)
