"""Refusals of taking an agency out and bringing it back."""

from shared.jobs.errors import JobEnded
from shared.kernel.errors import Conflict, InvalidInput, NotFound, TryLater


class RecipientRefused(InvalidInput):
    """That is no recipient of age: ``age1`` and 58 letters and digits."""

    code = "recipient_refused"


class ExportKeyRefused(InvalidInput):
    """The key does not open the bundle: another one sealed it, or it is no bundle of ours."""

    code = "bundle_key_refused"


class ExportDamaged(InvalidInput):
    """The bundle is incomplete or was changed: what it says of itself is not what it holds."""

    code = "bundle_damaged"


class ExportUnknown(InvalidInput):
    """Nobody here has vouched for this file: its SHA-256 is neither the one given nor on record."""

    code = "bundle_unknown"


class ExportTooNew(Conflict):
    """The bundle comes from a version that this installation does not know."""

    code = "bundle_too_new"


class ExportTooOld(Conflict):
    """The bundle was made before the migrations were begun anew: nothing here can read it."""

    code = "bundle_too_old"


class ExportCollision(Conflict):
    """Something of the bundle is held by another agency here, or is on this disk already."""

    code = "bundle_collision"


class ExportNoSpace(TryLater):
    """The disk has no room for the bundle."""

    code = "bundle_no_space"


class ExportUnderWay(Conflict):
    """A bundle of that agency is being made already."""

    code = "bundle_under_way"


class ExportNotFound(NotFound):
    """There is no such bundle, or it has been deleted after its seven days."""

    code = "bundle_gone"


class RestoredAlready(JobEnded):
    """The agency is open again: it is not taken away by cancelling the work that brought it."""

    code = "restored_already"
