"""Each officer chooses what opens after sending."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="opens_next_case",
            field=models.BooleanField(
                db_default=True,
                default=True,
                help_text="After sending, open the next case of the same list.",
            ),
        ),
    ]
