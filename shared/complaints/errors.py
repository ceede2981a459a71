"""Errors of the services of cases, with the sentences that pages show."""

from types import MappingProxyType

from django.utils.translation import gettext_lazy as _

from shared.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound


class ComplaintNotFound(NotFound):
    sentence = _("There is no request with this reference.")


class AttachmentNotFound(NotFound):
    sentence = _("This file is not there any more.")


class AttachmentWaits(Conflict):
    sentence = _(
        "This file has not been checked for viruses yet, so it cannot be opened. It "
        "can be opened after the check; try again later."
    )


class AttachmentInfected(Conflict):
    sentence = _("A virus was found in this file. It has been deleted and cannot be opened.")


class AttachmentMissing(Conflict):
    """The error for a file whose bytes are missing in the storage."""

    sentence = _(
        "This file is missing from our storage. Its name and its checksum stay in "
        "the request, and the operators of the portal have been told. If you still "
        "have the file, you can send it again."
    )


class TransitionNotAllowed(Conflict):
    sentence = _("The state of the request has changed: this can no longer be done.")


class StaleCase(Conflict):
    sentence = _("Somebody changed this case while you were reading it.")


class ConversationEnded(Conflict):
    sentence = _("This request takes no more messages or files. You can send a new request.")


class ReopenTermPassed(Conflict):
    sentence = _(
        "A request can be re-opened within 30 days of the reply. That term has passed; "
        "you can send a new request."
    )


class ReviewIsTheWay(Conflict):
    sentence = _(
        "This request has been examined twice, so it cannot be re-opened again. You "
        "can ask national oversight for a review, and after that the Mediator of the "
        "Kingdom."
    )


class ReviewAsked(Conflict):
    sentence = _(
        "You asked national oversight to review this refusal, so the request cannot be re-opened "
        "because of it. If national oversight sends it back, the administration examines it again."
    )


class NothingToReview(Conflict):
    """The error for a review that cannot be requested or decided now."""

    sentence = _(
        "You can ask national oversight for a review of a reply once: within 30 days of a "
        "refusal as inadmissible or of a second reply that does not uphold your request, or when "
        "the legal deadline has passed without a reply."
    )


class NoReplyToUphold(Conflict):
    sentence = _(
        "The administration has not answered yet, so there is no reply to confirm. "
        "Send the request back and say what must be done."
    )


class AlreadyRated(Conflict):
    sentence = _("You have rated this reply already.")


class NothingToRate(Conflict):
    sentence = _("There is no reply to rate yet.")


class NothingToReport(Conflict):
    code = "nothing_to_tell"
    sentence = _("You can say whether the decision was carried out once the day for it has come.")


class AlreadyTold(Conflict):
    sentence = _("You have already told us whether the decision was carried out.")


class SameOfficer(NotAllowed):
    sentence = _("A re-opened case goes to another officer.")


class BodyNotNamed(InvalidInput):
    """The error for a refusal without the competent body, which decree 2.17.265 requires."""

    sentence = _("On this ground the competent body must be named. Choose it, or write its name.")


class OwnBody(InvalidInput):
    sentence = _(
        "Your own administration answers for this body. Examine the request, or name another body."
    )


class TooManyAttachments(Conflict):
    sentence = _("This request already has the maximum number of files: ten.")


class TooManyByEmail(Conflict):
    sentence = _(
        "With the reference and the e-mail address alone, you can add three files to "
        "a request, and send twenty messages a day. To add more, open the request "
        "with its receipt code or with a link."
    )


class LabelNotFound(NotFound):
    sentence = _("This label is not in use any more. Choose another one.")


class LabelExists(Conflict):
    """The error for a label whose name the agency already has, in small or capital letters."""

    sentence = _("There is a label of this name already.")


class TooManyLabels(Conflict):
    sentence = _("A case can have twenty labels. Take one off before you add another.")


class SnoozeDayPassed(InvalidInput):
    sentence = _("Choose a day after today, within a year.")


class InvalidDraft(InvalidInput):
    """The error for a draft with a missing or invalid value; ``field`` names the value."""

    sentence = _("This answer is missing, too short or too long.")
    field_sentences = MappingProxyType(
        {
            "body": _("Write your text: at least a few words, at most 10,000 characters."),
            "subject": _("Write a subject of at most 200 characters."),
            "handling": _("Choose a mark from 1 to 5."),
        }
    )


class PartTooShort(InvalidInput):
    """The error for a too short section of a reply or a refusal; ``field`` names the section."""

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
    sentence = _(
        "%(part)s: write at least %(letters)d letters or digits. Repeated ones are not counted."
    )
    general_sentence = _("The text does not say how to reach the competent body.")


class PromisedDayOutside(InvalidInput):
    sentence = _("Choose a day from today on, two years ahead at most.")


class PromiseWithoutText(InvalidInput):
    sentence = _("Write what will be done by that day.")


class PartRepeated(InvalidInput):
    """The error for a reply with two equal sections; ``field`` names the later section."""

    sentence = _(
        "%(part)s: this is the same text as under “%(other)s”. Write what belongs in this part."
    )
    general_sentence = _("Two parts of the text are the same. Write in each what belongs there.")

    def __init__(self, *, field: str, part: object, other: object) -> None:
        super().__init__(field, field=field)
        self.values = {"part": part, "other": other}


class ChainStepInvalid(InvalidInput):
    sentence = _("Choose a number of days from %(least)d to %(most)d.")
    general_sentence = _("Choose a number of days within the national bounds.")

    def __init__(self, *, field: str, first: int, last: int) -> None:
        super().__init__(field, field=field)
        # The numbers have no sign, because the page says "days before" or "days after".
        least, most = sorted((abs(first), abs(last)))
        self.values = {"least": least, "most": most}


class ChainOrderInvalid(InvalidInput):
    sentence = _("This step cannot come before the one above it.")


class RemindersMissing(InvalidInput):
    sentence = _("Keep at least one of the two reminders.")


class InterimDayInvalid(InvalidInput):
    sentence = _("Choose a day after today, at most 60 days ahead.")


class InterimNeedsApproval(Conflict):
    sentence = _("A second interim reply needs the approval of a supervisor or an administrator.")


class InterimLimit(Conflict):
    sentence = _("Two interim replies have been sent already. Send the reply itself.")


# Errors of transfers, merges and splits.


class AlreadyOffered(Conflict):
    sentence = _(
        "Another administration has been asked to take this case over. Wait for its answer, or "
        "take the offer back first."
    )


class NotOffered(Conflict):
    """The error for an offer that was withdrawn, has lapsed, or was made to another agency."""

    sentence = _("This case is not offered to your administration any more.")


class ReviewWaits(Conflict):
    sentence = _(
        "National oversight is examining this case at the citizen's request. It can be handed "
        "over when that is decided."
    )


class CaseMerged(Conflict):
    sentence = _(
        "This case is merged into another case of the same person. Work on that case, or undo the "
        "merge first."
    )


class NotOpenToMerge(Conflict):
    sentence = _("Only open cases can be merged.")


class NotSamePerson(Conflict):
    sentence = _(
        "Only cases of the same person can be merged: filed with the same name and the same e-mail "
        "address, which its mailbox has proved for both, or the citizen has said on the page of "
        "each request that both are theirs."
    )


class MergedIntoItself(InvalidInput):
    sentence = _("A case cannot be merged into itself. Choose another case.")


class HasMergedCases(Conflict):
    sentence = _(
        "Other cases are merged into this one, so it cannot be merged itself. Merge the other case "
        "into this one, or undo these merges first."
    )


class TooManyMerged(Conflict):
    sentence = _("Ten cases are merged into this one already. No more can be added.")


class EarlierTerm(Conflict):
    sentence = _(
        "The legal deadline of this case comes before that of the other one. Merge the other case "
        "into this one."
    )


class NotMerged(Conflict):
    sentence = _("This case is not merged into another one, or it has been answered already.")


class PartOfWhole(Conflict):
    sentence = _("This part is answered with its whole request. Give it back, or offer it first.")


class PartsNotTaken(Conflict):
    sentence = _("Parts cut out of this request are not taken over yet. Give them back first.")
