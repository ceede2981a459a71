"""Why an agency cannot be created, changed, closed or deleted."""

from shared.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound


class AgencyCodeReserved(InvalidInput):
    """The name is kept for the portal's own hosts."""

    code = "agency_code_reserved"


class AgencyCodeTaken(Conflict):
    """An agency with that code exists already."""

    code = "agency_code_taken"


class AgencyStateConflict(Conflict):
    """The workspace is not in the state that this act begins from; somebody may have been first."""

    code = "agency_state_conflict"


class NoSuccessor(Conflict):
    """Nobody would answer for a body of that agency: a citizen would write into a void."""

    code = "no_successor"


class SuccessorUnfit(InvalidInput):
    """Only another agency, whose workspace is active, can answer in its place."""

    code = "successor_unfit"


class CasesNeedActingOfficers(Conflict):
    """Requests are open there and its staff may not answer them: caretakers must be named."""

    code = "cases_need_caretakers"


class AdministratorExists(Conflict):
    """Somebody of the agency can let people in: national staff do not do it beside them."""

    code = "administrator_exists"


class AlreadyTakenOver(Conflict):
    """National oversight answers in that agency's place already."""

    code = "already_taken_over"


class NotTakenOver(Conflict):
    """Nobody answers in that agency's place."""

    code = "not_taken_over"


class ActingOfficerNeeded(InvalidInput):
    """A take-over names at least one person who answers, each once."""

    code = "caretaker_needed"


class SubscriptionStillRuns(Conflict):
    """It is paid for: Stripe would go on charging an agency that nobody can enter any more."""

    code = "subscription_still_runs"


class CasesStillOpen(Conflict):
    """Requests are open there: they would be destroyed unanswered."""

    code = "cases_still_open"


class ExportMissing(Conflict):
    """No bundle holds what happened there last, and nobody has said why none is needed."""

    code = "bundle_missing"


class CodeDiffers(InvalidInput):
    """What was typed is not the agency's code."""

    code = "code_differs"


class DestroyAskedAlready(Conflict):
    """Somebody has asked for that destruction already, and it waits for a second person."""

    code = "destroy_asked_already"


class DestroyOrderNotFound(NotFound):
    """No destruction of that agency waits for a second person."""

    code = "destroy_order_not_found"


class HostInvalid(InvalidInput):
    """Not a name under which a site can be reached."""

    code = "host_invalid"


class HostOfThePortal(InvalidInput):
    """The name lies under the portal's own domain."""

    code = "host_of_the_portal"


class HostTaken(Conflict):
    """Another agency has that name, or has asked for it."""

    code = "host_taken"


class HostNotFound(NotFound):
    """That agency has not asked for such a host name."""

    code = "host_not_found"


class CustomHostNotInPlan(NotAllowed):
    """The agency's plan has no host name of its own."""

    code = "custom_host_not_in_plan"


class WorkspaceIncomplete(Conflict):
    """A new workspace did not pass its first checks: it stays invisible."""

    code = "workspace_incomplete"


class BulkFileTooLarge(InvalidInput):
    """A list longer than all the bodies of the country."""

    code = "bulk_file_too_large"


class BulkFileUnreadable(InvalidInput):
    """The file is not a table in UTF-8."""

    code = "bulk_file_unreadable"


class BulkColumnsMissing(InvalidInput):
    """The first line does not name the column of the organisations."""

    code = "bulk_columns_missing"


class BulkFileEmpty(InvalidInput):
    """There is no line in the list that a workspace could be made from."""

    code = "bulk_file_empty"


class BulkTwice(InvalidInput):
    """The same body, or the same code, stands in the list twice."""

    code = "bulk_twice"


class BulkEmail(InvalidInput):
    """The administrator's address is none."""

    code = "bulk_email"


class BulkName(InvalidInput):
    """The administrator's name is too long."""

    code = "bulk_name"


class BulkLanguage(InvalidInput):
    """The administrator's language is none of the portal's."""

    code = "bulk_language"


class AgencyCodeShape(InvalidInput):
    """A code has small letters, digits and single hyphens between them."""

    code = "agency_code_shape"
