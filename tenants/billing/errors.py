"""Errors about plans and payments."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from shared.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound, TryLater


class PlanNotFound(NotFound):
    """The error for a code of no plan, or of a plan that is not offered or cannot be bought."""

    sentence = _("There is no such plan.")


class PlansDataInvalid(Conflict):
    sentence = _("The data of the plans contradict themselves.")


class NoSeatLeft(Conflict):
    sentence = _(
        "All seats of your plan are taken (%(plan)s; seats: %(seats)s, people who may "
        "sign in: %(used)s). In the staff list, remove “May sign in” from a person who no "
        "longer works here, or buy seats under “Plan and invoices”."
    )
    general_sentence = _(
        "All seats of your plan are taken. In the staff list, remove “May sign in” from a person "
        "who no longer works here, or buy seats under “Plan and invoices”."
    )

    def __init__(self, message: str = "", *, values: Mapping[str, object]) -> None:
        super().__init__(message)
        self.values = values


class TooFewSeats(InvalidInput):
    sentence = _(
        "These seats are not enough (people who may sign in: %(used)s, seats asked for: "
        "%(seats)s). In the staff list, first remove “May sign in” from people who no longer "
        "work here, or order more seats."
    )
    general_sentence = _(
        "These seats are fewer than the people who may sign in. In the staff list, first remove "
        "“May sign in” from people who no longer work here, or order more seats."
    )

    def __init__(self, message: str = "", *, values: Mapping[str, object]) -> None:
        super().__init__(message, field="seats")
        self.values = values


class SameSeats(InvalidInput):
    sentence = _("You already pay for this number of seats.")


class InvalidTaxId(InvalidInput):
    sentence = _("An ICE has 15 digits. Check it on an official document of your administration.")


class DetailsMissing(Conflict):
    code = "billing_details_missing"
    sentence = _(
        "An invoice needs your name, ICE, address, city and an e-mail address. Fill them in first."
    )


class AgreementCovers(Conflict):
    sentence = _("The national agreement covers all your seats: there is nothing to pay for.")


class SubscriptionRuns(Conflict):
    """The error for an order or a new plan while Stripe charges the agency for a subscription."""

    sentence = _("A subscription is running already. Change its seats, or let it end first.")


class OrderRuns(TryLater):
    sentence = _(
        "Another order for this administration is in progress. Reload the page in a minute."
    )


class NothingSubscribed(Conflict):
    sentence = _("There is no subscription to change.")


class SubscriptionEnding(Conflict):
    sentence = _(
        "Your subscription will end at the end of the paid period. Continue the "
        "subscription first, then change the number of seats."
    )


class AmountChanged(Conflict):
    sentence = _("The amount has changed since you saw it. Look at it again, then confirm.")


class InvoiceNotFound(NotFound):
    sentence = _("There is no such invoice.")


class RefundTooLarge(InvalidInput):
    sentence = _(
        "The refund is too large: it cannot exceed the amount paid minus the amount "
        "already refunded."
    )


class PaidElsewhere(Conflict):
    sentence = _("This invoice was not paid through Stripe: give the money back by bank transfer.")


class PaymentNotSetUp(Conflict):
    """The error for an installation that has no API key of Stripe."""

    sentence = _("Payment is not set up on this installation.")


class PaymentRefused(Conflict):
    sentence = _(
        "The bank refused the card. Nothing was charged; try another card, or pay by transfer."
    )


class PaymentNotPossible(Conflict):
    sentence = _(
        "The payment service cannot do this as things stand. Nothing was charged. Load the page "
        "again and see what it says now."
    )


class StripeUnavailable(TryLater):
    """The error for a failed or unanswered call to Stripe, which Stripe may have done anyway."""

    code = "stripe_away"
    sentence = _(
        "The payment service does not answer just now. If you have just asked for something, look "
        "here again in a few minutes before you try once more: it may have been done. Nothing is "
        "lost, and everything else works as before."
    )


class InvalidSignature(InvalidInput):
    """The error for a webhook request without a valid and recent signature of Stripe."""

    code = "event_forged"
    sentence = _("This was not signed by the payment service.")


class EventNotFound(NotFound):
    sentence = _("There is no such event.")


class LimitedUntilPaid(NotAllowed):
    sentence = _(
        "This extra function is suspended until the late payment has come. Citizens are "
        "served as before."
    )


class WorkspaceClosed(NotAllowed):
    sentence = _(
        "This is not possible while the workspace is suspended, archived or taken over. "
        "Its data can still be exported."
    )
