"""Refusals about jobs, and exceptions that end a job or task."""

from django.utils.translation import gettext_lazy as _

from shared.kernel.errors import Conflict, DomainError, NotFound


class JobNotFound(NotFound):
    """A job that does not exist, or that belongs to somebody else."""

    sentence = _("There is no such work.")


class JobEnded(Conflict):
    sentence = _("This work is over: it cannot be cancelled any more.")


class JobBeyondReturn(Conflict):
    sentence = _("This work has gone so far that it can only be finished, no longer cancelled.")


class JobNotFailed(Conflict):
    sentence = _("Only work that an error has stopped can be tried again.")


class JobFailed(DomainError):
    sentence = _("The job was stopped by an unexpected error.")


class JobKilled(DomainError):
    """A job on which one process after the other died; it is not tried again."""

    sentence = _("The job was interrupted five times and has been stopped.")


class JobCancelled(Exception):
    """A request to end a job, which leaves its step and undoes what must not stay."""


class TaskMisplaced(RuntimeError):
    """A task queued for a schema in which it does not run: by a defect, or by an intruder."""


class JobLost(RuntimeError):
    """A job that another process has taken over: this process must not write any more."""
