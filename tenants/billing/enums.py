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


class BillingStatus(TextChoices):
    """How an agency stands towards the platform. What citizens may do never depends on it."""

    PAID = "paid", _("In order")
    GRACE = "grace", _("A payment is late")
    LIMITED = "limited", _("Extras are limited until it is paid")
    TAKEN_OVER = "taken_over", _("Taken over by national oversight")
    SUSPENDED = "suspended", _("Suspended")
    ARCHIVED = "archived", _("Archived")


class Capability(TextChoices):
    """What citizens and staff do with a workspace: the rows of the table of neutrality."""

    SUBMIT = "submit", _("Citizens file requests")
    TRACK = "track", _("Citizens follow their requests")
    WRITE = "write", _("Citizens write and add files")
    RATE = "rate", _("Citizens rate, re-open, withdraw and ask for a review")
    RECEIPT = "receipt", _("Citizens get receipts and their file")
    CLOCK = "clock", _("The legal term runs on")
    FIGURES = "figures", _("The public figures count it")
    ANSWER = "answer", _("Staff read and answer requests")
    EXPORT = "export", _("Its administrators take its data with them")
    BILL = "bill", _("Its administrators see plan and invoices")
    ADD_STAFF = "add_staff", _("Adding staff")
    ANALYSIS = "analysis", _("Figures inside the console")
    CUSTOM_HOST = "custom_host", _("A host name of its own")
    RENAME = "rename", _("A new name")
