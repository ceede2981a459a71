"""A queue can pause, and each queue finds its next task without reading through the others'."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("jobs", "0002_long_work"),
        ("django_tasks_database", "0021_conditional_partial_index_ordering"),
    ]

    operations = [
        migrations.CreateModel(
            name="QueuePause",
            fields=[
                ("queue_name", models.CharField(max_length=32, primary_key=True, serialize=False)),
                (
                    "failures",
                    models.PositiveIntegerField(
                        help_text="Without an answer, one after the other."
                    ),
                ),
                ("failing_since", models.DateTimeField()),
                (
                    "paused_until",
                    models.DateTimeField(help_text="Then one task tries whether it answers."),
                ),
            ],
        ),
        # The table is the library's. Its own index has no queue in it: with a hundred thousand
        # letters waiting, every look for a task of another queue would read past all of them.
        migrations.RunSQL(
            "CREATE INDEX IF NOT EXISTS jobs_ready_by_queue ON django_tasks_database_dbtaskresult"
            " (queue_name, priority DESC, run_after, enqueued_at) WHERE status = 'READY'",
            "DROP INDEX IF EXISTS jobs_ready_by_queue",
        ),
    ]
