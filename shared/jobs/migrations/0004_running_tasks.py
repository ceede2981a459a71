"""What is under way is looked for each second, among all that was done within a day."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("jobs", "0003_queues_apart")]

    operations = [
        migrations.RunSQL(
            "CREATE INDEX IF NOT EXISTS jobs_running ON django_tasks_database_dbtaskresult (id)"
            " WHERE status = 'RUNNING'",
            "DROP INDEX IF EXISTS jobs_running",
        ),
    ]
