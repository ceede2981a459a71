"""Count how many replies in time were refusals, and what became of the refusals."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("register", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="registercase",
            name="refusal_reversed",
            field=models.BooleanField(
                db_default=False,
                help_text="The first reply was a refusal, and it did not stand: answered later, or sent "
                "back by national oversight.",
            ),
        ),
        migrations.AddField(
            model_name="registermonth",
            name="refused_in_time",
            field=models.PositiveIntegerField(
                db_default=0, help_text="Of in_time: those whose reply was a refusal."
            ),
        ),
        migrations.AddField(
            model_name="registermonth",
            name="refused_reopened",
            field=models.PositiveIntegerField(
                db_default=0, help_text="Of inadmissible: those that the citizen re-opened."
            ),
        ),
        migrations.AddField(
            model_name="registermonth",
            name="refused_reversed",
            field=models.PositiveIntegerField(
                db_default=0, help_text="Of inadmissible: those whose refusal did not stand."
            ),
        ),
    ]
