"""Why a case, a link or an identity stays closed."""

from shared.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound


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


class DecryptionFailed(Conflict):
    """A sealed text does not open: another key sealed it, or it was changed."""

    code = "seal_broken"


class EncryptedIdentityNotFound(NotFound):
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
