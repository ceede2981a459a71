"""Errors of exports and restores."""

from django.utils.translation import gettext_lazy as _

from shared.jobs.errors import JobEnded
from shared.kernel.errors import Conflict, InvalidInput, NotFound, TryLater


class RecipientRefused(InvalidInput):
    """The error for a text that is no age recipient: ``age1`` and 58 letters and digits."""

    sentence = _("This is not a public key of age: it begins with age1.")


class ExportKeyRefused(InvalidInput):
    """The error for a key that does not decrypt the file, or a file that is no export."""

    code = "bundle_key_refused"
    sentence = _("This key does not open this file.")


class ExportDamaged(InvalidInput):
    code = "bundle_damaged"
    sentence = _("This file is incomplete or was changed: it was not used.")


class ExportUnknown(InvalidInput):
    """The error for a file whose SHA-256 is not the expected digest."""

    code = "bundle_unknown"
    sentence = _(
        "Nobody has vouched for this file: give the SHA-256 that the page showed where it was made."
    )


class ExportTooNew(Conflict):
    code = "bundle_too_new"
    sentence = _("This file is from a newer version of Insaf: update first.")


class ExportTooOld(Conflict):
    """The error for an export with migrations that this code had and does not have any more."""

    code = "bundle_too_old"
    sentence = _("This file is from a version of Insaf that is too old.")


class ExportCollision(Conflict):
    """The error for an export with data that another agency or the storage already has."""

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
    """The error for an export whose file does not exist, or that the actor may not download."""

    code = "bundle_gone"
    sentence = _("This file has been deleted: each is kept for seven days.")


class RestoredAlready(JobEnded):
    """The error for a restore that cannot be cancelled, because the agency is open again."""

    sentence = _("It is too late: the administration is open again.")
