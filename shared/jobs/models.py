"""What the workers tell each other through the database."""

from django.db import models


class WorkerBeat(models.Model):
    """A worker process and when it last showed that it lives."""

    worker_id = models.CharField(max_length=64, primary_key=True)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.worker_id


class ScheduleRun(models.Model):
    """One due moment of one scheduled job: the row's unique key makes one scheduler the winner."""

    job = models.CharField(max_length=120)
    due = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "due"], name="schedule_run_once")]

    def __str__(self) -> str:
        return f"{self.job} {self.due:%Y-%m-%dT%H:%M:%S}"
