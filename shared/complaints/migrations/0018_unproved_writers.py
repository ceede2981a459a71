"""Mark what a former agency alone says of who wrote a message or a note."""

from django.db import migrations, models

HELP = "Who wrote it stands in no public record: a former agency says so alone."


class Migration(migrations.Migration):
    dependencies = [("complaints", "0017_value_bounds")]

    operations = [
        migrations.AddField(
            model_name=name,
            name="is_unproved",
            field=models.BooleanField(db_default=False, help_text=HELP),
        )
        for name in ("message", "note")
    ]
