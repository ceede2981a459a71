from django.db import migrations, models

# The table is the library's. Its own index has no queue in it: with a hundred thousand mails
# waiting, every look for a task of another queue would read past all of them.
READY = (
    "CREATE INDEX IF NOT EXISTS jobs_ready_by_queue ON django_tasks_database_dbtaskresult"
    " (queue_name, priority DESC, run_after, enqueued_at) WHERE status = 'READY'"
)
# What is under way is looked for each second, among all that was done within a day.
RUNNING = (
    "CREATE INDEX IF NOT EXISTS jobs_running ON django_tasks_database_dbtaskresult (id)"
    " WHERE status = 'RUNNING'"
)


class Migration(migrations.Migration):
    initial = True

    dependencies = [
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
        migrations.CreateModel(
            name="WorkerBeat",
            fields=[
                ("worker_id", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("seen_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Job",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("kind", models.CharField(help_text="A key of Seams.jobs.", max_length=24)),
                (
                    "schema_name",
                    models.CharField(help_text="Whose staff may look at it.", max_length=63),
                ),
                (
                    "subject",
                    models.CharField(
                        help_text="What it is about: an agency's code.", max_length=120
                    ),
                ),
                ("arguments", models.JSONField(default=dict)),
                ("result", models.JSONField(default=dict)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "Waiting for its turn"),
                            ("running", "Under way"),
                            ("failed", "Stopped by an error"),
                            ("cancelled", "Cancelled"),
                            ("done", "Done"),
                        ],
                        default="queued",
                        max_length=12,
                    ),
                ),
                ("steps", models.JSONField(help_text="The names of its steps, in order.")),
                (
                    "step",
                    models.CharField(blank=True, help_text="The step in hand.", max_length=24),
                ),
                ("done", models.PositiveIntegerField(default=0, help_text="Of the step in hand.")),
                ("total", models.PositiveIntegerField(default=0)),
                (
                    "fault",
                    models.CharField(blank=True, help_text="The code of a refusal.", max_length=64),
                ),
                ("fault_text", models.TextField(blank=True, help_text="For operators.")),
                ("is_cancel_asked", models.BooleanField(default=False)),
                (
                    "worker",
                    models.CharField(
                        blank=True,
                        help_text="Who has it: another one's writes are refused.",
                        max_length=64,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("asked_by", models.CharField(max_length=120)),
                ("asked_by_id", models.BigIntegerField(null=True)),
                ("created_at", models.DateTimeField()),
                ("started_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["queued", "running"])),
                        fields=["id"],
                        name="job_unfinished",
                    ),
                    models.Index(
                        fields=["schema_name", "kind", "-created_at"], name="job_by_owner"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["queued", "running", "failed", "cancelled", "done"])
                        ),
                        name="job_state",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ScheduleRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("job", models.CharField(max_length=120)),
                ("due", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("job", "due"), name="schedule_run_once")
                ],
            },
        ),
        migrations.RunSQL(READY, "DROP INDEX IF EXISTS jobs_ready_by_queue"),
        migrations.RunSQL(RUNNING, "DROP INDEX IF EXISTS jobs_running"),
    ]
