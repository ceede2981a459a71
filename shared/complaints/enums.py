"""Enumerations of the values in the columns of cases; the REST interface uses the same values."""

from collections.abc import Mapping
from enum import StrEnum

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from shared.register.enums import RequestKind

# The three kinds of request in decree 2.17.265; only a complaint has the legal clock.
Kind = RequestKind


class Status(TextChoices):
    """The status of a case; workflow.py has the allowed transitions."""

    RECEIVED = "received", pgettext_lazy("a request", "Received")
    IN_PROGRESS = "in_progress", _("In progress")
    AWAITING_CITIZEN = "awaiting_citizen", _("Waiting for the citizen")
    ANSWERED = "answered", _("Answered")
    REOPENED = "reopened", _("Re-opened")
    INADMISSIBLE = "inadmissible", _("Inadmissible")
    TRANSFERRED = "transferred", _("Transferred")
    WITHDRAWN = "withdrawn", pgettext_lazy("a request", "Withdrawn")
    CLOSED = "closed", _("Closed")


OPEN = (Status.RECEIVED, Status.IN_PROGRESS, Status.AWAITING_CITIZEN, Status.REOPENED)
ANSWERS = (Status.ANSWERED, Status.INADMISSIBLE)


class Outcome(TextChoices):
    """The decision of the administration; the citizen's rating says if the matter is resolved."""

    UPHELD = "upheld", _("Upheld")
    PARTLY_UPHELD = "partly_upheld", _("Partly upheld")
    NOT_UPHELD = "not_upheld", _("Not upheld")
    EXPLAINED = "explained", _("Explained")


class RemedyTime(TextChoices):
    """The state of what a reply announces: done already, or to be done by a day."""

    DONE = "done", _("It is done already, or nothing has to be done")
    BY_DAY = "by_day", _("It will be done by a day")


class Ground(TextChoices):
    """Legal grounds on which a request is refused (decree 2.17.265)."""

    BEFORE_COURTS = "before_courts", _("The matter is before the courts or was decided by them")
    OTHER_BODY = "other_body", _("Another body is competent by law")
    JUDICIAL_POLICE = "judicial_police", _("It concerns a report of the judicial police")
    NOT_COMPETENT = "not_competent", _("The matter is outside the powers of this administration")

    @property
    def legal_basis(self) -> Promise:
        """Return the decree's rule on a ground, for the officer and for the message to the citizen.

        Only the decree is named, because the numbers of its articles are not verified.
        """
        return _GROUND_BASES[self]


_GROUND_BASES: Mapping[str, Promise] = {
    Ground.BEFORE_COURTS: _(
        "Decree 2.17.265: a matter that is before the courts, or that they have decided, is not "
        "admissible."
    ),
    Ground.OTHER_BODY: _(
        "Decree 2.17.265: a matter for which another body is competent by law is not admissible; "
        "the person is directed to that body."
    ),
    Ground.JUDICIAL_POLICE: _(
        "Decree 2.17.265: a matter that concerns reports of the judicial police is not admissible."
    ),
    Ground.NOT_COMPETENT: _(
        "Decree 2.17.265: an administration that is not competent directs the person to the "
        "competent one."
    ),
}
# A refusal on one of these grounds must be a ``DirectionDraft``, which names the competent body.
BODY_GROUNDS = (Ground.OTHER_BODY, Ground.NOT_COMPETENT)


class AppealCause(StrEnum):
    """The cause for which a citizen may ask national oversight for a review."""

    OVERDUE = "overdue"
    REFUSED = "refused"
    REFUSED_AGAIN = "refused_again"


class Privacy(TextChoices):
    """The level of privacy: the agency, only oversight, or nobody may see who the citizen is."""

    NAMED = "named", _("With my name")
    CONFIDENTIAL = "confidential", _("Confidential")
    ANONYMOUS = "anonymous", _("Anonymous")


class Language(TextChoices):
    """The language of messages to the citizen."""

    ARABIC = "ar", _("Arabic")
    FRENCH = "fr", _("French")
    ENGLISH = "en", _("English")


class PartyKind(TextChoices):
    """The kind of party that files the request."""

    PERSON = "person", _("A person")
    COMPANY = "company", _("A company")
    ASSOCIATION = "association", _("An association")


class Channel(TextChoices):
    """The channel through which the request was filed."""

    PORTAL = "portal", _("Portal")
    API = "api", _("Program (REST interface)")
    COUNTER = "counter", _("Counter")
    PHONE = "phone", pgettext_lazy("a channel", "Telephone")


class Consent(TextChoices):
    """The form in which a person agreed that an officer files for the person."""

    SIGNED = "signed", _("Signed on paper")
    SPOKEN = "spoken", _("Spoken, before the officer or on the telephone")


class Declaration(TextChoices):
    """The citizen's statement on admissibility, which informs officers and blocks no request."""

    BEFORE_COURTS = "before_courts", _("The matter is before a court, or a court has decided it")
    JUDICIAL_POLICE = "judicial_police", _("It concerns a report of the judicial police")
    DEFENCE = "defence", _("It concerns National Defence")
    OTHER_BODY = "other_body", _("The Mediator or another body is examining it already")
    NONE = "none", _("None of these")


class MessageKind(TextChoices):
    """The purpose of a message."""

    MESSAGE = "message", _("Message")
    QUESTION = "question", _("Question")
    REPLY = "reply", pgettext_lazy("a message", "Reply")
    REFUSAL = "refusal", _("Refusal")
    INTERIM = "interim", _("Interim reply")


# Messages of these kinds end a round.
DECISION_MESSAGES = (MessageKind.REPLY, MessageKind.REFUSAL)


class LetterSection(TextChoices):
    """A section of a reply, a refusal or an interim reply, with its heading."""

    FACTS = "facts", _("What we found")
    RULE = "rule", _("The rule that applies")
    DECISION = "decision", _("Our decision")
    REMEDY = "remedy", _("What will be done")
    ACT_NUMBER = "act_number", _("Number of the act")
    GROUND = "ground", _("Why this request cannot be examined")
    COMPETENT_BODY = "competent_body", _("The competent body")
    EXPLANATION = "explanation", _("Explanation")
    WHERE_TO_TURN = "where_to_turn", _("Where you can turn")
    HOW_TO_REACH = "how_to_reach", _("How to reach it")
    RECOURSE = "recourse", _("If you are not satisfied")
    DONE = "done", _("What was done so far")
    DELAY = "delay", _("Why the reply takes longer")
    NEW_DATE = "new_date", _("When the reply will come")


# The portal writes the texts of the sections in this tuple, not the officer.
PORTAL_SECTIONS = (
    LetterSection.GROUND,
    LetterSection.COMPETENT_BODY,
    LetterSection.RECOURSE,
    LetterSection.NEW_DATE,
)


class Author(TextChoices):
    """The side that wrote a message or sent a file."""

    CITIZEN = "citizen", _("Citizen")
    AGENCY = "agency", _("Administration")


class ScanState(TextChoices):
    """The result of the virus scan; without a scanner, a file is marked as not scanned."""

    NOT_SCANNED = "not_scanned", _("Not scanned")
    PENDING = "pending", _("Waiting for the virus scanner")
    CLEAN = "clean", _("Clean")
    INFECTED = "infected", _("Infected")


class EventKind(TextChoices):
    """The kinds of events in the history of a case."""

    RECEIVED = "received", _("Request received")
    ASSIGNED = "assigned", _("An officer was assigned")
    QUESTION_ASKED = "question_asked", _("The administration asked a question")
    MESSAGE_BY_CITIZEN = "message_by_citizen", _("Message from the citizen")
    MESSAGE_BY_AGENCY = "message_by_agency", _("Message from the administration")
    ATTACHMENT_ADDED = "attachment_added", _("File added")
    NOTE_ADDED = "note_added", _("Internal note")
    ANSWERED = "answered", _("Reply sent")
    INADMISSIBLE = "inadmissible", _("Refused as inadmissible")
    RATED = "rated", _("Rating given")
    REOPENED = "reopened", _("Re-opened by the citizen")
    WITHDRAWN = "withdrawn", _("Withdrawn by the citizen")
    WAIT_ENDED = "wait_ended", _("The wait for the citizen's answer ended")
    CLOSED = "closed", _("Closed")
    PROMISE_ASKED = "promise_asked", _("The citizen was asked whether the decision was carried out")
    PROMISE_TOLD = "promise_told", _("The citizen said whether the decision was carried out")
    EMAIL_CHANGED = "email_changed", _("The citizen changed the e-mail address")
    IDENTITY_OPENED = "identity_opened", _("National oversight saw the confidential identity")
    REVIEW_ASKED = "review_asked", _("The citizen asked national oversight for a review")
    REVIEW_DECIDED = "review_decided", _("National oversight decided the review")
    QUESTION_WITHDRAWN = "question_withdrawn", _("The administration withdrew its question")
    UNASSIGNED = "unassigned", _("No officer is assigned any more")
    UNIT_CHANGED = "unit_changed", _("Handed to another unit")
    CATEGORY_CHANGED = "category_changed", _("The category was corrected")
    LABELLED = "labelled", _("The labels were changed")
    APPROVAL_ASKED = "approval_asked", _("A text was submitted for approval")
    APPROVAL_RETURNED = "approval_returned", _("A text was returned for changes")
    APPROVED = "approved", _("A text was approved")
    APPROVAL_WITHDRAWN = "approval_withdrawn", _("A text does not wait for approval any more")
    TRANSFER_OFFERED = "transfer_offered", _("Offered to another administration")
    TRANSFER_REFUSED = "transfer_refused", _("The other administration refused the case")
    TRANSFER_LAPSED = "transfer_lapsed", _("The other administration did not answer in time")
    TRANSFER_WITHDRAWN = "transfer_withdrawn", _("The offer was taken back")
    COMPETENCE_ASKED = "competence_asked", _("National oversight was asked who is competent")
    COMPETENCE_DECIDED = "competence_decided", _("National oversight decided who is competent")
    TRANSFERRED = "transferred", _("Handed over to another administration")
    TRANSFER_ACCEPTED = "transfer_accepted", _("Taken over from another administration")
    SPLIT = "split", _("A part of the case was sent to another administration")
    PART_ACCEPTED = "part_accepted", _("Another administration took a part of the case over")
    PART_BACK = "part_back", _("A part of the case came back")
    PART_JOINED = "part_joined", _("A part was given back: this case answers it")
    PART_ENDED = "part_ended", _("A part of the case was answered or withdrawn by itself")
    PART_RETURNED = "part_returned", _("Given back: the whole request answers this part")
    MERGED = "merged", _("Merged into another case of the same person")
    MERGE_RECEIVED = "merge_received", _("Another case of the same person was merged into this one")
    UNMERGED = "unmerged", _("The merge was undone")
    # The values contain the default days, but an agency may choose other days.
    TERM_IN_15 = "term_in_15", _("First reminder: the legal term ends soon")
    TERM_IN_5 = "term_in_5", _("Second reminder: the legal term ends soon")
    TERM_REACHED = "term_reached", _("The last day of the legal term")
    ESCALATED_UNIT = "escalated_unit", _("Overdue: brought to the head of the unit")
    ESCALATED_AGENCY = "escalated_agency", _("Overdue: brought to the head of the agency")
    ESCALATED_OVERSIGHT = "escalated_oversight", _("Overdue: brought to national oversight")
    INTERIM_REPLY = "interim_reply", _("Interim reply with a new date")


# The labels that citizens see for the events of their own request.
CITIZEN_EVENT_LABELS: Mapping[EventKind, Promise] = {
    EventKind.RECEIVED: _("Your request was received"),
    EventKind.ASSIGNED: _("An officer is in charge of it"),
    EventKind.QUESTION_ASKED: _("You were asked a question"),
    EventKind.MESSAGE_BY_CITIZEN: _("You wrote a message"),
    EventKind.MESSAGE_BY_AGENCY: _("You were sent a message"),
    EventKind.ATTACHMENT_ADDED: _("A file was added"),
    EventKind.ANSWERED: _("You were sent a reply"),
    EventKind.INADMISSIBLE: _("Your request was refused"),
    EventKind.RATED: _("You rated the reply"),
    EventKind.REOPENED: _("You re-opened the request"),
    EventKind.WITHDRAWN: _("You withdrew the request"),
    EventKind.WAIT_ENDED: _("The officer continued without your answer"),
    EventKind.CLOSED: _("The request was closed"),
    EventKind.PROMISE_ASKED: _("You were asked whether the decision was carried out"),
    EventKind.PROMISE_TOLD: _("You said whether the decision was carried out"),
    EventKind.EMAIL_CHANGED: _("You confirmed your e-mail address"),
    EventKind.IDENTITY_OPENED: _("National oversight saw your identity"),
    EventKind.REVIEW_ASKED: _("You asked national oversight for a review"),
    EventKind.REVIEW_DECIDED: _("National oversight decided"),
    EventKind.QUESTION_WITHDRAWN: _("You no longer have to answer the question"),
    EventKind.UNASSIGNED: _("It waits for another officer"),
    EventKind.UNIT_CHANGED: _("Another unit of the administration is in charge of it"),
    EventKind.CATEGORY_CHANGED: _("The administration corrected what it is about"),
    EventKind.TRANSFER_OFFERED: _("Another administration was asked to take your request over"),
    EventKind.TRANSFER_REFUSED: _("The other administration did not take it over"),
    EventKind.TRANSFER_LAPSED: _("The other administration did not answer in time"),
    EventKind.TRANSFER_WITHDRAWN: _("The administration keeps your request"),
    EventKind.COMPETENCE_ASKED: _("National oversight was asked which administration is competent"),
    EventKind.COMPETENCE_DECIDED: _("National oversight decided which administration is competent"),
    EventKind.TRANSFERRED: _("Your request was handed over to another administration"),
    EventKind.TRANSFER_ACCEPTED: _("Another administration took your request over"),
    EventKind.SPLIT: _("A part of your request was sent to another administration"),
    EventKind.PART_ACCEPTED: _("Another administration took a part of your request over"),
    EventKind.PART_BACK: _("A part of your request came back"),
    EventKind.PART_JOINED: _("A part was given back and is answered with this request"),
    EventKind.PART_ENDED: _("A part of your request was answered or withdrawn by itself"),
    EventKind.PART_RETURNED: _("This part was given back: the whole request answers it"),
    EventKind.MERGED: _("It was joined with another request of yours"),
    EventKind.MERGE_RECEIVED: _("Another request of yours was joined with this one"),
    EventKind.UNMERGED: _("Both requests are separate again"),
    # The maintenance may record an event later, so the label names no day.
    EventKind.TERM_REACHED: _("The legal deadline was reached"),
    EventKind.ESCALATED_OVERSIGHT: _("National oversight was told that the reply is late"),
    EventKind.INTERIM_REPLY: _("You were sent an interim reply with a new date"),
}

# Label that replaces "refused" for the citizen if the message names the competent body.
DIRECTED_LABEL = _("You were told which body is competent")

DECISION_EVENTS = (EventKind.ANSWERED, EventKind.INADMISSIBLE)
# Text for readers of an event if the same officer had decided on the case before.
_DECIDED_AGAIN = _(
    "Decided by the same officer as before, because nobody else in the administration could decide."
)
SAME_OFFICER_TEXTS: Mapping[EventKind, Promise] = {
    EventKind.ASSIGNED: _(
        "The request is with an officer who decided on it before, because nobody else in the "
        "administration can examine it."
    ),
    EventKind.ANSWERED: _DECIDED_AGAIN,
    EventKind.INADMISSIBLE: _DECIDED_AGAIN,
}

# After a reply with one of these outcomes, the citizen is asked whether the decision was carried
# out: on the day that the reply names, or after four weeks if the reply names no day. The citizen
# is not asked if the case was re-opened meanwhile.
PROMISES = (Outcome.UPHELD, Outcome.PARTLY_UPHELD)
# Statuses in which a reply is in force; for a closed case it is the last reply.
REPLY_IN_FORCE = (Status.ANSWERED, Status.CLOSED)
# A reply with one of these outcomes does not give the citizen all that the request asks for.
NOT_FULLY_UPHELD = (Outcome.PARTLY_UPHELD, Outcome.NOT_UPHELD, Outcome.EXPLAINED)

# Audit log: an officer opened a case; recorded once for each officer, case and day.
CASE_VIEWED = "case.viewed"
# Audit log: a member of national oversight opened a case, while a review or a question of
# competence waits.
CASE_VIEWED_BY_OVERSIGHT = "case.reviewed"
# Audit log: a member of national oversight read a file of a case; recorded each time.
FILE_READ_BY_OVERSIGHT = "case.file_reviewed"
INTERNAL_EVENTS = (
    EventKind.NOTE_ADDED,
    EventKind.LABELLED,
    EventKind.APPROVAL_ASKED,
    EventKind.APPROVAL_RETURNED,
    EventKind.APPROVED,
    EventKind.APPROVAL_WITHDRAWN,
    EventKind.TERM_IN_15,
    EventKind.TERM_IN_5,
    EventKind.ESCALATED_UNIT,
    EventKind.ESCALATED_AGENCY,
)
# Acts of the citizen that the officer of the case should see.
CITIZEN_EVENTS = (
    EventKind.MESSAGE_BY_CITIZEN,
    EventKind.RATED,
    EventKind.REOPENED,
    EventKind.PROMISE_TOLD,
    EventKind.REVIEW_ASKED,
)
# The first kind of a tuple begins a wait; any other kind of the same tuple ends the wait.
REVIEW_EVENTS = (EventKind.REVIEW_ASKED, EventKind.REVIEW_DECIDED)
APPROVAL_EVENTS = (
    EventKind.APPROVAL_ASKED,
    EventKind.APPROVAL_RETURNED,
    EventKind.APPROVED,
    EventKind.APPROVAL_WITHDRAWN,
)
WAITED_FOR = (*REVIEW_EVENTS, *APPROVAL_EVENTS)
# Events of these kinds have one message each.
MESSAGE_EVENTS = (
    EventKind.QUESTION_ASKED,
    EventKind.MESSAGE_BY_CITIZEN,
    EventKind.MESSAGE_BY_AGENCY,
    EventKind.ANSWERED,
    EventKind.INADMISSIBLE,
    EventKind.REOPENED,
    EventKind.INTERIM_REPLY,
)
# The steps of the escalation in their order. A case stores how many of the steps were recorded
# since its filing or its latest re-opening.
ESCALATION_EVENTS = (
    EventKind.TERM_IN_15,
    EventKind.TERM_IN_5,
    EventKind.TERM_REACHED,
    EventKind.ESCALATED_UNIT,
    EventKind.ESCALATED_AGENCY,
    EventKind.ESCALATED_OVERSIGHT,
)


class Audience(TextChoices):
    """The people who get an e-mail before and on the last day of a term."""

    OFFICER = "officer", _("The officer of the case; without one, the members of its unit")
    UNIT = "unit", _("The officer and all members of the unit")
    HEAD = "head", _("The officer and the head of the unit")
