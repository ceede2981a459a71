"""Lists in the order of risk and of arrival: their indexes hold all columns that lists compare."""

from datetime import UTC, datetime

from django.db import migrations, models
from django.db.models.functions import Coalesce

WAITING = Coalesce("waiting_since", models.Value(datetime(9999, 12, 31, tzinfo=UTC)))
OPEN = ("received", "in_progress", "awaiting_citizen", "reopened")
ANSWERS = ("answered", "inadmissible")
WAITED_FOR = (
    "review_asked",
    "review_decided",
    "approval_asked",
    "approval_returned",
    "approved",
    "approval_withdrawn",
)
COMPARED = [
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
]
BESIDE_ARRIVAL = [name for name in COMPARED if name != "received_at"]
# The former release reads its lists without them too, only slower while a fleet is migrated.
FORMER = (
    "complaint_by_term",
    "complaint_open_by_term",
    "complaint_unheld_by_term",
    "complaint_held_by_term",
    "complaint_awaiting_by_term",
    "complaint_answered_by_term",
    "complaint_by_body",
    "complaint_by_category",
)


class Migration(migrations.Migration):
    dependencies = [("complaints", "0007_event_kinds")]

    operations = [
        *(migrations.RemoveIndex(model_name="complaint", name=name) for name in FORMER),
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
            model_name="complaint",
            index=models.Index(
                models.F("received_at"),
                models.F("id"),
                include=BESIDE_ARRIVAL,
                name="complaint_by_arrival",
            ),
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(
                models.F("received_at"),
                models.F("id"),
                condition=models.Q(("status__in", ANSWERS)),
                include=BESIDE_ARRIVAL,
                name="complaint_answered_by_arrival",
            ),
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(
                models.F("risk_on"),
                WAITING,
                models.F("id"),
                condition=models.Q(("has_citizen_news", True)),
                name="complaint_with_citizen_news",
            ),
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(fields=["category_code"], name="complaint_category"),
        ),
        migrations.AddIndex(
            model_name="complaintevent",
            index=models.Index(
                condition=models.Q(("kind__in", WAITED_FOR)),
                fields=["complaint", "position"],
                include=["kind"],
                name="event_waited_for",
            ),
        ),
    ]
