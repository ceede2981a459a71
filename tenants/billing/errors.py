"""Why something about a plan or a payment is refused."""

from collections.abc import Mapping

from shared.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound, TryLater


class PlanNotFound(NotFound):
    """No plan has that code, or it is not offered any more."""

    code = "plan_not_found"


class PlansDataInvalid(Conflict):
    """The file of plans contradicts itself."""

    code = "plans_data_invalid"


class NoSeatLeft(Conflict):
    """Every seat of the plan is taken."""

    code = "no_seat_left"

    def __init__(self, message: str = "", *, values: Mapping[str, object]) -> None:
        super().__init__(message)
        self.values = values


class TooFewSeats(InvalidInput):
    """More people may sign in than seats are asked for."""

    code = "too_few_seats"

    def __init__(self, message: str = "", *, values: Mapping[str, object]) -> None:
        super().__init__(message, field="seats")
        self.values = values


class SameSeats(InvalidInput):
    """So many seats are paid for already."""

    code = "same_seats"


class InvalidTaxId(InvalidInput):
    """Not an ICE: it has fifteen digits."""

    code = "invalid_tax_id"


class DetailsMissing(Conflict):
    """An invoice needs a name, an ICE and an address before there can be one."""

    code = "billing_details_missing"


class AgreementCovers(Conflict):
    """The national agreement gives all seats: what is paid for would never count."""

    code = "agreement_covers"


class SubscriptionRuns(Conflict):
    """A subscription is paid for already: a second one would be paid twice."""

    code = "subscription_runs"


class OrderRuns(TryLater):
    """Somebody else is ordering something for the same agency at this moment."""

    code = "order_runs"


class NothingSubscribed(Conflict):
    """Nothing is paid for, so there is nothing to change."""

    code = "nothing_subscribed"


class SubscriptionEnding(Conflict):
    """It ends with its period; seats are changed once that is taken back."""

    code = "subscription_ending"


class AmountChanged(Conflict):
    """The change costs something else than was shown."""

    code = "amount_changed"


class InvoiceNotFound(NotFound):
    """No invoice of that agency has this number."""

    code = "invoice_not_found"


class RefundTooLarge(InvalidInput):
    """More than was paid and not given back yet."""

    code = "refund_too_large"


class PaidElsewhere(Conflict):
    """The money did not come through Stripe, so it cannot go back through it."""

    code = "paid_elsewhere"


class PaymentNotSetUp(Conflict):
    """This installation has no key of Stripe's."""

    code = "payment_not_set_up"


class PaymentRefused(Conflict):
    """The bank refused the card."""

    code = "payment_refused"


class PaymentNotPossible(Conflict):
    """Stripe cannot do that as things stand there."""

    code = "payment_not_possible"


class StripeUnavailable(TryLater):
    """Stripe does not answer, or not in time."""

    code = "stripe_away"


class InvalidSignature(InvalidInput):
    """What came to the webhook was not signed by Stripe, or too long ago."""

    code = "event_forged"


class EventNotFound(NotFound):
    """No such event was received."""

    code = "event_not_found"


class LimitedUntilPaid(NotAllowed):
    """An extra of the console that waits until a late payment has come."""

    code = "limited_until_paid"


class WorkspaceClosed(NotAllowed):
    """The workspace is suspended or archived: its staff cannot do this any more."""

    code = "workspace_closed"
