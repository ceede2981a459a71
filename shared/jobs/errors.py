"""Errors of jobs and of background tasks."""

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
    """The error for a job that is stopped, because too many processes died during the job."""

    sentence = _("The job was interrupted five times and has been stopped.")


class JobCancelled(Exception):
    """The exception that stops the current step of a job after a request to cancel the job."""


class TaskMisplaced(RuntimeError):
    """The error for a task in a schema in which this task must not run."""


class JobLost(RuntimeError):
    """The error for a job that another process has resumed, so this process must stop."""
