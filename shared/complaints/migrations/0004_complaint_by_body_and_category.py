"""Read a list of all cases of one organisation, or of one category, in the order of its index."""

from datetime import date

from django.db import migrations, models
from django.db.models.functions import Coalesce

TERM = Coalesce("due_on", models.Value(date(9999, 12, 31)))


class Migration(migrations.Migration):
    dependencies = [("complaints", "0003_complaintevent_same_officer")]

    operations = [
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(
                models.F("organisation_code"), TERM, models.F("id"), name="complaint_by_body"
            ),
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(
                models.F("category_code"),
                TERM,
                models.F("id"),
                condition=models.Q(("category_code", ""), _negated=True),
                name="complaint_by_category",
            ),
        ),
    ]
