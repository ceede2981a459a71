"""Work on data: one row, each time it runs."""

from django.db import migrations


def count(apps, _editor):
    """Leave a trace that shows how often this ran."""
    apps.get_model("mail", "Tally").objects.create()


class Migration(migrations.Migration):
    dependencies = [("mail", "0003_stamp")]

    operations = [migrations.RunPython(count, migrations.RunPython.noop)]
