"""Errors of the access to a case, a one-time link or an encrypted identity."""

from django.utils.translation import gettext_lazy as _

from shared.kernel.errors import (
    Conflict,
    InvalidInput,
    NotAllowed,
    NotFound,
    TryLater,
    Unidentified,
)


class CaseNotFound(NotFound):
    """The error for a reference that is unknown, or whose case the given secret does not open."""

    sentence = _(
        "These two open no request. Check the reference, and the e-mail address or the receipt "
        "code. Some requests are not opened by an e-mail address alone: if you gave the right one, "
        "a link is on its way to that address."
    )


class AnonymousStaysApart(Conflict):
    sentence = _(
        "You sent this request without saying who you are, and an account would say it. Follow it "
        "with its reference and receipt code."
    )


class TokenNotFound(Unidentified):
    """The error for an unknown or expired tracking token."""

    sentence = _("Your visit has ended. Enter the reference again to open your request.")


class ReceiptCodeStays(Conflict):
    """The error for a receipt code that may not be replaced."""

    sentence = _(
        "The receipt code of this request stays as it is: a new one is given only to the e-mail "
        "address or the account that the request had when an officer printed its code."
    )


class ProofRequired(NotAllowed):
    """The error for an act that needs the receipt code, or the link sent to the stored address.

    The reference and the e-mail address prove no identity, because the agency knows both.
    """

    sentence = _(
        "The reference and the e-mail address are not enough for this, for the administration may "
        "know both. Use the receipt code, or the link that we send to the address of the request."
    )


class DecryptionFailed(Conflict):
    """The error for an encrypted text that cannot be decrypted."""

    code = "seal_broken"
    sentence = _("This identity cannot be opened: its key is not here, or it was changed.")


class EncryptedIdentityNotFound(NotFound):
    """The error for a reference without an encrypted identity."""

    code = "nothing_sealed"
    sentence = _("No sealed identity belongs to this reference.")


class IdentityNotAsked(NotAllowed):
    sentence = _(
        "The citizen's request is not under review. Without a review the reference of the court's "
        "decision is needed."
    )
    field = "court_reference"


class SameEmail(InvalidInput):
    sentence = _("This is the address that we write to already.")


class DisposableEmail(InvalidInput):
    sentence = _("This mailbox lasts only some minutes. Give an address that you keep.")


class NoEmailToChange(Conflict):
    sentence = _("An anonymous request takes no e-mail address.")


class LinkNotFound(NotFound):
    """The error for an e-mail's link that is unknown, used or expired."""

    sentence = _("This link no longer works.")


class NothingToCarry(Conflict):
    """The error for a request whose reply names no body that gets requests on the portal."""

    sentence = _("This request cannot be filed with another organisation from here.")


class ReviewNotFound(NotFound):
    """The error for a request without a review, whose case oversight therefore may not read."""

    sentence = _("No review was asked for with this reference.")


class ReviewAlreadyDecided(Conflict):
    sentence = _("This review has been decided already.")


class IdempotencyKeyReused(Conflict):
    sentence = _("This key was used already, for a request with another content.")


class CaseOnItsWay(TryLater):
    """The error for a change of a case whose transfer in a cluster is not complete."""

    sentence = _(
        "This request is being handed over to another administration at this moment. Try again in "
        "a minute; nothing is lost."
    )


class PersonNotAsked(Conflict):
    sentence = _(
        "The citizen cannot be asked this now: the e-mail address of each request must have been "
        "proved by its mailbox, and a question that was asked before must have been answered."
    )


class BothMineNotAsked(Conflict):
    """The error for an answer without an open question whether two requests are of one person."""

    sentence = _("This question has been answered, or the time to answer it has passed.")
