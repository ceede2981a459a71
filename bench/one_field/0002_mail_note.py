"""One column, as an expanding migration adds it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mail", "0001_mail")]

    operations = [
        migrations.AddField("Mail", "note", models.CharField(max_length=20, db_default="")),
    ]
