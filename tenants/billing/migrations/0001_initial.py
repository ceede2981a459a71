import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("tenants", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Plan",
            fields=[
                ("code", models.SlugField(max_length=32, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("free", "Free of charge"),
                            ("seats", "For each seat"),
                            ("agreement", "National agreement"),
                        ],
                        max_length=12,
                    ),
                ),
                ("name_ar", models.CharField(max_length=120)),
                ("name_fr", models.CharField(max_length=120)),
                ("name_en", models.CharField(max_length=120)),
                (
                    "unit_amount",
                    models.PositiveIntegerField(
                        default=0, help_text="For one seat and one month, in centimes."
                    ),
                ),
                ("currency", models.CharField(default="mad", max_length=3)),
                ("tax_ar", models.CharField(blank=True, db_default="", default="", max_length=160)),
                ("tax_fr", models.CharField(blank=True, db_default="", default="", max_length=160)),
                ("tax_en", models.CharField(blank=True, db_default="", default="", max_length=160)),
                (
                    "lookup_key",
                    models.CharField(
                        blank=True, help_text="Under which Stripe knows its price.", max_length=64
                    ),
                ),
                (
                    "seats",
                    models.PositiveIntegerField(
                        help_text="None: as many as are paid for.", null=True
                    ),
                ),
                ("storage_bytes", models.BigIntegerField(null=True)),
                ("api_calls", models.PositiveIntegerField(help_text="In one day.", null=True)),
                ("has_custom_host", models.BooleanField(default=False)),
                ("is_offered", models.BooleanField(default=True)),
                ("position", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["free", "seats", "agreement"])),
                        name="plan_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind", "seats"), ("lookup_key", ""), _connector="XOR"),
                        name="plan_of_seats_has_a_price",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StripeEvent",
            fields=[
                ("id", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("type", models.CharField(max_length=80)),
                ("customer_id", models.CharField(blank=True, max_length=64)),
                ("created_at", models.DateTimeField(help_text="At Stripe.")),
                ("received_at", models.DateTimeField()),
                (
                    "payload",
                    models.JSONField(
                        help_text="None once it is settled: it names people.", null=True
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("received", "Waiting"),
                            ("applied", "Applied"),
                            ("ignored", "Not relevant"),
                            ("dead", "Given up"),
                        ],
                        default="received",
                        max_length=12,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("fault", models.TextField(blank=True)),
                ("settled_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["received", "dead"])),
                        fields=["received_at"],
                        name="event_unsettled",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["received", "applied", "ignored", "dead"])
                        ),
                        name="event_state",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Subscription",
            fields=[
                (
                    "agency",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="tenants.agency",
                    ),
                ),
                (
                    "seats",
                    models.PositiveIntegerField(
                        help_text="Paid for; None: those of the plan.", null=True
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("none", "Nothing to pay"),
                            ("incomplete", "Waiting for the first payment"),
                            ("incomplete_expired", "The first payment never came"),
                            ("trialing", "Trial period"),
                            ("active", "Paid"),
                            ("past_due", "A payment is late"),
                            ("unpaid", "Unpaid"),
                            ("paused", "Paused"),
                            ("canceled", "Ended"),
                        ],
                        default="none",
                        max_length=20,
                    ),
                ),
                (
                    "unit_amount",
                    models.PositiveIntegerField(
                        help_text="What a seat costs at Stripe, in centimes: perhaps a former price.",
                        null=True,
                    ),
                ),
                ("currency", models.CharField(blank=True, db_default="", default="", max_length=3)),
                (
                    "collection",
                    models.CharField(
                        choices=[
                            ("charge_automatically", "By card"),
                            ("send_invoice", "By bank transfer, on an invoice"),
                        ],
                        default="charge_automatically",
                        max_length=24,
                    ),
                ),
                ("customer_id", models.CharField(blank=True, max_length=64)),
                ("subscription_id", models.CharField(blank=True, max_length=64)),
                ("item_id", models.CharField(blank=True, max_length=64)),
                ("period_ends_at", models.DateTimeField(null=True)),
                ("ends_at_period_end", models.BooleanField(default=False)),
                (
                    "end_reason",
                    models.TextField(
                        blank=True,
                        db_default="",
                        default="",
                        help_text="Oversight's words when it ended this.",
                    ),
                ),
                ("past_due_since", models.DateField(null=True)),
                (
                    "read_at",
                    models.DateTimeField(help_text="When Stripe was last asked.", null=True),
                ),
                (
                    "readings",
                    models.PositiveIntegerField(
                        db_default=0,
                        default=0,
                        help_text="Stripe's answers that were written; who began earlier asks again.",
                    ),
                ),
                (
                    "seats_asked",
                    models.PositiveIntegerField(
                        help_text="Being asked for at Stripe: no more may be taken meanwhile.",
                        null=True,
                    ),
                ),
                ("seats_asked_at", models.DateTimeField(null=True)),
                ("legal_name", models.CharField(blank=True, max_length=200)),
                (
                    "tax_id",
                    models.CharField(
                        blank=True, help_text="Identifiant commun (ICE).", max_length=15
                    ),
                ),
                ("address", models.CharField(blank=True, max_length=200)),
                ("city", models.CharField(blank=True, max_length=80)),
                ("postal_code", models.CharField(blank=True, max_length=10)),
                (
                    "email",
                    models.EmailField(
                        blank=True, help_text="Where invoices are sent.", max_length=254
                    ),
                ),
                ("purchase_order", models.CharField(blank=True, max_length=60)),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="billing.plan",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Invoice",
            fields=[
                ("id", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("number", models.CharField(blank=True, max_length=40)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("open", "To be paid"),
                            ("paid", "Paid"),
                            ("void", "Void"),
                            ("uncollectible", "Uncollectible"),
                        ],
                        max_length=16,
                    ),
                ),
                ("currency", models.CharField(max_length=3)),
                ("total", models.BigIntegerField()),
                ("paid", models.BigIntegerField()),
                ("remaining", models.BigIntegerField()),
                ("refunded", models.BigIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                ("due_at", models.DateTimeField(null=True)),
                ("paid_at", models.DateTimeField(null=True)),
                ("page_url", models.URLField(blank=True, max_length=500)),
                ("pdf_url", models.URLField(blank=True, max_length=500)),
                ("is_paid_elsewhere", models.BooleanField(db_default=False, default=False)),
                (
                    "transfer_reference",
                    models.CharField(blank=True, db_default="", default="", max_length=80),
                ),
                (
                    "transfer_on",
                    models.DateField(help_text="From when the bank counts the money.", null=True),
                ),
                (
                    "subscription",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="billing.subscription",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="subscription",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "status__in",
                        [
                            "none",
                            "incomplete",
                            "incomplete_expired",
                            "trialing",
                            "active",
                            "past_due",
                            "unpaid",
                            "paused",
                            "canceled",
                        ],
                    )
                ),
                name="subscription_status",
            ),
        ),
        migrations.AddConstraint(
            model_name="subscription",
            constraint=models.UniqueConstraint(
                condition=models.Q(("customer_id", ""), _negated=True),
                fields=("customer_id",),
                name="one_customer_each",
            ),
        ),
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(fields=["subscription", "-created_at"], name="invoice_by_date"),
        ),
    ]
