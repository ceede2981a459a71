from django.db import migrations


class Migration(migrations.Migration):
    """Failed look-ups are counted in ``limits_attempt`` from now on.

    The old table stays for one release: processes of the former one count in it while they end.
    """

    dependencies = [("tracking", "0001_attempt"), ("limits", "0001_attempt")]

    operations = [
        migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel("Attempt")])
    ]
