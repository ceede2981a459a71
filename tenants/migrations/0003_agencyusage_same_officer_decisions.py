"""Count the decisions by an officer who had decided before, for national oversight."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tenants", "0002_link_purpose_file")]

    operations = [
        migrations.AddField(
            model_name="agencyusage",
            name="same_officer_decisions",
            field=models.PositiveIntegerField(
                db_default=0,
                help_text="Decisions by an officer who had decided before: nobody else could.",
            ),
        ),
    ]
