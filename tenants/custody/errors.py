"""Errors of offers, transfers and decisions on competence."""

from django.utils.translation import gettext_lazy as _

from shared.kernel.errors import Conflict, InvalidInput, NotFound


class OfferNotFound(NotFound):
    """The error for an offer that is unknown, or that this agency neither made nor received."""

    sentence = _("There is no such offer.")


class OfferAnswered(Conflict):
    """The error for an offer that was answered or taken back, or has lapsed."""

    sentence = _("This offer is not open any more.")


class ReceiverClosed(InvalidInput):
    """The error for a receiving agency that is suspended or archived."""

    sentence = _(
        "The administration that answers for this body cannot take cases over at present. Name "
        "another body, or examine the case."
    )


class NobodyToReceive(InvalidInput):
    sentence = _(
        "No administration answers for this body on the portal. Tell the citizen in a letter which "
        "body is competent."
    )


class OfferToOneself(InvalidInput):
    sentence = _("Your own administration answers for this body. Examine the case.")


class ReferenceInNote(InvalidInput):
    sentence = _(
        "Leave the reference out. The administration that you ask learns it only when it takes the "
        "case over; until then the offer has a number of its own."
    )


class BoundByDecision(Conflict):
    sentence = _(
        "National oversight has decided that your administration is competent for this case. It "
        "cannot be offered to another one."
    )


class PartBound(Conflict):
    """The error for an offer of a part to an agency that a decision on the whole excludes."""

    # The sentence does not mention the whole, which an agency that has only the part may not know.
    sentence = _("This part cannot be offered to that administration.")


class ArbitrationWaits(Conflict):
    sentence = _("National oversight is deciding which administration is competent for this case.")


class ArbitrationNotFound(NotFound):
    sentence = _("No decision on competence was asked for with this reference.")


class ArbitrationDecided(Conflict):
    sentence = _("This has been decided already, or the case was answered meanwhile.")


class TooManyParts(Conflict):
    sentence = _("This request has ten parts already. Examine the rest, or hand the case over.")


class NotAPart(Conflict):
    sentence = _("This is a whole request: nothing was cut out of another one.")


class ObjectionTermPassed(Conflict):
    """The error for an objection to a split after the seven days, or a second objection."""

    sentence = _("You could object within seven days. The part stays where it is now.")


class PartAnswered(Conflict):
    sentence = _(
        "This part was answered or has ended, so it is not given back. If the answer does not "
        "settle it, you can re-open it."
    )
