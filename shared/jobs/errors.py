"""Refusals about long work, and how it is left."""

from shared.kernel.errors import Conflict, DomainError, NotFound


class JobNotFound(NotFound):
    """There is no such work, or it belongs to somebody else."""

    code = "job_not_found"


class JobEnded(Conflict):
    """The work is over: it cannot be cancelled any more."""

    code = "job_ended"


class JobBeyondReturn(Conflict):
    """The work has gone so far that it can only be finished."""

    code = "job_beyond_return"


class JobNotFailed(Conflict):
    """Only work that an error has stopped can be tried again."""

    code = "job_not_failed"


class JobFailed(DomainError):
    """An error that nobody foresaw stopped the work."""

    code = "job_failed"


class JobKilled(DomainError):
    """One process after the other died while it did the work: no other one shall."""

    code = "job_killed"


class JobCancelled(Exception):
    """Somebody asked that the work be ended: it leaves its step and undoes what must not stay."""


class TaskMisplaced(RuntimeError):
    """A task was queued for a schema in which it does not run: by a defect, or by an intruder."""


class JobLost(RuntimeError):
    """Another process has taken the work over: this one must not write any more."""
