"""Refusals of the domain."""

from types import MappingProxyType

from django.utils.translation import gettext_lazy as _

from shared.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound


class ComplaintNotFound(NotFound):
    """No case of that reference in this agency."""

    sentence = _("There is no request with this reference.")


class AttachmentNotFound(NotFound):
    """No such file in this case."""

    sentence = _("This file is not there any more.")


class AttachmentWaits(Conflict):
    """The virus scanner has not looked at this file yet: nobody may open it before."""

    sentence = _(
        "This file has not been checked for viruses yet, so it cannot be opened. It "
        "can be opened after the check; try again later."
    )


class AttachmentInfected(Conflict):
    """A virus was found in this file: it has been deleted."""

    sentence = _("A virus was found in this file. It has been deleted and cannot be opened.")


class AttachmentMissing(Conflict):
    """The row of this file is there and its bytes are not: storage was lost or not restored."""

    sentence = _(
        "This file is missing from our storage. Its name and its checksum stay in "
        "the request, and the operators of the portal have been told. If you still "
        "have the file, you can send it again."
    )


class TransitionNotAllowed(Conflict):
    """The case cannot move that way from where it stands."""

    sentence = _("The state of the request has changed: this can no longer be done.")


class StaleCase(Conflict):
    """Somebody changed the case since the officer opened it."""

    sentence = _("Somebody changed this case while you were reading it.")


class ConversationEnded(Conflict):
    """The case no longer takes messages or files."""

    sentence = _("This request takes no more messages or files. You can send a new request.")


class ReopenTermPassed(Conflict):
    """More than thirty days since the reply: a new complaint is the way on."""

    sentence = _(
        "A request can be re-opened within 30 days of the reply. That term has passed; "
        "you can send a new request."
    )


class ReviewIsTheWay(Conflict):
    """The request was examined twice: the way on is a review by national oversight."""

    sentence = _(
        "This request has been examined twice, so it cannot be re-opened again. You "
        "can ask national oversight for a review, and after that the Mediator of the "
        "Kingdom."
    )


class ReviewAsked(Conflict):
    """National oversight was asked about this reply: it is not re-opened beside that."""

    sentence = _(
        "You asked national oversight to review this refusal, so the request cannot be re-opened "
        "because of it. If national oversight sends it back, the administration examines it again."
    )


class NothingToReview(Conflict):
    """No review can be asked for now, or none waits to be decided."""

    sentence = _(
        "You can ask national oversight for a review of a reply once: within 30 days of a "
        "refusal as inadmissible or of a second reply that does not uphold your request, or when "
        "the legal deadline has passed without a reply."
    )


class NoReplyToUphold(Conflict):
    """The administration has not answered: there is nothing that could stand."""

    sentence = _(
        "The administration has not answered yet, so there is no reply to confirm. "
        "Send the request back and say what must be done."
    )


class AlreadyRated(Conflict):
    """This reply has been rated already."""

    sentence = _("You have rated this reply already.")


class NothingToRate(Conflict):
    """There is no reply to rate yet."""

    sentence = _("There is no reply to rate yet.")


class NothingToTell(Conflict):
    """The day on which the citizen may say whether the promise was kept has not come."""

    sentence = _("You can say whether the decision was carried out once the day for it has come.")


class AlreadyTold(Conflict):
    """The citizen has said already whether the promise was kept."""

    sentence = _("You have already told us whether the decision was carried out.")


class SameOfficer(NotAllowed):
    """A re-opened case goes to another officer than those who decided on it before."""

    sentence = _("A re-opened case goes to another officer.")


class BodyNotNamed(InvalidInput):
    """A refusal on a ground for which decree 2.17.265 asks that the competent body is named."""

    sentence = _("On this ground the competent body must be named. Choose it, or write its name.")


class OwnBody(InvalidInput):
    """The body named as competent is one for which the agency of the case answers."""

    sentence = _(
        "Your own administration answers for this body. Examine the request, or name another body."
    )


class TooManyAttachments(Conflict):
    """The case holds as many files as it may."""

    sentence = _("This request already has the maximum number of files: ten.")


class TooManyByEmail(Conflict):
    """Reference and e-mail address have added what they may; who proves more adds more."""

    sentence = _(
        "With the reference and the e-mail address alone, you can add three files to "
        "a request, and send twenty messages a day. To add more, open the request "
        "with its receipt code or with a link."
    )


class LabelNotFound(NotFound):
    """No label of that number is in use in this agency."""

    sentence = _("This label is not in use any more. Choose another one.")


class LabelExists(Conflict):
    """The agency has a label of that name, whatever its capitals."""

    sentence = _("There is a label of this name already.")


class TooManyLabels(Conflict):
    """The case has as many labels as it may."""

    sentence = _("A case can have twenty labels. Take one off before you add another.")


class SnoozeDayPassed(InvalidInput):
    """A case is put aside until a day after today, and for a year at most."""

    sentence = _("Choose a day after today, within a year.")


class InvalidDraft(InvalidInput):
    """Something required is missing or too long; ``field`` names it."""

    sentence = _("This answer is missing, too short or too long.")
    field_sentences = MappingProxyType(
        {
            "body": _("Write your text: at least a few words, at most 10,000 characters."),
            "subject": _("Write a subject of at most 200 characters."),
            "handling": _("Choose a mark from 1 to 5."),
        }
    )


class PartTooShort(InvalidInput):
    """A part of a reply or a refusal says nothing; ``field`` names it."""

    sentence = _(
        "%(part)s: write at least %(letters)d letters. Repeated letters and repeated words are "
        "not counted."
    )
    general_sentence = _(
        "A part of the text is too short. Repeated letters and repeated words are not counted."
    )

    def __init__(self, *, field: str, part: object, letters: int) -> None:
        super().__init__(field, field=field)
        self.values = {"part": part, "letters": letters}


class ContactTooShort(PartTooShort):
    """It does not say how to reach the competent body; ``field`` names the part."""

    sentence = _(
        "%(part)s: write at least %(letters)d letters or digits. Repeated ones are not counted."
    )
    general_sentence = _("The text does not say how to reach the competent body.")


class PromisedDayOutside(InvalidInput):
    """The day by which something will be done has passed, or lies too far ahead."""

    sentence = _("Choose a day from today on, two years ahead at most.")


class PromiseWithoutText(InvalidInput):
    """A day is named by which something will be done, and nothing is said of what."""

    sentence = _("Write what will be done by that day.")


class PartRepeated(InvalidInput):
    """A part of a reply or a refusal has the text of an earlier part; ``field`` names the later."""

    sentence = _(
        "%(part)s: this is the same text as under “%(other)s”. Write what belongs in this part."
    )
    general_sentence = _("Two parts of the text are the same. Write in each what belongs there.")

    def __init__(self, *, field: str, part: object, other: object) -> None:
        super().__init__(field, field=field)
        self.values = {"part": part, "other": other}


class ChainStepInvalid(InvalidInput):
    """A step of the chain is outside its national bounds; ``field`` names it."""

    sentence = _("Choose a number of days from %(least)d to %(most)d.")
    general_sentence = _("Choose a number of days within the national bounds.")

    def __init__(self, *, field: str, first: int, last: int) -> None:
        super().__init__(field, field=field)
        # As people count: days before, or days after.
        least, most = sorted((abs(first), abs(last)))
        self.values = {"least": least, "most": most}


class ChainOrderInvalid(InvalidInput):
    """A step of the chain would come before the one that precedes it; ``field`` names it."""

    sentence = _("This step cannot come before the one above it.")


class RemindersMissing(InvalidInput):
    """An agency may leave out one of the two reminders, and not both."""

    sentence = _("Keep at least one of the two reminders.")


class InterimDayInvalid(InvalidInput):
    """An interim reply announces the reply for a day after today, sixty days ahead at most."""

    sentence = _("Choose a day after today, at most 60 days ahead.")


class InterimNeedsApproval(Conflict):
    """The second interim reply of a round needs the agreement of the head of the agency."""

    sentence = _("A second interim reply needs the approval of a supervisor or an administrator.")


class InterimLimit(Conflict):
    """Two interim replies were sent in this round: what is owed now is the reply."""

    sentence = _("Two interim replies have been sent already. Send the reply itself.")


# What is refused where a case goes to another agency, is merged, or is cut into parts.


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
