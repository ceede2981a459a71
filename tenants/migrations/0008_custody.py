"""Cases on their way between agencies: offers, questions of competence, moves in two steps."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0007_agency_needs_approval"),
    ]

    operations = [
        migrations.CreateModel(
            name="CaseMove",
            fields=[
                ("reference", models.CharField(max_length=16, primary_key=True, serialize=False)),
                ("from_schema", models.CharField(max_length=63)),
                ("to_schema", models.CharField(max_length=63)),
                ("organisation_code", models.CharField(max_length=64)),
                (
                    "actor",
                    models.JSONField(
                        help_text="Kind, label and number of who accepted or decided."
                    ),
                ),
                (
                    "key_id",
                    models.CharField(help_text="Which encryption key decrypts it.", max_length=16),
                ),
                ("sealed", models.BinaryField(help_text="The case, encrypted.")),
                ("began_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="CaseSplit",
            fields=[
                (
                    "part_reference",
                    models.CharField(max_length=16, primary_key=True, serialize=False),
                ),
                ("main_reference", models.CharField(db_index=True, max_length=16)),
                ("split_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Arbitration",
            fields=[
                ("reference", models.CharField(max_length=16)),
                (
                    "from_schema",
                    models.CharField(help_text="The agency that holds the case.", max_length=63),
                ),
                ("kind", models.CharField(max_length=12)),
                ("category_code", models.CharField(blank=True, max_length=50)),
                (
                    "concerns_code",
                    models.CharField(
                        help_text="The body about which the citizen wrote.", max_length=64
                    ),
                ),
                ("place", models.CharField(blank=True, max_length=200)),
                ("language", models.CharField(max_length=2)),
                ("received_at", models.DateTimeField()),
                ("due_on", models.DateField(null=True)),
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("refused_twice", "Two offers were not accepted"),
                            ("returned", "Two administrations name each other"),
                            ("too_many", "It was handed over too many times"),
                        ],
                        max_length=16,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                (
                    "due_on_decision",
                    models.DateField(
                        help_text="Last day to decide; the portal sets this time limit, not the law."
                    ),
                ),
                (
                    "to_schema",
                    models.CharField(
                        blank=True,
                        help_text="The agency that is competent by the decision.",
                        max_length=63,
                    ),
                ),
                (
                    "text",
                    models.TextField(
                        blank=True, help_text="The reasons, for all agencies concerned."
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "is_lapsed",
                    models.BooleanField(
                        default=False,
                        help_text="The case was answered or withdrawn before the decision.",
                    ),
                ),
                ("user_id", models.BigIntegerField(help_text="Who decided.", null=True)),
                ("label", models.CharField(blank=True, max_length=120)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("decided_at", None)),
                        fields=["due_on_decision", "asked_at"],
                        name="arbitration_by_term",
                    ),
                    models.Index(fields=["reference"], name="arbitration_by_case"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("cause__in", ["refused_twice", "returned", "too_many"])
                        ),
                        name="arbitration_cause",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_at", None),
                            ("is_lapsed", True),
                            models.Q(
                                models.Q(("to_schema", ""), _negated=True),
                                models.Q(("text", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="arbitration_says_who_and_why",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("decided_at", None)),
                        fields=("reference",),
                        name="arbitration_waits_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TransferOffer",
            fields=[
                ("reference", models.CharField(max_length=16)),
                (
                    "from_schema",
                    models.CharField(help_text="The agency that holds the case.", max_length=63),
                ),
                ("kind", models.CharField(max_length=12)),
                ("category_code", models.CharField(blank=True, max_length=50)),
                (
                    "concerns_code",
                    models.CharField(
                        help_text="The body about which the citizen wrote.", max_length=64
                    ),
                ),
                ("place", models.CharField(blank=True, max_length=200)),
                ("language", models.CharField(max_length=2)),
                ("received_at", models.DateTimeField()),
                ("due_on", models.DateField(null=True)),
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                (
                    "to_schema",
                    models.CharField(help_text="The agency that is asked.", max_length=63),
                ),
                (
                    "organisation_code",
                    models.CharField(
                        help_text="The body that the sender holds competent.", max_length=64
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("competence", "Another body is competent by law"),
                            ("place", "It concerns another place"),
                            ("orientation", "The citizen did not know which body is competent"),
                            ("reorganised", "The task has gone to another body"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "note",
                    models.TextField(help_text="Why, in the words of the officer who offers it."),
                ),
                ("offered_at", models.DateTimeField()),
                ("offered_by", models.CharField(max_length=120)),
                (
                    "answer_by",
                    models.DateField(
                        help_text="Last of the working days in which it can be accepted."
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("offered", "Waits for an answer"),
                            ("accepted", "Taken over"),
                            ("refused", "Not taken over"),
                            ("lapsed", "Not answered in time"),
                            ("withdrawn", "Taken back"),
                            ("ended", "The case was answered or withdrawn meanwhile"),
                        ],
                        default="offered",
                        max_length=12,
                    ),
                ),
                ("answer", models.TextField(blank=True, help_text="Why it was refused.")),
                ("answered_at", models.DateTimeField(null=True)),
                ("answered_by", models.CharField(blank=True, max_length=120)),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["to_schema", "-offered_at"], name="transfer_offer_received"
                    ),
                    models.Index(fields=["from_schema", "-offered_at"], name="transfer_offer_sent"),
                    models.Index(
                        condition=models.Q(("state", "offered")),
                        fields=["answer_by"],
                        name="transfer_offer_by_term",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                ["offered", "accepted", "refused", "lapsed", "withdrawn", "ended"],
                            )
                        ),
                        name="transfer_offer_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reason__in", ["competence", "place", "orientation", "reorganised"])
                        ),
                        name="transfer_offer_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("from_schema", models.F("to_schema")), _negated=True),
                        name="transfer_offer_to_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "offered"), ("answered_at__isnull", False), _connector="XOR"
                        ),
                        name="transfer_offer_answered_has_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "refused"), _negated=True),
                            models.Q(("answer", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="transfer_offer_refusal_has_a_reason",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "offered")),
                        fields=("reference",),
                        name="transfer_offered_once",
                    ),
                ],
            },
        ),
    ]
