"""Keep the lists of words of check constraints as one array: each row is judged as before.

The former form takes 320 bytes of a constraint for each word, in each connection and agency, and
PostgreSQL parses it at each INSERT. Rows of before are looked at by ``validate_rows``.
"""

import datetime

import django.db.models.functions.comparison
import django.db.models.lookups
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0018_unproved_writers"),
    ]

    contracts = "The constraints refuse what those of the same names refused."

    operations = [
        migrations.RemoveConstraint(
            model_name="attachment",
            name="attachment_values",
        ),
        migrations.RemoveConstraint(
            model_name="complaint",
            name="complaint_kind",
        ),
        migrations.RemoveConstraint(
            model_name="complaint",
            name="complaint_status",
        ),
        migrations.RemoveConstraint(
            model_name="complaint",
            name="complaint_values",
        ),
        migrations.RemoveConstraint(
            model_name="complaintevent",
            name="event_kind",
        ),
        migrations.RemoveConstraint(
            model_name="complaintevent",
            name="event_values",
        ),
        migrations.RemoveConstraint(
            model_name="escalationrule",
            name="escalation_rule_values",
        ),
        migrations.RemoveConstraint(
            model_name="message",
            name="message_values",
        ),
        migrations.RemoveConstraint(
            model_name="party",
            name="party_values",
        ),
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
                    models.Func(
                        "author",
                        output_field=models.BooleanField(),
                        template="%(expressions)s = ANY ('{citizen,agency}'::text[])",
                    ),
                    models.Func(
                        "scan",
                        output_field=models.BooleanField(),
                        template="%(expressions)s = ANY ('{not_scanned,pending,clean,infected}'::text[])",
                    ),
                ),
                name="attachment_values",
            ),
        ),
        AddConstraintNotValid(
            model_name="complaint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Func(
                        "kind",
                        output_field=models.BooleanField(),
                        template="%(expressions)s = ANY ('{complaint,observation,proposal}'::text[])",
                    )
                ),
                name="complaint_kind",
            ),
        ),
        AddConstraintNotValid(
            model_name="complaint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Func(
                        "status",
                        output_field=models.BooleanField(),
                        template="%(expressions)s = ANY ('{received,in_progress,awaiting_citizen,answered,reopened,inadmissible,transferred,withdrawn,closed}'::text[])",
                    )
                ),
                name="complaint_status",
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
                    models.Func(
                        "language",
                        output_field=models.BooleanField(),
                        template="%(expressions)s = ANY ('{ar,fr,en}'::text[])",
                    ),
                    models.Func(
                        "privacy",
                        output_field=models.BooleanField(),
                        template="%(expressions)s = ANY ('{confidential,named,anonymous}'::text[])",
                    ),
                    models.Func(
                        "channel",
                        output_field=models.BooleanField(),
                        template="%(expressions)s = ANY ('{portal,api,counter,phone}'::text[])",
                    ),
                    models.Func(
                        "consent",
                        output_field=models.BooleanField(),
                        template="%(expressions)s = ANY ('{\"\",signed,spoken}'::text[])",
                    ),
                    models.Func(
                        "outcome",
                        output_field=models.BooleanField(),
                        template="%(expressions)s = ANY ('{\"\",upheld,partly_upheld,not_upheld,explained}'::text[])",
                    ),
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
                    models.Func(
                        "kind",
                        output_field=models.BooleanField(),
                        template="%(expressions)s = ANY ('{received,assigned,question_asked,message_by_citizen,message_by_agency,attachment_added,note_added,answered,inadmissible,rated,reopened,withdrawn,wait_ended,closed,promise_asked,promise_told,email_changed,identity_opened,review_asked,review_decided,question_withdrawn,unassigned,unit_changed,category_changed,labelled,approval_asked,approval_returned,approved,approval_withdrawn,transfer_offered,transfer_refused,transfer_lapsed,transfer_withdrawn,competence_asked,competence_decided,transferred,transfer_accepted,split,part_accepted,part_back,part_joined,part_ended,part_returned,merged,merge_received,unmerged,term_in_15,term_in_5,term_reached,escalated_unit,escalated_agency,escalated_oversight,interim_reply}'::text[])",
                    )
                ),
                name="event_kind",
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
                    models.Func(
                        "status",
                        output_field=models.BooleanField(),
                        template="%(expressions)s = ANY ('{received,in_progress,awaiting_citizen,answered,reopened,inadmissible,transferred,withdrawn,closed}'::text[])",
                    ),
                    models.Func(
                        "outcome",
                        output_field=models.BooleanField(),
                        template="%(expressions)s = ANY ('{\"\",upheld,partly_upheld,not_upheld,explained}'::text[])",
                    ),
                    models.Func(
                        "actor_kind",
                        output_field=models.BooleanField(),
                        template="%(expressions)s = ANY ('{system,oversight,officer,citizen}'::text[])",
                    ),
                ),
                name="event_values",
            ),
        ),
        AddConstraintNotValid(
            model_name="escalationrule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Func(
                        "audience",
                        output_field=models.BooleanField(),
                        template="%(expressions)s = ANY ('{officer,unit,head}'::text[])",
                    )
                ),
                name="escalation_rule_values",
            ),
        ),
        AddConstraintNotValid(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("at__gte", datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.UTC)),
                    ("at__lte", datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.UTC)),
                    models.Func(
                        "kind",
                        output_field=models.BooleanField(),
                        template="%(expressions)s = ANY ('{message,question,reply,refusal,interim}'::text[])",
                    ),
                    models.Func(
                        "author",
                        output_field=models.BooleanField(),
                        template="%(expressions)s = ANY ('{citizen,agency}'::text[])",
                    ),
                ),
                name="message_values",
            ),
        ),
        AddConstraintNotValid(
            model_name="party",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Func(
                        "kind",
                        output_field=models.BooleanField(),
                        template="%(expressions)s = ANY ('{person,company,association}'::text[])",
                    )
                ),
                name="party_values",
            ),
        ),
    ]
