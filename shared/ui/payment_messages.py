"""What people are told when something about a plan or a payment is refused; see ``messages``."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

PAYMENT_MESSAGES: Mapping[str, Promise] = {
    "plan_not_found": gettext_lazy("There is no such plan."),
    "plans_data_invalid": gettext_lazy("The data of the plans contradict themselves."),
    "no_seat_left": gettext_lazy(
        "All seats of your plan are taken (%(plan)s; seats: %(seats)s, people who may sign in: "
        "%(used)s). Close the door of somebody who has left, or take more seats under “Plan and "
        "invoices”."
    ),
    "too_few_seats": gettext_lazy(
        "These seats are not enough (people who may sign in: %(used)s, seats asked for: "
        "%(seats)s). Close doors in the staff list first, or ask for more seats."
    ),
    "same_seats": gettext_lazy("You pay for so many seats already."),
    "invalid_tax_id": gettext_lazy("An ICE has 15 digits. Read it again on a paper of yours."),
    "billing_details_missing": gettext_lazy(
        "An invoice needs your name, ICE, address, city and an e-mail address. Fill them in first."
    ),
    "subscription_runs": gettext_lazy(
        "A subscription is running already. Change its seats, or let it end first."
    ),
    "order_runs": gettext_lazy(
        "Something else is being ordered for this administration at this moment. Look at the page "
        "again in a minute."
    ),
    "nothing_subscribed": gettext_lazy("There is no subscription to change."),
    "subscription_ending": gettext_lazy(
        "Your subscription ends with its period. Take that back first, then change the seats."
    ),
    "amount_changed": gettext_lazy(
        "The amount has changed since you saw it. Look at it again, then confirm."
    ),
    "invoice_not_found": gettext_lazy("There is no such invoice."),
    "refund_too_large": gettext_lazy(
        "More cannot be given back than was paid and has not been given back yet."
    ),
    "paid_elsewhere": gettext_lazy(
        "This invoice was not paid through Stripe: give the money back by bank transfer."
    ),
    "payment_not_set_up": gettext_lazy("Payment is not set up on this installation."),
    "payment_refused": gettext_lazy(
        "The bank refused the card. Nothing was charged; try another card, or pay by transfer."
    ),
    "payment_not_possible": gettext_lazy(
        "The payment service cannot do this as things stand. Nothing was charged. Load the page "
        "again and see what it says now."
    ),
    "stripe_away": gettext_lazy(
        "The payment service does not answer just now. If you have just asked for something, look "
        "here again in a few minutes before you try once more: it may have been done. Nothing is "
        "lost, and everything else works as before."
    ),
    "agreement_covers": gettext_lazy(
        "The national agreement covers all your seats: there is nothing to pay for."
    ),
    "event_forged": gettext_lazy("This was not signed by the payment service."),
    "event_not_found": gettext_lazy("There is no such event."),
}
