"""Errors of creating, changing, closing or destroying an agency."""

from django.utils.translation import gettext_lazy as _

from shared.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound


class AgencyCodeReserved(InvalidInput):
    sentence = _("This code is kept for the portal itself. Choose another one.")


class AgencyCodeTaken(Conflict):
    sentence = _("An administration with this code exists already.")


class AgencyStateConflict(Conflict):
    """The error for an action for which the workspace is in the wrong state."""

    sentence = _("The workspace has changed meanwhile: look at how it stands now.")


class NoSuccessor(Conflict):
    sentence = _(
        "No administration would handle the requests to the bodies of this "
        "administration: there is no successor and no active supervising "
        "administration. Choose a successor."
    )


class SuccessorUnfit(InvalidInput):
    sentence = _("As the successor, choose another administration with an active workspace.")


class CasesNeedActingOfficers(Conflict):
    code = "cases_need_caretakers"
    sentence = _(
        "This workspace has open requests that its own staff could no longer answer. "
        "Take the workspace over first: people of the successor can be its acting "
        "officers."
    )


class AdministratorExists(Conflict):
    sentence = _(
        "This workspace already has an administrator who can sign in and add staff. "
        "Only that administrator can be sent the invitation again."
    )


class AlreadyTakenOver(Conflict):
    sentence = _("This workspace is taken over. Hand it back first.")


class NotTakenOver(Conflict):
    sentence = _("This workspace is not taken over.")


class ActingOfficerNeeded(InvalidInput):
    code = "caretaker_needed"
    sentence = _(
        "Name at least one person who will answer, and each with an e-mail address of their own."
    )


class SubscriptionStillRuns(Conflict):
    sentence = _(
        "Its subscription is still active, and payments would continue. End the subscription first."
    )


class CasesStillOpen(Conflict):
    sentence = _(
        "Requests are still open there. They must be answered before anything is destroyed."
    )


class ExportMissing(Conflict):
    code = "bundle_missing"
    sentence = _(
        "No export contains the latest changes. Make one, or state in your request why "
        "none is needed."
    )


class CodeDiffers(InvalidInput):
    sentence = _("This is not the code of the workspace. Type it exactly.")


class DestroyAskedAlready(Conflict):
    sentence = _(
        "Somebody has asked for its destruction already. Agree to it, or withdraw it first."
    )


class DestroyOrderNotFound(NotFound):
    sentence = _("Nobody is asking for its destruction, or more than seven days have passed since.")


class HostInvalid(InvalidInput):
    sentence = _(
        "This is not a host name. Write it like reclamations.example.ma, without https:// and "
        "without a path."
    )


class HostOfThePortal(InvalidInput):
    sentence = _(
        "This name lies under the portal's own domain. Choose one under the administration's."
    )


class HostTaken(Conflict):
    sentence = _("Another workspace has this name, or has asked for it.")


class HostNotFound(NotFound):
    sentence = _("This workspace has not asked for such a name.")


class CustomHostNotInPlan(NotAllowed):
    sentence = _("The plan of this administration does not include a host name of its own.")


class WorkspaceIncomplete(Conflict):
    sentence = _("The new workspace did not pass its first checks. Nobody can see it.")


class BulkFileTooLarge(InvalidInput):
    sentence = _("This list is too long: at most 2,000 lines and 400 kB. Send it in parts.")


class BulkFileUnreadable(InvalidInput):
    sentence = _(
        "This is not a table that can be read. Save it as CSV in UTF-8, as the template is."
    )


class BulkColumnsMissing(InvalidInput):
    sentence = _(
        "The first line must name the columns, with one called organisation. Begin with the "
        "template."
    )


class BulkFileEmpty(InvalidInput):
    sentence = _("There is no line in this list to make a workspace from.")


class BulkTwice(InvalidInput):
    sentence = _("This stands in the list twice.")


class BulkEmail(InvalidInput):
    sentence = _("This is not an e-mail address.")


class BulkName(InvalidInput):
    sentence = _("This name is too long: at most 120 characters.")


class BulkLanguage(InvalidInput):
    sentence = _("Write ar, fr or en.")


class AgencyCodeShape(InvalidInput):
    sentence = _(
        "Use lower-case letters without accents, digits and single dashes, a letter first, at most "
        "50 characters."
    )
