"""E-mails to the citizen that the former agency had not sent when it transferred a case.

Only the kinds of e-mails are read from the former agency's rows, because an agency can write any
row into its own table. The recipient and the content of an e-mail come from the case.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta

from django.db.models import Model

from shared.complaints.enums import EventKind
from shared.complaints.models import Complaint, Rating
from shared.complaints.models.party import party_of
from shared.complaints.services.citizen_mail import (
    ADDED_BY_EMAIL,
    DIRECTED,
    LETTERS,
    TRANSFERRED,
    citizen_mail_rows,
)
from shared.complaints.types.custody import OBJECTION_DAYS, HeldEvent, Holding, Row
from shared.kernel import clock
from shared.mail.enums import RESENDABLE, MailFailure

# The citizen need not answer the former agency's question after the transfer, so the e-mail
# announces a message.
_INSTEAD = {"question": "message"}
# Kinds of e-mails that the e-mail about the transfer makes superfluous.
_SUPERSEDED = frozenset({TRANSFERRED, "question_withdrawn", "merged"})
_ADDED = (EventKind.MESSAGE_BY_CITIZEN, EventKind.ATTACHMENT_ADDED)


def carried_letter_rows(
    complaint: Complaint,
    *,
    letters: Iterable[Row],
    chain: Sequence[Holding],
    directed_to: str,
    is_email_proved: bool,
) -> list[Model]:
    """Return the rows of the e-mails that the former agency had not sent, one e-mail of each kind.

    An e-mail is only returned if ``chain`` has its event. ``directed_to``: the body that the last
    refusal names. E-mails that waited for the proof of the address still wait unless
    ``is_email_proved``; an e-mail that could not be delivered can be sent again.
    """
    told = [event for holding in chain for event in holding.events]
    waiting: dict[str, str] = {}
    for row in letters:
        waiting.setdefault(str(row.get("letter")), str(row.get("failure") or ""))
    rows: list[Model] = []
    for letter, failure in waiting.items():
        state = _state(failure, is_email_proved=is_email_proved)
        event = _event_of(letter, told)
        if event is None or letter in _SUPERSEDED or failure == MailFailure.MALFORMED:
            continue
        rows += citizen_mail_rows(
            complaint=complaint,
            kind=EventKind(event.kind),
            letter=_INSTEAD.get(letter, letter),
            email=party_of(complaint).email,
            rating=_rating(event),
            directed_to=directed_to if letter == DIRECTED else "",
            until=_until(event),
            failure=state,
        )
    return rows


def _event_of(letter: str, told: Sequence[HeldEvent]) -> HeldEvent | None:
    kinds: Collection[str] = [kind for kind, name in LETTERS.items() if name == letter]
    kinds = {ADDED_BY_EMAIL: _ADDED, DIRECTED: (EventKind.INADMISSIBLE,)}.get(letter, kinds)
    return next((one for one in reversed(told) if one.kind in kinds), None)


def _state(failure: str, *, is_email_proved: bool) -> MailFailure | None:
    held: Mapping[str, bool] = {MailFailure.UNPROVED: not is_email_proved}
    is_kept = held.get(failure, failure in RESENDABLE)
    return MailFailure(failure) if is_kept else None


def _until(event: HeldEvent) -> date | None:
    """Return the day that an e-mail names; for a split, the last day to object, counted from the
    split.
    """
    if event.kind == EventKind.SPLIT:
        return clock.civil_day(event.at) + timedelta(days=OBJECTION_DAYS)
    return event.until


def _rating(event: HeldEvent) -> Rating | None:
    if event.kind != EventKind.RATED or event.handling is None:
        return None
    return Rating(resolved=bool(event.resolved), handling=event.handling)
