"""Stored values of plans, subscriptions, invoices and events of Stripe."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _, pgettext_lazy


class PlanKind(TextChoices):
    """The kinds of plans, by the way of payment."""

    FREE = "free", _("Free of charge")
    SEATS = "seats", _("For each seat")
    AGREEMENT = "agreement", _("National agreement")


class Collection(TextChoices):
    """The ways in which an invoice is paid, with Stripe's values."""

    CARD = "charge_automatically", _("By card")
    TRANSFER = "send_invoice", _("By bank transfer, on an invoice")


class SubscriptionStatus(TextChoices):
    """The status of a subscription in Stripe's words; ``NONE`` if nothing is to be paid."""

    NONE = "none", _("Nothing to pay")
    INCOMPLETE = "incomplete", _("Waiting for the first payment")
    INCOMPLETE_EXPIRED = "incomplete_expired", _("The first payment never came")
    TRIALING = "trialing", _("Trial period")
    ACTIVE = "active", _("Paid")
    PAST_DUE = "past_due", _("A payment is late")
    UNPAID = "unpaid", _("Unpaid")
    PAUSED = "paused", _("Paused")
    CANCELED = "canceled", _("Ended")


class InvoiceStatus(TextChoices):
    """The status of an invoice in Stripe's words."""

    DRAFT = "draft", _("Draft")
    OPEN = "open", _("To be paid")
    PAID = "paid", _("Paid")
    VOID = "void", _("Void")
    UNCOLLECTIBLE = "uncollectible", _("Uncollectible")


class EventState(TextChoices):
    """The state of an event that Stripe sent."""

    RECEIVED = "received", _("Waiting")
    APPLIED = "applied", _("Applied")
    IGNORED = "ignored", _("Not relevant")
    DEAD = "dead", _("Given up")


class PaymentChange(TextChoices):
    """The differences between an agency's stored payments and the payments at Stripe."""

    STARTED = "started", _("Subscription started")
    RECEIVED = "received", _("Payment received")
    FAILED = "failed", _("Payment failed")
    RECOVERED = "recovered", _("Late payment received")
    SEATS = "seats", _("Number of seats changed")
    ENDING = "ending", _("Ends at the end of the paid period")
    RESUMED = "resumed", _("Subscription continued")
    ENDED = "ended", _("Subscription ended")
    REFUNDED = "refunded", _("Money given back")


class BillingStatus(TextChoices):
    """The billing status of an agency; it limits staff and never limits citizens."""

    PAID = "paid", _("In order")
    GRACE = "grace", _("A payment is late")
    LIMITED = "limited", _("Extras are limited until it is paid")
    TAKEN_OVER = "taken_over", _("Taken over by national oversight")
    SUSPENDED = "suspended", pgettext_lazy("one workspace", "Suspended")
    ARCHIVED = "archived", pgettext_lazy("one workspace", "Archived")


class Capability(TextChoices):
    """The acts of citizens and staff that the table of entitlements allows or refuses."""

    SUBMIT = "submit", _("Citizens file requests")
    TRACK = "track", _("Citizens follow their requests")
    WRITE = "write", _("Citizens write and add files")
    RATE = "rate", _("Citizens rate, re-open, withdraw and ask for a review")
    RECEIPT = "receipt", _("Citizens get receipts and a copy of their request with its history")
    CLOCK = "clock", _("The legal deadline is not moved")
    FIGURES = "figures", _("The public figures include your administration")
    ANSWER = "answer", _("Staff read and answer requests")
    EXPORT = "export", _("Administrators export all data")
    BILL = "bill", _("Administrators see the plan and the invoices")
    ADD_STAFF = "add_staff", _("Adding staff")
    ANALYSIS = "analysis", _("Figures inside the console")
    CUSTOM_HOST = "custom_host", _("Adding an internet address of your own domain for the console")
    RENAME = "rename", _("Renaming the workspace")
