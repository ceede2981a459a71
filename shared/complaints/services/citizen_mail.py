"""E-mails to the citizen about the events of a case."""

from datetime import date, timedelta

from django.db.models import Model

from shared.complaints.enums import EventKind, Privacy
from shared.complaints.models import Complaint, Rating
from shared.complaints.permissions import is_refused_again
from shared.complaints.types.custody import OBJECTION_DAYS
from shared.jobs.services.schema_tasks import task_row
from shared.kernel import clock
from shared.mail.enums import MailFailure
from shared.mail.services import mail_row
from shared.mail.tasks import deliver_mail

# E-mail that warns the citizen because somebody wrote with reference and e-mail address alone.
ADDED_BY_EMAIL = "added_by_email"
# E-mail that replaces the e-mail about a refusal if the refusal names another competent body.
DIRECTED = "directed"
# E-mail that names the body of the agency that has accepted the case.
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
    letter: str | None = None,
    failure: MailFailure | None = None,
) -> list[Model]:
    """Return the e-mail about an event and the task that sends it, to be stored with the event.

    Returns no row for an event without an e-mail or a person without an address. The public schema
    adds the address of a confidential case when the e-mail is sent. ``letter`` replaces the usual
    kind of e-mail. ``failure``: the e-mail gets no task and waits, for example for the proof of its
    address.
    """
    letter = letter or _letter(kind, is_by_email=is_by_email, directed_to=directed_to)
    if letter is None or not (email or complaint.privacy == Privacy.CONFIDENTIAL):
        return []
    if letter == TRANSFERRED:
        directed_to = complaint.organisation_code
    mail = mail_row(
        to=email,
        letter=letter,
        language=complaint.language,
        reference=complaint.reference,
        context=_said(complaint, rating, directed_to, _until(kind, until)),
        failure=failure,
    )
    return [mail] if failure is not None else [mail, task_row(deliver_mail, mail_id=str(mail.pk))]


def _said(
    complaint: Complaint, rating: Rating | None, directed_to: str, until: date | None
) -> dict[str, str]:
    # The comment of a rating is left out, because no e-mail repeats a text of a citizen.
    rated = (
        {"resolved": "yes" if rating.resolved else "", "handling": str(rating.handling)}
        if rating
        else {}
    )
    return {
        "due_on": _iso(complaint.due_on),
        "answer_by": _iso(complaint.awaiting_until),
        "promised_on": _iso(complaint.promised_on),
        "is_refused_again": "yes" if is_refused_again(complaint) else "",
        **({"organisation": directed_to} if directed_to else {}),
        **({"until": _iso(until)} if until else {}),
        **rated,
    }


def _letter(kind: EventKind, *, is_by_email: bool, directed_to: str) -> str | None:
    return ADDED_BY_EMAIL if is_by_email else DIRECTED if directed_to else LETTERS.get(kind)


def _until(kind: EventKind, until: date | None) -> date | None:
    """Return the day that an e-mail names: ``until``, or the last day to object to a split."""
    if until is None and kind == EventKind.SPLIT:
        return clock.today() + timedelta(days=OBJECTION_DAYS)
    return until


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
