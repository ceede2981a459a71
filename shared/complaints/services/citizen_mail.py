"""Queue the mail to the citizen that belongs to an event."""

from datetime import date, timedelta

from django.db.models import Model

from shared.complaints.enums import EventKind, Privacy
from shared.complaints.models import Complaint, Rating
from shared.complaints.permissions import is_refused_again
from shared.complaints.types.custody import OBJECTION_DAYS
from shared.jobs.services.schema_tasks import task_row
from shared.kernel import clock
from shared.mail.services import mail_row
from shared.mail.tasks import deliver_mail

# To the citizen, where somebody who may not be the citizen wrote in their place.
ADDED_BY_EMAIL = "added_by_email"
# In place of a refusal: another body is competent, and the e-mail names it.
DIRECTED = "directed"
# Another agency has the case now, and the e-mail names its body.
TRANSFERRED = "transferred"


def citizen_mail_rows(
    *,
    complaint: Complaint,
    kind: EventKind,
    email: str,
    rating: Rating | None = None,
    is_by_email: bool = False,
    directed_to: str = "",
    until: date | None = None,
) -> list[Model]:
    """The e-mail that belongs to an event and the task that sends it, to be written with it.

    Nothing for events or people without one. Where a confidential case's e-mail goes is not known
    here: the national side says so when it leaves.
    """
    letter = ADDED_BY_EMAIL if is_by_email else DIRECTED if directed_to else LETTERS.get(kind)
    if letter is None or not (email or complaint.privacy == Privacy.CONFIDENTIAL):
        return []
    if letter == TRANSFERRED:
        directed_to = complaint.organisation_code
    # Without the remark: no words of a citizen stand in an e-mail.
    rated = (
        {"resolved": "yes" if rating.resolved else "", "handling": str(rating.handling)}
        if rating
        else {}
    )
    mail = mail_row(
        to=email,
        letter=letter,
        language=complaint.language,
        reference=complaint.reference,
        context={
            "due_on": _iso(complaint.due_on),
            "answer_by": _iso(complaint.awaiting_until),
            "promised_on": _iso(complaint.promised_on),
            "is_refused_again": "yes" if is_refused_again(complaint) else "",
            **({"organisation": directed_to} if directed_to else {}),
            **({"until": day} if (day := _until(kind, until)) else {}),
            **rated,
        },
    )
    return [mail, task_row(deliver_mail, mail_id=str(mail.pk))]


def _until(kind: EventKind, until: date | None) -> str:
    """Until when: of an interim reply its day, of a split the last one to object."""
    return _iso(
        clock.today() + timedelta(days=OBJECTION_DAYS) if kind == EventKind.SPLIT else until
    )


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


LETTERS: dict[EventKind, str] = {
    EventKind.RECEIVED: "received",
    EventKind.QUESTION_ASKED: "question",
    EventKind.QUESTION_WITHDRAWN: "question_withdrawn",
    EventKind.MESSAGE_BY_AGENCY: "message",
    EventKind.INTERIM_REPLY: "interim",
    EventKind.ANSWERED: "answered",
    EventKind.INADMISSIBLE: "refused",
    EventKind.RATED: "rated",
    EventKind.REOPENED: "reopened",
    EventKind.WITHDRAWN: "withdrawn",
    EventKind.IDENTITY_OPENED: "identity",
    EventKind.PROMISE_ASKED: "promise",
    EventKind.REVIEW_ASKED: "review_asked",
    EventKind.REVIEW_DECIDED: "review_decided",
    EventKind.TRANSFER_ACCEPTED: TRANSFERRED,
    EventKind.SPLIT: "split",
    EventKind.PART_JOINED: "part_joined",
    EventKind.MERGED: "merged",
    EventKind.MERGE_RECEIVED: "merged",
    EventKind.UNMERGED: "unmerged",
}
