"""Domain errors of workspace requests."""

from django.utils.translation import gettext_lazy as _

from shared.kernel.errors import Conflict, InvalidInput, NotFound


class FreeMailbox(InvalidInput):
    sentence = _(
        "Anybody can open a mailbox there. Give the address that your institution gave you: it "
        "shows that you speak for it."
    )


class InstitutionServed(Conflict):
    sentence = _("This institution has a workspace already.")


class InstitutionListed(Conflict):
    """The error for a name that a body in the directory has; the argument is the body's code."""

    sentence = _("An institution of that name is in the list already: choose it there.")


class InstitutionAsked(Conflict):
    """The error for a workspace request while another one for the institution is open."""

    sentence = _(
        "A request for this institution is in hand already. Speak to your colleague who sent it."
    )


class MailedCodeWrong(InvalidInput):
    sentence = _("This is not the code. Read it again in the e-mail.")


class MailedCodeVoid(InvalidInput):
    sentence = _(
        "That code is no longer good: it lasts ten minutes and five tries. Have a new one sent to "
        "you below."
    )


class RequestNotFound(NotFound):
    """The error for a link or id that belongs to no sent workspace request."""

    code = "workspace_request_not_found"
    sentence = _("This link opens nothing. Take it from the latest e-mail about the request.")


class RequestIncomplete(Conflict):
    code = "workspace_request_incomplete"
    sentence = _("Something is still missing. Go through the questions again, then send.")


class RequestDecided(Conflict):
    """The error for an action on a decided or withdrawn workspace request."""

    code = "workspace_request_decided"
    sentence = _("This request has been decided or withdrawn meanwhile.")


class RequestChanged(Conflict):
    code = "workspace_request_changed"
    sentence = _(
        "A question or an answer has come since you read this request. Read it, then decide."
    )


class NothingAsked(Conflict):
    sentence = _("No question waits for your answer any more.")
