"""Enums of background tasks and of jobs."""

from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

PUBLIC = "public"


class Queue(StrEnum):
    """The queues of background tasks, which are also in ``settings.TASKS``.

    Every worker has one thread for each queue. So a slow external server delays only the tasks of
    its queue.
    """

    DEFAULT = "default"
    MAIL = "mail"
    EXTERNAL = "external"


class TaskPlace(StrEnum):
    """The schemas in which a task may run.

    The limit is needed because an agency's role may insert a row of any task into the queue.
    """

    NATIONAL = "national"
    AGENCY = "agency"
    ANYWHERE = "anywhere"

    def allows(self, schema_name: str) -> bool:
        """Return whether a task of this place may run in a schema."""
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
    """The kind of a job, which is a key of ``Seams.jobs``."""

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
