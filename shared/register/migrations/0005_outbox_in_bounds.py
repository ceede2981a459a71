from datetime import UTC, datetime

from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint
from django.db import migrations, models
from django.db.models import Q

FIRST, LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
BOUNDS = {
    "register_outbox_of_a_reference": Q(reference__regex="^[0-9]{16}$"),
    "register_outbox_in_our_time": Q(at__gte=FIRST, at__lt=LAST),
    "register_outbox_counts": Q(position__gte=1, position__lte=1_000_000)
    & (Q(handling=None) | Q(handling__gte=1, handling__lte=5)),
}
# What no code of ours wrote: the collector could not have taken it in either.
AWAY = """
DELETE FROM register_registeroutbox WHERE NOT (
    reference ~ '^[0-9]{16}$'
    AND at >= '2000-01-01 00:00+00' AND at < '2100-01-01 00:00+00'
    AND position BETWEEN 1 AND 1000000
    AND (handling IS NULL OR handling BETWEEN 1 AND 5)
)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("register", "0004_figure_snapshot"),
    ]

    # The outbox holds the news of some seconds: all of it is looked at in an instant.
    operations = [
        migrations.AddField(
            "RegisterOutbox",
            "fault",
            models.CharField(
                blank=True,
                db_default="",
                help_text="Why it was set aside; a class alone.",
                max_length=64,
            ),
        ),
        *(
            AddConstraintNotValid(
                "RegisterOutbox", models.CheckConstraint(condition=bound, name=name)
            )
            for name, bound in BOUNDS.items()
        ),
        migrations.RunSQL(AWAY, migrations.RunSQL.noop),
        *(ValidateConstraint("RegisterOutbox", name) for name in BOUNDS),
    ]
