"""Errors about jobs, and exceptions that end a job or task."""

from django.utils.translation import gettext_lazy as _

from shared.kernel.errors import Conflict, DomainError, NotFound


class JobNotFound(NotFound):
    """The error for a job that does not exist, or that belongs to another schema."""

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
    """The error for a job during which too many processes died; it is not tried again."""

    sentence = _("The job was interrupted five times and has been stopped.")


class JobCancelled(Exception):
    """The exception that ends a job: its step stops and removes what must not stay."""


class TaskMisplaced(RuntimeError):
    """The error for a task in a schema where it must not run, by a defect or an attack."""


class JobLost(RuntimeError):
    """The error for a job that another process has taken over: this process must not write."""
