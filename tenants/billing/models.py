"""Models of plans, and of copies of payment data from Stripe [public schema]."""

from django.db import models
from django.db.models import Q

from tenants.billing.enums import (
    Collection,
    EventState,
    InvoiceStatus,
    PlanKind,
    SubscriptionStatus,
)
from tenants.models import Agency


class Plan(models.Model):
    """A plan: its price, and the limits for an agency that uses the plan.

    ``None`` is no limit; in a plan that is paid for each seat, the paid seats are the limit.
    """

    code = models.SlugField(max_length=32, primary_key=True)
    kind = models.CharField(max_length=12, choices=PlanKind)
    name_ar = models.CharField(max_length=120)
    name_fr = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    unit_amount = models.PositiveIntegerField(
        default=0, help_text="For one seat and one month, in centimes."
    )
    currency = models.CharField(max_length=3, default="mad")
    tax_ar = models.CharField(max_length=160, blank=True, default="", db_default="")
    tax_fr = models.CharField(max_length=160, blank=True, default="", db_default="")
    tax_en = models.CharField(max_length=160, blank=True, default="", db_default="")
    lookup_key = models.CharField(
        max_length=64, blank=True, help_text="Under which Stripe knows its price."
    )
    seats = models.PositiveIntegerField(null=True, help_text="None: as many as are paid for.")
    storage_bytes = models.BigIntegerField(null=True)
    api_calls = models.PositiveIntegerField(null=True, help_text="In one day.")
    has_custom_host = models.BooleanField(default=False)
    is_offered = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=PlanKind.values), name="plan_kind"),
            models.CheckConstraint(
                condition=Q(kind=PlanKind.SEATS) ^ Q(lookup_key=""),
                name="plan_of_seats_has_a_price",
            ),
        ]


class Subscription(models.Model):
    """The plan of one agency, and the state of its payments at Stripe."""

    agency = models.OneToOneField(Agency, models.CASCADE, primary_key=True, related_name="+")
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="+")
    seats = models.PositiveIntegerField(null=True, help_text="Paid for; None: those of the plan.")
    status = models.CharField(
        max_length=20, choices=SubscriptionStatus, default=SubscriptionStatus.NONE
    )
    unit_amount = models.PositiveIntegerField(
        null=True, help_text="What a seat costs at Stripe, in centimes: perhaps a former price."
    )
    currency = models.CharField(max_length=3, blank=True, default="", db_default="")
    collection = models.CharField(max_length=24, choices=Collection, default=Collection.CARD)
    customer_id = models.CharField(max_length=64, blank=True)
    subscription_id = models.CharField(max_length=64, blank=True)
    item_id = models.CharField(max_length=64, blank=True)
    period_ends_at = models.DateTimeField(null=True)
    ends_at_period_end = models.BooleanField(default=False)
    end_reason = models.TextField(
        blank=True, default="", db_default="", help_text="Oversight's words when it ended this."
    )
    past_due_since = models.DateField(null=True)
    read_at = models.DateTimeField(null=True, help_text="When Stripe was last asked.")
    readings = models.PositiveIntegerField(
        default=0,
        db_default=0,
        help_text="Stripe's answers that were written; who began earlier asks again.",
    )
    seats_asked = models.PositiveIntegerField(
        null=True, help_text="Being asked for at Stripe: no more may be taken meanwhile."
    )
    seats_asked_at = models.DateTimeField(null=True)
    legal_name = models.CharField(max_length=200, blank=True)
    tax_id = models.CharField(max_length=15, blank=True, help_text="Identifiant commun (ICE).")
    address = models.CharField(max_length=200, blank=True)
    city = models.CharField(max_length=80, blank=True)
    postal_code = models.CharField(max_length=10, blank=True)
    email = models.EmailField(blank=True, help_text="Where invoices are sent.")
    purchase_order = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=SubscriptionStatus.values), name="subscription_status"
            ),
            models.UniqueConstraint(
                fields=["customer_id"], condition=~Q(customer_id=""), name="one_customer_each"
            ),
        ]


class Invoice(models.Model):
    """The last known state of an invoice at Stripe; the amounts are centimes."""

    id = models.CharField(max_length=64, primary_key=True)
    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="+")
    number = models.CharField(max_length=40, blank=True)
    status = models.CharField(max_length=16, choices=InvoiceStatus)
    currency = models.CharField(max_length=3)
    total = models.BigIntegerField()
    paid = models.BigIntegerField()
    remaining = models.BigIntegerField()
    refunded = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    paid_at = models.DateTimeField(null=True)
    page_url = models.URLField(max_length=500, blank=True)
    pdf_url = models.URLField(max_length=500, blank=True)
    is_paid_elsewhere = models.BooleanField(default=False, db_default=False)
    transfer_reference = models.CharField(max_length=80, blank=True, default="", db_default="")
    transfer_on = models.DateField(null=True, help_text="From when the bank counts the money.")

    class Meta:
        indexes = [models.Index(fields=["subscription", "-created_at"], name="invoice_by_date")]


class StripeEvent(models.Model):
    """An event that Stripe signed and sent; its id is unique, so a repeated delivery is ignored."""

    id = models.CharField(max_length=64, primary_key=True)
    type = models.CharField(max_length=80)
    customer_id = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(help_text="At Stripe.")
    received_at = models.DateTimeField()
    payload = models.JSONField(null=True, help_text="None once it is settled: it names people.")
    state = models.CharField(max_length=12, choices=EventState, default=EventState.RECEIVED)
    attempts = models.PositiveSmallIntegerField(default=0)
    fault = models.TextField(blank=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=EventState.values), name="event_state")
        ]
        indexes = [
            models.Index(
                fields=["received_at"],
                condition=Q(state__in=[EventState.RECEIVED, EventState.DEAD]),
                name="event_unsettled",
            )
        ]
