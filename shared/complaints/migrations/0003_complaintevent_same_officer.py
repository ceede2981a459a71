"""Say of an event that it went to an officer who had decided on the case before."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("complaints", "0002_message_organisation")]

    operations = [
        migrations.AddField(
            model_name="complaintevent",
            name="same_officer",
            field=models.BooleanField(
                db_default=False,
                help_text=(
                    "By or for an officer who had decided on the case before: nobody else could."
                ),
            ),
        ),
    ]
