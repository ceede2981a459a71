"""Tables of workers, of the schedule, of pauses of queues, and of jobs."""

from django.db import models
from django.db.models import Q

from shared.jobs.enums import JobState


class WorkerBeat(models.Model):
    """A worker process and the time of its last heartbeat."""

    worker_id = models.CharField(max_length=64, primary_key=True)
    seen_at = models.DateTimeField()


class ScheduleRun(models.Model):
    """A time at which a scheduled task was due.

    The unique key lets only one worker queue the task for that time.
    """

    job = models.CharField(max_length=120)
    due = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "due"], name="schedule_run_once")]


class QueuePause(models.Model):
    """The pause of a queue whose external server does not answer."""

    queue_name = models.CharField(max_length=32, primary_key=True)
    failures = models.PositiveIntegerField(help_text="Without an answer, one after the other.")
    failing_since = models.DateTimeField()
    paused_until = models.DateTimeField(help_text="Then one task tries whether it answers.")


class Job(models.Model):
    """A job with its steps, its progress and its result.

    The table is only in the public schema: the job runner has the rights of the tables' owner, so
    no agency may insert a job.
    """

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=24, help_text="A key of Seams.jobs.")
    schema_name = models.CharField(max_length=63, help_text="Whose staff may look at it.")
    subject = models.CharField(max_length=120, help_text="What it is about: an agency's code.")
    arguments = models.JSONField(default=dict)
    result = models.JSONField(default=dict)
    state = models.CharField(max_length=12, choices=JobState, default=JobState.QUEUED)
    steps = models.JSONField(help_text="The names of its steps, in order.")
    step = models.CharField(max_length=24, blank=True, help_text="The step in hand.")
    done = models.PositiveIntegerField(default=0, help_text="Of the step in hand.")
    total = models.PositiveIntegerField(default=0)
    fault = models.CharField(max_length=64, blank=True, help_text="The code of a refusal.")
    fault_text = models.TextField(blank=True, help_text="For operators.")
    is_cancel_asked = models.BooleanField(default=False)
    worker = models.CharField(
        max_length=64, blank=True, help_text="Who has it: another one's writes are refused."
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    asked_by = models.CharField(max_length=120)
    asked_by_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=JobState.values), name="job_state"),
        ]
        indexes = [
            models.Index(
                fields=["id"],
                condition=Q(state__in=[JobState.QUEUED, JobState.RUNNING]),
                name="job_unfinished",
            ),
            models.Index(fields=["schema_name", "kind", "-created_at"], name="job_by_owner"),
        ]
