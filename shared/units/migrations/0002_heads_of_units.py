"""The heads of a unit, to whom its late replies are brought."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("units", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="unitmember",
            name="is_head",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="Late replies of the unit are brought to its heads.",
            ),
        ),
    ]
