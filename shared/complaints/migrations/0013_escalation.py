"""The chain of late replies, interim replies with their day, and how far a case has come."""

from datetime import UTC, datetime

from django.db import migrations, models
from django.db.models.functions import Coalesce

WAITING = Coalesce("waiting_since", models.Value(datetime(9999, 12, 31, tzinfo=UTC)))
OPEN = ("received", "in_progress", "awaiting_citizen", "reopened")
COMPARED = (
    "due_on",
    "working_due_on",
    "assignee",
    "reopened",
    "has_citizen_news",
    "status",
    "unit",
    "received_at",
    "waiting_since",
    "organisation_code",
    "category_code",
    "kind",
    "language",
    "channel",
    "label_ids",
    "place",
    "escalated",
)


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0012_custody"),
    ]

    contracts = "New labels of kinds that stay as they are; nobody writes the new table before."

    operations = [
        migrations.CreateModel(
            name="EscalationRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("step", models.CharField(help_text="The kind of its event.", max_length=24)),
                (
                    "days",
                    models.SmallIntegerField(
                        help_text="After the last day of the legal term; -5: before."
                    ),
                ),
                ("is_active", models.BooleanField(default=True)),
                (
                    "audience",
                    models.CharField(
                        choices=[
                            (
                                "officer",
                                "The officer of the case; without one, the members of its unit",
                            ),
                            ("unit", "The officer and all members of the unit"),
                            ("head", "The officer and the head of the unit"),
                        ],
                        max_length=8,
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="complaint",
            name="escalated",
            field=models.PositiveSmallIntegerField(
                db_default=0,
                default=0,
                help_text="How far the current round has come on the list ESCALATION_EVENTS.",
            ),
        ),
        migrations.AddField(
            model_name="complaint",
            name="interim_replies",
            field=models.PositiveSmallIntegerField(
                db_default=0, default=0, help_text="Interim replies in the current round."
            ),
        ),
        migrations.AddField(
            model_name="complaint",
            name="interim_until",
            field=models.DateField(
                blank=True,
                help_text="By when the latest interim reply of the current round announces the reply.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="complaintevent",
            name="until",
            field=models.DateField(
                help_text="Of an interim reply: by when it announces the reply.", null=True
            ),
        ),
        migrations.AlterField(
            model_name="complaintevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("received", "Request received"),
                    ("assigned", "An officer was assigned"),
                    ("question_asked", "The administration asked a question"),
                    ("message_by_citizen", "Message from the citizen"),
                    ("message_by_agency", "Message from the administration"),
                    ("attachment_added", "File added"),
                    ("note_added", "Internal note"),
                    ("answered", "Reply sent"),
                    ("inadmissible", "Refused as inadmissible"),
                    ("rated", "Rating given"),
                    ("reopened", "Re-opened by the citizen"),
                    ("withdrawn", "Withdrawn by the citizen"),
                    ("wait_ended", "The wait for the citizen's answer ended"),
                    ("closed", "Closed"),
                    ("promise_asked", "The citizen was asked whether the decision was carried out"),
                    ("promise_told", "The citizen said whether the decision was carried out"),
                    ("email_changed", "The citizen changed the e-mail address"),
                    ("identity_opened", "National oversight saw the confidential identity"),
                    ("review_asked", "The citizen asked national oversight for a review"),
                    ("review_decided", "National oversight decided the review"),
                    ("question_withdrawn", "The administration withdrew its question"),
                    ("unassigned", "No officer is assigned any more"),
                    ("unit_changed", "Handed to another unit"),
                    ("category_changed", "The category was corrected"),
                    ("labelled", "The labels were changed"),
                    ("approval_asked", "A text was submitted for approval"),
                    ("approval_returned", "A text was returned for changes"),
                    ("approved", "A text was approved"),
                    ("approval_withdrawn", "A text does not wait for approval any more"),
                    ("transfer_offered", "Offered to another administration"),
                    ("transfer_refused", "The other administration refused the case"),
                    ("transfer_lapsed", "The other administration did not answer in time"),
                    ("transfer_withdrawn", "The offer was taken back"),
                    ("competence_asked", "National oversight was asked who is competent"),
                    ("competence_decided", "National oversight decided who is competent"),
                    ("transferred", "Handed over to another administration"),
                    ("transfer_accepted", "Taken over from another administration"),
                    ("split", "A part of the case was sent to another administration"),
                    ("merged", "Merged into another case of the same person"),
                    ("merge_received", "Another case of the same person was merged into this one"),
                    ("unmerged", "The merge was undone"),
                    ("term_in_15", "First reminder: the legal term ends soon"),
                    ("term_in_5", "Second reminder: the legal term ends soon"),
                    ("term_reached", "The last day of the legal term"),
                    ("escalated_unit", "Overdue: brought to the head of the unit"),
                    ("escalated_agency", "Overdue: brought to the head of the agency"),
                    ("escalated_oversight", "Overdue: brought to national oversight"),
                    ("interim_reply", "Interim reply with a new date"),
                ],
                max_length=24,
            ),
        ),
        # Of open cases alone: with one column more it is made anew in a moment.
        migrations.RemoveIndex(model_name="complaint", name="complaint_open_by_risk"),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(
                models.F("risk_on"),
                WAITING,
                models.F("id"),
                condition=models.Q(("status__in", OPEN)),
                include=COMPARED,
                name="complaint_open_by_risk",
            ),
        ),
        migrations.AddIndex(
            model_name="complaintevent",
            index=models.Index(
                condition=models.Q(("kind", "interim_reply")),
                fields=["at"],
                name="event_interim_reply",
            ),
        ),
        migrations.AddConstraint(
            model_name="escalationrule",
            constraint=models.UniqueConstraint(fields=("step",), name="escalation_rule_once"),
        ),
        migrations.AddConstraint(
            model_name="escalationrule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "step__in",
                        (
                            "term_in_15",
                            "term_in_5",
                            "term_reached",
                            "escalated_unit",
                            "escalated_agency",
                            "escalated_oversight",
                        ),
                    )
                ),
                name="escalation_rule_step_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="escalationrule",
            constraint=models.CheckConstraint(
                condition=models.Q(("days__gte", -30), ("days__lte", 15)),
                name="escalation_rule_days",
            ),
        ),
    ]
