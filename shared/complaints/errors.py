"""Refusals of the domain."""

from shared.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound


class ComplaintNotFound(NotFound):
    """No case of that reference in this agency."""

    code = "complaint_not_found"


class AttachmentNotFound(NotFound):
    """No such file in this case."""

    code = "attachment_not_found"


class AttachmentWaits(Conflict):
    """The virus scanner has not looked at this file yet: nobody may open it before."""

    code = "attachment_waits"


class AttachmentInfected(Conflict):
    """A virus was found in this file: it has been deleted."""

    code = "attachment_infected"


class AttachmentMissing(Conflict):
    """The row of this file is there and its bytes are not: storage was lost or not restored."""

    code = "attachment_missing"


class TransitionNotAllowed(Conflict):
    """The case cannot move that way from where it stands."""

    code = "transition_not_allowed"


class StaleCase(Conflict):
    """Somebody changed the case since the officer opened it."""

    code = "stale_case"


class ConversationEnded(Conflict):
    """The case no longer takes messages or files."""

    code = "conversation_ended"


class ReopenTermPassed(Conflict):
    """More than thirty days since the reply: a new complaint is the way on."""

    code = "reopen_term_passed"


class ReviewIsTheWay(Conflict):
    """The request was examined twice: the way on is a review by national oversight."""

    code = "review_is_the_way"


class NothingToReview(Conflict):
    """No review can be asked for now, or none waits to be decided."""

    code = "nothing_to_review"


class NoReplyToUphold(Conflict):
    """The administration has not answered: there is nothing that could stand."""

    code = "no_reply_to_uphold"


class AlreadyRated(Conflict):
    """This reply has been rated already."""

    code = "already_rated"


class NothingToRate(Conflict):
    """There is no reply to rate yet."""

    code = "nothing_to_rate"


class NothingToTell(Conflict):
    """Nobody has asked yet whether the promise of this reply was kept."""

    code = "nothing_to_tell"


class AlreadyTold(Conflict):
    """The citizen has said already whether the promise was kept."""

    code = "already_told"


class SameOfficer(NotAllowed):
    """A re-opened case goes to another officer than the one who answered it."""

    code = "same_officer"


class TooManyAttachments(Conflict):
    """The case holds as many files as it may."""

    code = "too_many_attachments"


class TooManyByEmail(Conflict):
    """Reference and e-mail address have added what they may; who proves more adds more."""

    code = "too_many_by_email"


class InvalidDraft(InvalidInput):
    """Something required is missing or too long; ``field`` names it."""

    code = "invalid_draft"
