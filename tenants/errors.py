"""Refusals of the address book and of the doors."""

from shared.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound, TryLater


class AgencyNotFound(NotFound):
    """No agency has that code."""

    code = "agency_not_found"


class NoAgencyForOrganisation(InvalidInput):
    """Neither the organisation nor any body above it has a workspace."""

    code = "no_agency_for_organisation"


class OrganisationNotServed(InvalidInput):
    """The law puts that body outside this portal; the directory says where to turn."""

    code = "organisation_not_served"


class CaseNotFound(NotFound):
    """The one answer to every wrong pair of reference and e-mail or receipt code."""

    code = "case_not_found"


class AnonymousStaysApart(Conflict):
    """An anonymous complaint is not kept in an account: the account says who the person is."""

    code = "anonymous_stays_apart"


class TokenNotFound(NotFound):
    """The tracking token is unknown or has expired."""

    code = "token_not_found"


class ProofRequired(NotAllowed):
    """What decides something needs the receipt code, or the link sent to the stored address.

    The agency knows reference and e-mail address as well: these two prove no identity.
    """

    code = "proof_required"


class SealBroken(Conflict):
    """A sealed text does not open: another key sealed it, or it was changed."""

    code = "seal_broken"


class NothingSealed(NotFound):
    """No sealed identity belongs to that reference: it is unknown, named or anonymous."""

    code = "nothing_sealed"


class IdentityNotAsked(NotAllowed):
    """An identity opens while the citizen's review waits, or by a court's decision."""

    code = "identity_not_asked"
    field = "court_reference"


class SameEmail(InvalidInput):
    """The new address is the one that there is already."""

    code = "same_email"


class DisposableEmail(InvalidInput):
    """The address belongs to a mailbox that lasts some minutes."""

    code = "disposable_email"


class NoEmailToChange(Conflict):
    """Filed anonymously: no address is kept, and none may come to be."""

    code = "no_email_to_change"


class LinkNotFound(NotFound):
    """The link of a letter is unknown, used or too old: one answer for all three."""

    code = "link_not_found"


class ReviewNotFound(NotFound):
    """Nobody asked for a review of that request: its file stays closed to national oversight."""

    code = "review_not_found"


class ReviewAlreadyDecided(Conflict):
    """The review has been decided, perhaps by a colleague an instant ago."""

    code = "review_already_decided"


class IdempotencyKeyReused(Conflict):
    """The same idempotency key came with another content."""

    code = "idempotency_key_reused"


class AgencyCodeReserved(InvalidInput):
    """The name is kept for the portal's own hosts."""

    code = "agency_code_reserved"


class AgencyCodeTaken(Conflict):
    """An agency with that code exists already."""

    code = "agency_code_taken"


class AgencyUpdating(TryLater):
    """The agency's tables are older than this code needs; its migration is under way."""

    code = "agency_updating"


class LimitedUntilPaid(NotAllowed):
    """An extra of the console that waits until a late payment has come."""

    code = "limited_until_paid"


class WorkspaceClosed(NotAllowed):
    """The workspace is suspended or archived: its staff cannot do this any more."""

    code = "workspace_closed"


class AgencyStateConflict(Conflict):
    """The workspace is not in the state that this act begins from; somebody may have been first."""

    code = "agency_state_conflict"


class ReasonNeeded(InvalidInput):
    """What is done to an agency is done for a reason, which its staff read."""

    code = "reason_needed"


class NoSuccessor(Conflict):
    """Nobody would answer for a body of that agency: a citizen would write into a void."""

    code = "no_successor"


class SuccessorUnfit(InvalidInput):
    """Only another agency, whose workspace is active, can answer in its place."""

    code = "successor_unfit"


class CasesNeedCaretakers(Conflict):
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


class CaretakerNeeded(InvalidInput):
    """A take-over names at least one person who answers, each once."""

    code = "caretaker_needed"


class SubscriptionStillRuns(Conflict):
    """It is paid for: Stripe would go on charging an agency that nobody can enter any more."""

    code = "subscription_still_runs"


class CasesStillOpen(Conflict):
    """Requests are open there: they would be destroyed unanswered."""

    code = "cases_still_open"


class BundleMissing(Conflict):
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


class ApprovalAskedAlready(Conflict):
    """Somebody has asked for the same, and a second person has not answered yet."""

    code = "approval_asked_already"


class ApprovalNotFound(NotFound):
    """Nobody is asking for it, it was answered already, or seven days have passed since."""

    code = "approval_not_found"


class ApprovalAskedAnew(Conflict):
    """It was withdrawn and asked for again since the page that was read."""

    code = "approval_asked_anew"


class ApprovalByFormerStaff(Conflict):
    """Who asked for it, or agreed to it, has left or has another role now."""

    code = "approval_by_former_staff"


class ApprovalOutdated(Conflict):
    """The work failed, and the agreement to it is older than seven days."""

    code = "approval_outdated"


class SecondPersonNeeded(NotAllowed):
    """Who asked for something cannot agree to it."""

    code = "second_person_needed"


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
