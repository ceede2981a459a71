"""What is refused where a case goes to another agency, is merged, or is cut into parts."""

from django.utils.translation import gettext_lazy as _

from shared.kernel.errors import Conflict, InvalidInput


class AlreadyOffered(Conflict):
    """Another agency has been asked to take the case over and has not answered."""

    sentence = _(
        "Another administration has been asked to take this case over. Wait for its answer, or "
        "take the offer back first."
    )


class NotOffered(Conflict):
    """The offer was taken back, has lapsed, or was made to another agency."""

    sentence = _("This case is not offered to your administration any more.")


class ReviewWaits(Conflict):
    """National oversight examines how the agency handled the case, and has not decided."""

    sentence = _(
        "National oversight is examining this case at the citizen's request. It can be handed "
        "over when that is decided."
    )


class CaseMerged(Conflict):
    """The case is merged into another one and is worked on there."""

    sentence = _(
        "This case is merged into another case of the same person. Work on that case, or undo the "
        "merge first."
    )


class NotOpenToMerge(Conflict):
    """A case that owes no reply is not merged, and no case into it."""

    sentence = _("Only open cases can be merged.")


class NotSamePerson(Conflict):
    """Nobody may know that both cases are of one person, or they are not."""

    sentence = _(
        "Only cases of the same person can be merged: filed with the same name and the same e-mail "
        "address, which its mailbox has proved for both, or the citizen has said on the page of "
        "each request that both are theirs."
    )


class MergedIntoItself(InvalidInput):
    """A case was to be merged into itself."""

    sentence = _("A case cannot be merged into itself. Choose another case.")


class HasMergedCases(Conflict):
    """Other cases are merged into the one that was to be merged: there are no chains."""

    sentence = _(
        "Other cases are merged into this one, so it cannot be merged itself. Merge the other case "
        "into this one, or undo these merges first."
    )


class TooManyMerged(Conflict):
    """As many cases are merged into one as may be."""

    sentence = _("Ten cases are merged into this one already. No more can be added.")


class EarlierTerm(Conflict):
    """The legal term of the case that was to be merged ends before that of the other one."""

    sentence = _(
        "The legal deadline of this case comes before that of the other one. Merge the other case "
        "into this one."
    )


class NotMerged(Conflict):
    """There is no merge that could be undone."""

    sentence = _("This case is not merged into another one, or it has been answered already.")


class PartOfWhole(Conflict):
    """A part that no other agency has taken over is answered with the whole request."""

    sentence = _("This part is answered with its whole request. Give it back, or offer it first.")


class PartsNotTaken(Conflict):
    """Parts of the case are with nobody else yet; the case cannot leave without them."""

    sentence = _("Parts cut out of this request are not taken over yet. Give them back first.")
