"""Which event writes to the citizen, and how a reply is put on paper.

A table, so that a policy officer can read it.
"""

from datetime import date

from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import override

from shared.complaints.enums import SHORT_OF, EventKind, Ground, Privacy
from shared.complaints.models import Complaint, Rating
from shared.complaints.permissions import is_refused_again
from shared.complaints.types import RefusalDraft, ReplyDraft
from shared.jobs.backends import task_row
from shared.kernel.clock import REOPEN_DAYS
from shared.mail.services import mail_row
from shared.mail.tasks import deliver_mail

LETTERS: dict[EventKind, str] = {
    EventKind.RECEIVED: "received",
    EventKind.QUESTION_ASKED: "question",
    EventKind.MESSAGE_BY_AGENCY: "message",
    EventKind.ANSWERED: "answered",
    EventKind.INADMISSIBLE: "refused",
    EventKind.RATED: "rated",
    EventKind.REOPENED: "reopened",
    EventKind.WITHDRAWN: "withdrawn",
    EventKind.IDENTITY_OPENED: "identity",
    EventKind.PROMISE_ASKED: "promise",
    EventKind.REVIEW_ASKED: "review_asked",
    EventKind.REVIEW_DECIDED: "review_decided",
}
# To the citizen, where somebody who may not be the citizen wrote in their place.
ADDED_BY_EMAIL = "added_by_email"


def letter_rows(
    *,
    complaint: Complaint,
    kind: EventKind,
    email: str,
    rating: Rating | None = None,
    is_by_email: bool = False,
) -> list[Model]:
    """The letter that belongs to an event and the task that sends it, to be written with it.

    Nothing for events or people without one. Where a confidential case's letter goes is not known
    here: the national side says so when it leaves.
    """
    letter = ADDED_BY_EMAIL if is_by_email else LETTERS.get(kind)
    if letter is None or not (email or complaint.privacy == Privacy.CONFIDENTIAL):
        return []
    mail = mail_row(
        to=email,
        letter=letter,
        language=complaint.language,
        reference=complaint.reference,
        context={
            "due_on": _iso(complaint.due_on),
            "answer_by": _iso(complaint.awaiting_until),
            "is_refused_again": "yes" if is_refused_again(complaint) else "",
            **(_rating(rating) if rating else {}),
        },
    )
    return [mail, task_row(deliver_mail, mail_id=str(mail.pk))]


def reply_text(*, draft: ReplyDraft, language: str, is_second: bool) -> str:
    """The reasoned reply as the citizen reads it, in their language, with the next recourse.

    ``is_second``: the case was opened again before.
    """
    with override(language):
        sections = [
            (_("What we found"), draft.facts),
            (_("The rule that applies"), draft.rule),
            (_("Our decision"), draft.decision),
            (_("What will be done"), draft.remedy),
            (
                _("If you are not satisfied"),
                _recourse(is_review=is_second and draft.outcome in SHORT_OF),
            ),
        ]
        return _sections_text(sections)


def refusal_text(*, draft: RefusalDraft, language: str, is_second: bool) -> str:
    """The refusal as the citizen reads it: ground, explanation, where to turn."""
    with override(language):
        sections = [
            (_("Why this request cannot be examined"), str(Ground(draft.ground).label)),
            (_("Explanation"), draft.explanation),
            (_("Where you can turn"), draft.way_on),
            (_("If you are not satisfied"), _recourse(is_review=is_second)),
        ]
        return _sections_text(sections)


def _rating(rating: Rating) -> dict[str, str]:
    # Without the remark: no words of a citizen stand in a letter.
    return {"resolved": "yes" if rating.resolved else "", "handling": str(rating.handling)}


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _recourse(*, is_review: bool) -> str:
    if is_review:
        return _(
            "Your request has been examined twice. Within %(days)d days of this reply you may ask "
            "national oversight to review it. "
            "You may also turn to the Mediator of the Kingdom at any time."
        ) % {"days": REOPEN_DAYS}
    return _(
        "You may re-open your request within %(days)d days of this reply. "
        "You may also turn to the Mediator of the Kingdom at any time."
    ) % {"days": REOPEN_DAYS}


def _sections_text(sections: list[tuple[str, str]]) -> str:
    return "\n\n".join(f"{title}\n{text}" for title, text in sections if text)
