"""A migration that adds a column to the e-mails; current code has no such field."""

from pathlib import Path

from django.db import migrations, models

from shared.mail import migrations as today

LATEST = max(path.stem for path in Path(today.__path__[0]).glob("0*.py"))


class Migration(migrations.Migration):
    dependencies = [("mail", LATEST)]
    operations = [
        migrations.AddField("Mail", "note", models.CharField(max_length=20, db_default="")),
    ]
