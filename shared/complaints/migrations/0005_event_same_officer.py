"""Count the decisions of officers who had decided before without reading all events."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("complaints", "0004_complaint_by_body_and_category")]

    operations = [
        migrations.AddIndex(
            model_name="complaintevent",
            index=models.Index(
                condition=models.Q(("same_officer", True)),
                fields=["kind"],
                name="event_same_officer",
            ),
        ),
    ]
