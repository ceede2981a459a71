"""One more column after the work on data."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mail", "0004_tally")]

    operations = [migrations.AddField("Tally", "at", models.DateField(null=True))]
