"""Words of plans, subscriptions, invoices and what Stripe tells us."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class PlanKind(TextChoices):
    """How a plan is paid for."""

    FREE = "free", _("Free of charge")
    SEATS = "seats", _("For each seat")
    AGREEMENT = "agreement", _("National agreement")


class Collection(TextChoices):
    """How an invoice is paid, in Stripe's words."""

    CARD = "charge_automatically", _("By card")
    TRANSFER = "send_invoice", _("By bank transfer, on an invoice")


class SubscriptionStatus(TextChoices):
    """Where a subscription stands, in Stripe's words; ``NONE`` where nothing is to be paid."""

    NONE = "none", _("Nothing to pay")
    INCOMPLETE = "incomplete", _("Waiting for the first payment")
    INCOMPLETE_EXPIRED = "incomplete_expired", _("The first payment never came")
    TRIALING = "trialing", _("On trial")
    ACTIVE = "active", _("Paid")
    PAST_DUE = "past_due", _("A payment is late")
    UNPAID = "unpaid", _("Unpaid")
    PAUSED = "paused", _("Paused")
    CANCELED = "canceled", _("Ended")


class InvoiceStatus(TextChoices):
    """Where an invoice stands, in Stripe's words."""

    DRAFT = "draft", _("Draft")
    OPEN = "open", _("To be paid")
    PAID = "paid", _("Paid")
    VOID = "void", _("Void")
    UNCOLLECTIBLE = "uncollectible", _("Given up")


class EventState(TextChoices):
    """What has become of an event that Stripe sent."""

    RECEIVED = "received", _("Waiting")
    APPLIED = "applied", _("Applied")
    IGNORED = "ignored", _("Of no concern")
    DEAD = "dead", _("Given up")


class Turn(TextChoices):
    """What may be different between what we knew of an agency's payments and what Stripe says."""

    STARTED = "started", _("Subscription started")
    RECEIVED = "received", _("Payment received")
    FAILED = "failed", _("Payment failed")
    RECOVERED = "recovered", _("Late payment made up")
    SEATS = "seats", _("Number of seats changed")
    ENDING = "ending", _("Ends with its period")
    RESUMED = "resumed", _("Goes on after all")
    ENDED = "ended", _("Subscription ended")
    REFUNDED = "refunded", _("Money given back")
