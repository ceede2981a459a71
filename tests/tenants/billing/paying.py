"""An agency that pays, as tests see it: Stripe at the other end, the webhook, the task's queue."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import uuid4

from django.core.management import call_command
from django.test import Client
from django_tasks_db.models import DBTaskResult

from shared.audit.models import AuditEntry
from shared.kernel.actors import SYSTEM
from shared.mail.models import Mail
from tenants.billing.models import Invoice, StripeEvent, Subscription
from tenants.billing.services import payments
from tenants.billing.services.payments import checkout_begin, details_keep, invoicing_begin
from tenants.billing.services.stripe_webhooks import event_settle
from tenants.billing.types import BillingDetails, Refund
from tenants.models import Agency
from tests.tenants.billing.stripe_server import GOOD, FakeStripe, Listener

DETAILS = BillingDetails(
    legal_name="Direction des routes",
    tax_id="001234567000089",
    address="12, avenue Hassan II",
    city="Rabat",
    postal_code="10000",
    email="factures@roads.example",
    purchase_order="BC-2026-17",
)
CARD, CARD_FAILS = "pm_card_visa", "pm_card_chargeCustomerFail"
ROW = (
    "plan_id", "seats", "status", "collection", "subscription_id", "item_id", "period_ends_at",
    "ends_at_period_end", "past_due_since",
)  # fmt: skip


@dataclass
class Payer:
    """One agency and what it does about its plan."""

    agency: Agency
    fake: FakeStripe

    @property
    def row(self) -> Subscription:
        """Its row as it stands."""
        return Subscription.objects.get(agency=self.agency)

    def subscribe(self, *, seats: int = 5, card: str = GOOD) -> None:
        """Pay for seats by card on Stripe's page."""
        self.fill_in()
        url = checkout_begin(
            agency=self.agency,
            plan_code="seats",
            seats=seats,
            language="fr",
            done_url="https://roads.example/billing/done/",
            back_url="https://roads.example/billing/",
            key=uuid4().hex,
            actor=SYSTEM,
        )
        self.fake.pay(url, card)

    def subscribe_by_transfer(self, *, seats: int = 5) -> None:
        """Pay for seats on invoices."""
        self.fill_in()
        invoicing_begin(
            agency=self.agency, plan_code="seats", seats=seats, key=uuid4().hex, actor=SYSTEM
        )

    def fill_in(self) -> None:
        """Say how invoices are headed."""
        # Stripe itself remembers the customer of an earlier run for a day.
        name = f"{DETAILS.legal_name} {uuid4().hex[:8]}" if self.fake.real else DETAILS.legal_name
        details = replace(DETAILS, legal_name=name)
        details_keep(agency=self.agency, details=details, actor=SYSTEM)

    def seats(self, count: int) -> None:
        """Change the seats, as somebody who has seen what it costs."""
        seen = payments.seats_preview(agency=self.agency, seats=count)
        payments.seats_change(
            agency=self.agency, seats=count, seen=seen.total, key=uuid4().hex, actor=SYSTEM
        )

    def ending(self, *, ends: bool) -> None:
        """Cancel at the end of the period, or take that back."""
        payments.ending_change(agency=self.agency, ends=ends, key=uuid4().hex, actor=SYSTEM)

    def card(self, number: str) -> None:
        """Another card is charged from now on."""
        v1 = self.fake.client.v1
        customer = self.row.customer_id
        method = v1.payment_methods.attach(number, {"customer": customer})
        v1.customers.update(customer, {"invoice_settings": {"default_payment_method": method.id}})
        v1.subscriptions.update(self.row.subscription_id, {"default_payment_method": method.id})

    def pay_what_is_open(self) -> None:
        """Pay by the card that is kept."""
        v1 = self.fake.client.v1
        for one in v1.invoices.list({"customer": self.row.customer_id, "status": "open"}).data:
            v1.invoices.pay(one.id)

    def refund(self, amount: int) -> None:
        """Some money of the oldest paid invoice is given back."""
        paid = Invoice.objects.filter(subscription=self.row, status="paid").order_by("created_at")
        refund = Refund(amount=amount, seen=paid[0].refunded, reason="Two seats too many.")
        payments.invoice_refund(
            agency=self.agency,
            invoice_id=paid[0].pk,
            refund=refund,
            key=uuid4().hex,
            actor=SYSTEM,
        )

    def state(self) -> tuple[object, ...]:
        """All that is kept of its payments."""
        invoices = Invoice.objects.filter(subscription=self.row).order_by("id")
        columns = tuple(getattr(self.row, name) for name in ROW)
        return (*columns, tuple(invoices.values_list()))

    def told(self) -> list[str]:
        """What letters said, in order."""
        letters = Mail.objects.filter(letter="billing").order_by("queued_at", "id")
        return [str(letter.context["what"]) for letter in letters]

    def noted(self) -> list[str]:
        """What the log says of Stripe's word, in order."""
        lines = AuditEntry.objects.filter(actor_kind="system", action__startswith="billing.")
        turns = lines.exclude(action__endswith="_asked").exclude(action="billing.details")
        return [line.action.removeprefix("billing.") for line in turns.order_by("pk")]


def post(client: Client, body: str, signature: str | None) -> int:
    """What Stripe sends, at the citizens' host; the status of the answer."""
    headers = {"host": "testserver", **({"stripe-signature": signature} if signature else {})}
    answer = client.post("/stripe/webhook/", body, content_type="application/json", headers=headers)
    return answer.status_code


def work() -> None:
    """Do what is queued for events, as a worker would."""
    queued = DBTaskResult.objects.filter(
        task_path="tenants.billing.services.stripe_webhooks.settle_event", status="READY"
    )
    for row in queued.order_by("enqueued_at"):
        event_settle(event_id=row.args_kwargs["kwargs"]["event_id"])
        row.delete()


def forward(client: Client, listener: Listener) -> list[int]:
    """Hand on what has arrived at the listener; the statuses."""
    arrived, listener.received = listener.received, []
    return [post(client, one.body, one.signature) for one in arrived]


def load_plans() -> None:
    """The plans of the file."""
    call_command("load_plans", verbosity=0)


def types(events: Iterable[StripeEvent]) -> list[str]:
    """Their types."""
    return [event.type for event in events]
