"""Refusals about jobs, and how a job is left."""

from django.utils.translation import gettext_lazy as _

from shared.kernel.errors import Conflict, DomainError, NotFound


class JobNotFound(NotFound):
    """There is no such work, or it belongs to somebody else."""

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
    """One process after the other died while it did the work: no other one shall."""

    sentence = _("The job was interrupted five times and has been stopped.")


class JobCancelled(Exception):
    """Somebody asked that the work be ended: it leaves its step and undoes what must not stay."""


class TaskMisplaced(RuntimeError):
    """A task was queued for a schema in which it does not run: by a defect, or by an intruder."""


class JobLost(RuntimeError):
    """Another process has taken the work over: this one must not write any more."""
