"""Refusals about requests for a workspace."""

from shared.kernel.errors import Conflict, InvalidInput, NotFound


class FreeMailbox(InvalidInput):
    """Anybody can open a mailbox there: it proves nothing about an institution."""

    code = "free_mailbox"


class InstitutionServed(Conflict):
    """The institution has a workspace of its own already."""

    code = "institution_served"


class InstitutionListed(Conflict):
    """The directory holds a body of that name: the argument is its code."""

    code = "institution_listed"


class InstitutionAsked(Conflict):
    """A request for the institution is being examined, or its workspace is being made."""

    code = "institution_asked"


class MailedCodeWrong(InvalidInput):
    """These are not the digits of the letter."""

    code = "mailed_code_wrong"


class MailedCodeVoid(Conflict):
    """The code is too old, was tried too often, or there is none."""

    code = "mailed_code_void"


class RequestNotFound(NotFound):
    """No request opens with that link or number: one answer for all."""

    code = "workspace_request_not_found"


class RequestIncomplete(Conflict):
    """Something is still to be answered before the request can be sent."""

    code = "workspace_request_incomplete"


class RequestDecided(Conflict):
    """The request has been decided or withdrawn, perhaps an instant ago."""

    code = "workspace_request_decided"


class RequestChanged(Conflict):
    """A question or an answer has come since the reviewer looked."""

    code = "workspace_request_changed"


class NothingAsked(Conflict):
    """No question waits for the institution."""

    code = "nothing_asked"
