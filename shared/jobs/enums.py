"""Enums of background tasks and of jobs."""

from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

PUBLIC = "public"


class Queue(StrEnum):
    """The queues of background tasks, as settings.TASKS lists them.

    Each queue has a thread of its own in every worker, so that an external server that hangs delays
    only the tasks that wait for it.
    """

    DEFAULT = "default"
    MAIL = "mail"
    EXTERNAL = "external"


class TaskPlace(StrEnum):
    """The schemas in which a task may run, because an agency may queue a row of any task."""

    NATIONAL = "national"
    AGENCY = "agency"
    ANYWHERE = "anywhere"

    def allows(self, schema_name: str) -> bool:
        """Return whether a task may run in that schema."""
        return self in (
            TaskPlace.ANYWHERE,
            (TaskPlace.NATIONAL if schema_name == PUBLIC else TaskPlace.AGENCY),
        )


class JobState(TextChoices):
    """The state of a job."""

    QUEUED = "queued", _("Waiting for its turn")
    RUNNING = "running", _("Under way")
    FAILED = "failed", _("Stopped by an error")
    CANCELLED = "cancelled", _("Cancelled")
    DONE = "done", _("Done")


ENDED = (JobState.FAILED, JobState.CANCELLED, JobState.DONE)


class JobKind(TextChoices):
    """The kinds of jobs: the keys of ``Seams.jobs``."""

    PROVISION = "provision", _("A new workspace")
    BULK = "bulk", _("Many new workspaces")
    EXPORT = "export", _("Export of a workspace")
    RESTORE = "restore", _("Restoration of a workspace")
    DESTROY = "destroy", _("Deletion of a workspace")


class StepMark(TextChoices):
    """The state of one step of a job."""

    DONE = "done", _("Done")
    HERE = "here", _("In progress")
    FAILED = "failed", _("Failed")
    NEXT = "next", _("Waiting")
    DROPPED = "dropped", _("Cancelled")
