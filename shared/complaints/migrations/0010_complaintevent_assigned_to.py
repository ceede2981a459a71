"""The history of a case says to whom it was assigned; a default that costs no rewriting."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("complaints", "0009_search_in_all_texts")]

    operations = [
        migrations.AddField(
            model_name="complaintevent",
            name="assigned_to",
            field=models.CharField(
                blank=True,
                db_default="",
                help_text="The officer who got the case.",
                max_length=120,
            ),
        ),
    ]
