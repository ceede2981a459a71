"""Errors of exports and restores."""

from django.utils.translation import gettext_lazy as _

from shared.jobs.errors import JobEnded
from shared.kernel.errors import Conflict, InvalidInput, NotFound, TryLater


class RecipientRefused(InvalidInput):
    """The text is not an age recipient, which is ``age1`` and 58 letters and digits."""

    sentence = _("This is not a public key of age: it begins with age1.")


class ExportKeyRefused(InvalidInput):
    """The key does not decrypt the file: the file is for another key, or is not an export."""

    code = "bundle_key_refused"
    sentence = _("This key does not open this file.")


class ExportDamaged(InvalidInput):
    code = "bundle_damaged"
    sentence = _("This file is incomplete or was changed: it was not used.")


class ExportUnknown(InvalidInput):
    """The file's SHA-256 is neither the given digest nor on record: nobody vouches for the file."""

    code = "bundle_unknown"
    sentence = _(
        "Nobody has vouched for this file: give the SHA-256 that the page showed where it was made."
    )


class ExportTooNew(Conflict):
    code = "bundle_too_new"
    sentence = _("This file is from a newer version of Insaf: update first.")


class ExportTooOld(Conflict):
    """The export is older than the replacement of the migrations, so no code here can read it."""

    code = "bundle_too_old"
    sentence = _("This file is from a version of Insaf that is too old.")


class ExportCollision(Conflict):
    """Data of the export belongs to another agency here, or already exists in the storage."""

    code = "bundle_collision"
    sentence = _(
        "Something in this file belongs to another administration here, so nothing of it was used."
    )


class ExportLacksCases(Conflict):
    code = "bundle_lacks_cases"
    general_sentence = _(
        "This administration received or took over requests after this file was made; they are not "
        "in it. Use a later file, or say that they may be lost."
    )
    sentence = general_sentence


class ExportNoSpace(TryLater):
    code = "bundle_no_space"
    sentence = _("There is not enough room on the disk for this file.")


class ExportUnderWay(Conflict):
    code = "bundle_under_way"
    sentence = _("An export of this administration is already running. Wait until it is complete.")


class ExportNotFound(NotFound):
    """The export does not exist, or was deleted after seven days."""

    code = "bundle_gone"
    sentence = _("This file has been deleted: each is kept for seven days.")


class RestoredAlready(JobEnded):
    """The restored agency is open again, so cancelling its job does not remove the agency."""

    sentence = _("It is too late: the administration is open again.")
