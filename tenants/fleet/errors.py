"""Why an agency cannot be created, changed, closed or destroyed."""

from django.utils.translation import gettext_lazy as _

from shared.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound


class AgencyCodeReserved(InvalidInput):
    """The name is kept for the portal's own hosts."""

    sentence = _("This code is kept for the portal itself. Choose another one.")


class AgencyCodeTaken(Conflict):
    """An agency with that code exists already."""

    sentence = _("An administration with this code exists already.")


class AgencyStateConflict(Conflict):
    """The workspace is not in the state that this act begins from; somebody may have been first."""

    sentence = _("The workspace has changed meanwhile: look at how it stands now.")


class NoSuccessor(Conflict):
    """Nobody would answer for a body of that agency: a citizen would write into a void."""

    sentence = _(
        "No administration would handle the requests to the bodies of this "
        "administration: there is no successor and no active supervising "
        "administration. Choose a successor."
    )


class SuccessorUnfit(InvalidInput):
    """Only another agency, whose workspace is active, can answer in its place."""

    sentence = _("As the successor, choose another administration with an active workspace.")


class CasesNeedActingOfficers(Conflict):
    """Requests are open there and its staff may not answer them: caretakers must be named."""

    code = "cases_need_caretakers"
    sentence = _(
        "This workspace has open requests that its own staff could no longer answer. "
        "Take the workspace over first: people of the successor can be its acting "
        "officers."
    )


class AdministratorExists(Conflict):
    """Somebody of the agency can let people in: national staff do not do it beside them."""

    sentence = _(
        "This workspace already has an administrator who can sign in and add staff. "
        "Only that administrator can be sent the invitation again."
    )


class AlreadyTakenOver(Conflict):
    """National oversight answers in that agency's place already."""

    sentence = _("This workspace is taken over. Hand it back first.")


class NotTakenOver(Conflict):
    """Nobody answers in that agency's place."""

    sentence = _("This workspace is not taken over.")


class ActingOfficerNeeded(InvalidInput):
    """A take-over names at least one person who answers, each once."""

    code = "caretaker_needed"
    sentence = _(
        "Name at least one person who will answer, and each with an e-mail address of their own."
    )


class SubscriptionStillRuns(Conflict):
    """It is paid for: Stripe would go on charging an agency that nobody can enter any more."""

    sentence = _(
        "Its subscription is still active, and payments would continue. End the subscription first."
    )


class CasesStillOpen(Conflict):
    """Requests are open there: they would be destroyed unanswered."""

    sentence = _(
        "Requests are still open there. They must be answered before anything is destroyed."
    )


class ExportMissing(Conflict):
    """No bundle holds what happened there last, and nobody has said why none is needed."""

    code = "bundle_missing"
    sentence = _(
        "No export contains the latest changes. Make one, or state in your request why "
        "none is needed."
    )


class CodeDiffers(InvalidInput):
    """What was typed is not the agency's code."""

    sentence = _("This is not the code of the workspace. Type it exactly.")


class DestroyAskedAlready(Conflict):
    """Somebody has asked for that destruction already, and it waits for a second person."""

    sentence = _(
        "Somebody has asked for its destruction already. Agree to it, or withdraw it first."
    )


class DestroyOrderNotFound(NotFound):
    """No destruction of that agency waits for a second person."""

    sentence = _("Nobody is asking for its destruction, or more than seven days have passed since.")


class HostInvalid(InvalidInput):
    """Not a name under which a site can be reached."""

    sentence = _(
        "This is not a host name. Write it like reclamations.example.ma, without https:// and "
        "without a path."
    )


class HostOfThePortal(InvalidInput):
    """The name lies under the portal's own domain."""

    sentence = _(
        "This name lies under the portal's own domain. Choose one under the administration's."
    )


class HostTaken(Conflict):
    """Another agency has that name, or has asked for it."""

    sentence = _("Another workspace has this name, or has asked for it.")


class HostNotFound(NotFound):
    """That agency has not asked for such a host name."""

    sentence = _("This workspace has not asked for such a name.")


class CustomHostNotInPlan(NotAllowed):
    """The agency's plan has no host name of its own."""

    sentence = _("The plan of this administration does not include a host name of its own.")


class WorkspaceIncomplete(Conflict):
    """A new workspace did not pass its first checks: it stays invisible."""

    sentence = _("The new workspace did not pass its first checks. Nobody can see it.")


class BulkFileTooLarge(InvalidInput):
    """A list longer than all the bodies of the country."""

    sentence = _("This list is too long: at most 2,000 lines and 400 kB. Send it in parts.")


class BulkFileUnreadable(InvalidInput):
    """The file is not a table in UTF-8."""

    sentence = _(
        "This is not a table that can be read. Save it as CSV in UTF-8, as the template is."
    )


class BulkColumnsMissing(InvalidInput):
    """The first line does not name the column of the organisations."""

    sentence = _(
        "The first line must name the columns, with one called organisation. Begin with the "
        "template."
    )


class BulkFileEmpty(InvalidInput):
    """There is no line in the list that a workspace could be made from."""

    sentence = _("There is no line in this list to make a workspace from.")


class BulkTwice(InvalidInput):
    """The same body, or the same code, stands in the list twice."""

    sentence = _("This stands in the list twice.")


class BulkEmail(InvalidInput):
    """The administrator's address is none."""

    sentence = _("This is not an e-mail address.")


class BulkName(InvalidInput):
    """The administrator's name is too long."""

    sentence = _("This name is too long: at most 120 characters.")


class BulkLanguage(InvalidInput):
    """The administrator's language is none of the portal's."""

    sentence = _("Write ar, fr or en.")


class AgencyCodeShape(InvalidInput):
    """A code has small letters, digits and single hyphens between them."""

    sentence = _(
        "Use lower-case letters without accents, digits and single dashes, a letter first, at most "
        "50 characters."
    )
