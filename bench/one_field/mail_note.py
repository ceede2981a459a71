"""A migration that adds a column, as an expanding migration does."""

from django.db import migrations, models

from bench.one_field import APP, last_of_today


class Migration(migrations.Migration):
    dependencies = [(APP, last_of_today())]

    operations = [
        migrations.AddField("Mail", "note", models.CharField(max_length=20, db_default="")),
    ]
