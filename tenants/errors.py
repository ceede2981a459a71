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


class SealBroken(Conflict):
    """A sealed text does not open: another key sealed it, or it was changed."""

    code = "seal_broken"


class NothingSealed(NotFound):
    """No sealed identity belongs to that reference: it is unknown, named or anonymous."""

    code = "nothing_sealed"


class SameEmail(InvalidInput):
    """The new address is the one that there is already."""

    code = "same_email"


class DisposableEmail(InvalidInput):
    """The address belongs to a mailbox that lasts some minutes."""

    code = "disposable_email"


class NoEmailToChange(Conflict):
    """The request has no address: nobody could prove the former one."""

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
