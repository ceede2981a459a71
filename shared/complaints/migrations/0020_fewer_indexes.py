"""Read two kinds of rare events from one index, and drop one that no query uses.

An officer's states of cases are found by case and officer, and by the day until which they are put
aside; nobody is deleted, so no delete looks for the rows of an account.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0019_values_in_one_array"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    contracts = "The former release finds the same rows by the new index and by the others."

    operations = [
        migrations.RemoveIndex(
            model_name="complaintevent",
            name="event_same_officer",
        ),
        migrations.RemoveIndex(
            model_name="complaintevent",
            name="event_interim_reply",
        ),
        migrations.AlterField(
            model_name="officercasestate",
            name="user",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="complaintevent",
            index=models.Index(
                condition=models.Q(
                    ("same_officer", True), ("kind", "interim_reply"), _connector="OR"
                ),
                fields=["kind", "at"],
                include=("same_officer",),
                name="event_counted",
            ),
        ),
    ]
