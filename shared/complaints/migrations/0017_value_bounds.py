"""Bound what the columns of a table hold; rows of before are looked at by ``validate_rows``."""

import datetime

import django.db.models.functions.comparison
import django.db.models.lookups
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("complaints", "0016_parts_go_back")]

    contracts = "The former release writes nothing that these constraints refuse."

    operations = [
        AddConstraintNotValid(
            model_name="attachment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.GreaterThanOrEqual(
                        django.db.models.functions.comparison.Least("at", "missing_since"),
                        models.Value(datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.UTC)),
                    ),
                    django.db.models.lookups.LessThanOrEqual(
                        django.db.models.functions.comparison.Greatest("at", "missing_since"),
                        models.Value(datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.UTC)),
                    ),
                    ("author__in", ["citizen", "agency"]),
                    ("scan__in", ["not_scanned", "pending", "clean", "infected"]),
                ),
                name="attachment_values",
            ),
        ),
        AddConstraintNotValid(
            model_name="complaint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.GreaterThanOrEqual(
                        django.db.models.functions.comparison.Least(
                            "received_at", "answered_at", "reopened_at", "waiting_since"
                        ),
                        models.Value(datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.UTC)),
                    ),
                    django.db.models.lookups.LessThanOrEqual(
                        django.db.models.functions.comparison.Greatest(
                            "received_at", "answered_at", "reopened_at", "waiting_since"
                        ),
                        models.Value(datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.UTC)),
                    ),
                    django.db.models.lookups.GreaterThanOrEqual(
                        django.db.models.functions.comparison.Least(
                            "happened_on",
                            "due_on",
                            "promised_on",
                            "awaiting_until",
                            "working_due_on",
                            "interim_until",
                        ),
                        models.Value(datetime.date(1900, 1, 1)),
                    ),
                    django.db.models.lookups.LessThanOrEqual(
                        django.db.models.functions.comparison.Greatest(
                            "happened_on",
                            "due_on",
                            "promised_on",
                            "awaiting_until",
                            "working_due_on",
                            "interim_until",
                        ),
                        models.Value(datetime.date(2100, 1, 1)),
                    ),
                    models.Q(
                        models.Q(
                            ("risk_on__gte", datetime.date(1900, 1, 1)),
                            ("risk_on__lte", datetime.date(2100, 1, 1)),
                        ),
                        ("risk_on", datetime.date(9999, 12, 31)),
                        _connector="OR",
                    ),
                    ("reopened__lte", 1000),
                    ("escalated__lte", 1000),
                    ("interim_replies__lte", 1000),
                    ("version__lte", 1000000),
                    ("language__in", ["ar", "fr", "en"]),
                    ("privacy__in", ["confidential", "named", "anonymous"]),
                    ("channel__in", ["portal", "api", "counter", "phone"]),
                    ("consent__in", ["", "signed", "spoken"]),
                    ("outcome__in", ["", "upheld", "partly_upheld", "not_upheld", "explained"]),
                    (
                        "declarations__contained_by",
                        ["before_courts", "judicial_police", "defence", "other_body", "none"],
                    ),
                    django.db.models.lookups.Exact(
                        models.Func("declarations", function="jsonb_typeof"), models.Value("array")
                    ),
                    django.db.models.lookups.Exact(
                        models.Func(
                            "label_ids", function="array_ndims", output_field=models.IntegerField()
                        ),
                        models.Value(1),
                    ),
                    django.db.models.lookups.IsNull(
                        models.Func(
                            "label_ids",
                            output_field=models.IntegerField(),
                            template="array_position(%(expressions)s, NULL)",
                        ),
                        True,
                    ),
                ),
                name="complaint_values",
            ),
        ),
        AddConstraintNotValid(
            model_name="complaintevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("at__gte", datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.UTC)),
                    ("at__lte", datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.UTC)),
                    django.db.models.lookups.GreaterThanOrEqual(
                        django.db.models.functions.comparison.Least("until", "promised_on"),
                        models.Value(datetime.date(1900, 1, 1)),
                    ),
                    django.db.models.lookups.LessThanOrEqual(
                        django.db.models.functions.comparison.Greatest("until", "promised_on"),
                        models.Value(datetime.date(2100, 1, 1)),
                    ),
                    ("handling__lte", 5),
                    ("position__lte", 1000000),
                    (
                        "status__in",
                        [
                            "received",
                            "in_progress",
                            "awaiting_citizen",
                            "answered",
                            "reopened",
                            "inadmissible",
                            "transferred",
                            "withdrawn",
                            "closed",
                        ],
                    ),
                    ("outcome__in", ["", "upheld", "partly_upheld", "not_upheld", "explained"]),
                    ("actor_kind__in", ["system", "oversight", "officer", "citizen"]),
                ),
                name="event_values",
            ),
        ),
        AddConstraintNotValid(
            model_name="escalationrule",
            constraint=models.CheckConstraint(
                condition=models.Q(("audience__in", ["officer", "unit", "head"])),
                name="escalation_rule_values",
            ),
        ),
        AddConstraintNotValid(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("at__gte", datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.UTC)),
                    ("at__lte", datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.UTC)),
                    ("kind__in", ["message", "question", "reply", "refusal", "interim"]),
                    ("author__in", ["citizen", "agency"]),
                ),
                name="message_values",
            ),
        ),
        AddConstraintNotValid(
            model_name="note",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("at__gte", datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.UTC)),
                    ("at__lte", datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.UTC)),
                ),
                name="note_values",
            ),
        ),
        AddConstraintNotValid(
            model_name="officercasestate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("writing_at__gte", datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.UTC)),
                    ("writing_at__lte", datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.UTC)),
                    ("snoozed_until__gte", datetime.date(1900, 1, 1)),
                    ("snoozed_until__lte", datetime.date(2100, 1, 1)),
                ),
                name="officer_case_state_values",
            ),
        ),
        AddConstraintNotValid(
            model_name="party",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["person", "company", "association"])),
                name="party_values",
            ),
        ),
        AddConstraintNotValid(
            model_name="rating",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("at__gte", datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.UTC)),
                    ("at__lte", datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.UTC)),
                    ("round__lte", 1000),
                ),
                name="rating_values",
            ),
        ),
    ]
