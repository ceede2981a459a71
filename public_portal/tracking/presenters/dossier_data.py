"""The dossier as JSON data: docs/dossier.md says what each field means."""

from datetime import datetime

from django.db.models import TextChoices as Choices

from public_portal.tracking.presenters.wording import (
    dossier_hand,
    file_agency,
    legal_basis,
    message_label,
)
from public_portal.tracking.types import CaseAccess, CustodyRow, SentMessage, TrackingPage
from shared.complaints.enums import Author
from shared.complaints.types import GivenRating, PublicAttachment, TimelineEntry
from shared.kernel import clock
from shared.kernel.clock_ledger import LedgerDay, WorkingClock
from shared.ui.deadline_texts import mark_text, reason_text
from tenants.agencies.types import AgencyInfo
from tenants.case_access.types import ReviewSummary


def dossier_data(*, space: TrackingPage, language: str, made_at: datetime) -> dict[str, object]:
    """Return the content of the PDF dossier as JSON data."""
    case = space.case
    return {
        "schema": "insaf.dossier",
        "version": 1,
        "made_at": _moment(made_at),
        "language": language,
        "reference": case.reference,
        "kind": _choice(case.kind),
        "status": _choice(case.status),
        "parties": {
            "organisation": {"code": case.organisation_code, "name": space.organisation},
            "agency": _body(space.agency, language),
            "identity": _choice(case.privacy),
            "channel": _choice(case.channel),
        },
        "custody": [_custody_data(one, language) for one in space.holdings],
        "offered_to": _offered_data(space, language),
        **_split_data(space, language),
        **_joined_data(space),
        "request": _request_data(space),
        "clock": _clock_data(space),
        "working": _working_data(case.working),
        "ledger": [_day_data(day) for day in case.ledger],
        "answer_by": case.answer_by.isoformat() if case.answer_by else None,
        "interim_until": case.interim_until.isoformat() if case.interim_until else None,
        "answered_at": _moment(case.answered_at),
        "outcome": _choice(case.outcome),
        "reopened": case.reopened,
        "timeline": [_event_data(entry, space, language) for entry in case.timeline],
        "messages": [_message_data(one, language) for one in space.conversation],
        "attachments": [_file_data(file, space, language) for file in case.attachments],
        "review": _review_data(space.review),
        "ratings": [_rating_data(rating) for rating in case.ratings],
        "promised_on": case.promised_on.isoformat() if case.promised_on else None,
        "promise": {"kept": case.promise.kept} if case.promise else None,
        "looks": [_access_data(access) for access in space.accesses],
        "openings": [_access_data(access) for access in space.openings],
        "legal_basis": [{"name": name, "says": says} for name, says in legal_basis()],
    }


def _joined_data(space: TrackingPage) -> dict[str, object]:
    return {"is_joined": space.case.is_joined, "merged_with": list(space.case.merged_with)}


def _access_data(access: CaseAccess) -> dict[str, object]:
    return {"at": _moment(access.at), "who": access.who}


def _request_data(space: TrackingPage) -> dict[str, object]:
    case = space.case
    return {
        "received_at": _moment(case.received_at),
        "category": {"code": case.category_code, "name": space.category}
        if case.category_code
        else None,
        "subject": case.subject,
        "body": case.body,
        "remedy": case.remedy,
        "place": case.place,
        "happened_on": case.happened_on.isoformat() if case.happened_on else None,
        "declarations": [_choice(said) for said in case.declarations],
        "follows": case.follows or None,
    }


def _offered_data(space: TrackingPage, language: str) -> dict[str, str] | None:
    code = space.case.offered_to
    return _body(space.agencies.of(code), language) if code else None


def _parts_data(space: TrackingPage, language: str) -> list[dict[str, object]] | None:
    """Return the parts of the request, [] without a split; ``None`` if they cannot be read."""
    if space.parts is None:
        return None if space.case.is_split else []
    return [
        {
            "reference": one.summary.reference,
            "subject": one.summary.subject,
            "agency": _body(one.agency, language),
            "status": _choice(one.summary.status),
            "is_main": one.is_main,
            "is_answered": one.is_answered,
            "is_given_back": one.summary.is_given_back,
            "cut_by": _body(one.cut_by, language) if one.cut_by else None,
        }
        for one in space.parts.parts
    ]


def _split_data(space: TrackingPage, language: str) -> dict[str, object]:
    return {
        "parts": _parts_data(space, language),
        "parts_state": _parts_state(space),
        "is_part": space.case.is_part,
        "is_given_back": space.case.is_given_back,
        "cut_by": _body(space.written_by, language) if space.written_by else None,
    }


def _parts_state(space: TrackingPage) -> dict[str, object] | None:
    parts = space.parts
    if parts is None:
        return None
    return {
        "answered": parts.answered,
        "total": parts.total,
        "is_answered": parts.is_answered,
    }


def _body(agency: AgencyInfo, language: str) -> dict[str, str]:
    return {"code": agency.code, "name": agency.name(language)}


def _custody_data(row: CustodyRow, language: str) -> dict[str, object]:
    return {
        "agency": _body(row.agency, language),
        "since": row.step.since.isoformat(),
        "until": row.step.until.isoformat() if row.step.until else None,
        "days": row.step.days,
    }


def _event_data(entry: TimelineEntry, space: TrackingPage, language: str) -> dict[str, object]:
    by = dossier_hand(entry, agencies=space.agencies, language=language)
    return {
        "at": _moment(entry.at),
        "kind": _choice(entry.kind),
        "by": {"code": entry.by, "name": by},
        "agency": _body(space.agencies.of(entry.agency_code), language),
        "status": _choice(entry.status),
        "same_officer": entry.same_officer,
        "until": entry.until.isoformat() if entry.until else None,
    }


def _message_data(sent: SentMessage, language: str) -> dict[str, object]:
    message = sent.message
    is_ours = message.author == Author.CITIZEN
    return {
        "at": _moment(message.at),
        "kind": {"code": message.kind.value, "label": message_label(message)},
        "author": _choice(message.author),
        "agency": None if is_ours else _body(sent.agency, language),
        "is_by_email": message.is_by_email,
        "is_unproved": message.is_unproved,
        "is_withheld": message.is_withheld,
        "body": message.body,
    }


def _file_data(file: PublicAttachment, space: TrackingPage, language: str) -> dict[str, object]:
    is_ours = file.author == Author.CITIZEN
    return {
        "at": _moment(file.at),
        "name": file.name,
        "content_type": file.content_type,
        "size": file.size,
        "sha256": file.sha256,
        "author": _choice(file.author),
        "agency": None if is_ours else _body(file_agency(space, file), language),
        "is_by_email": file.is_by_email,
        "scan": _choice(file.scan),
    }


def _review_data(review: ReviewSummary | None) -> dict[str, object] | None:
    if review is None:
        return None
    return {
        "cause": _choice(review.cause),
        "asked_at": _moment(review.asked_at),
        "due_on": review.due_on.isoformat(),
        "reason": review.reason,
        "decision": _choice(review.decision),
        "text": review.text,
        "decided_at": _moment(review.decided_at),
    }


def _rating_data(rating: GivenRating) -> dict[str, object]:
    return {
        "at": _moment(rating.at),
        "round": rating.round,
        "resolved": rating.resolved,
        "handling": rating.handling,
        "comment": rating.comment,
    }


def _clock_data(space: TrackingPage) -> dict[str, object] | None:
    ticking = space.case.clock
    if space.clock is None or ticking is None:
        return None
    return {
        "counted_after": ticking.filed_on.isoformat(),
        "due_on": space.clock.due_on.isoformat(),
        "term_days": space.clock.term,
        "counted_days": space.clock.elapsed,
        "is_overdue": space.clock.is_late,
        "is_running": space.clock.is_running,
    }


def _working_data(working: WorkingClock) -> dict[str, object]:
    return {
        "filed_on": working.filed_on.isoformat(),
        "read_on": working.on.isoformat(),
        "term_days": working.term,
        "counted_days": working.counted,
        "not_counted_days": working.not_counted,
        "paused_days": working.paused,
        "due_on": working.due_on.isoformat(),
    }


def _day_data(day: LedgerDay) -> dict[str, object]:
    return {
        "day": day.day.isoformat(),
        "round": day.round,
        "legal": day.legal,
        "working": day.working,
        "is_counted": day.is_counted,
        "reason": {"code": day.reason.value, "label": reason_text(day, is_citizen=False)},
        "marks": [
            {
                "code": mark.kind.value,
                "label": mark_text(mark),
                "until": mark.until.isoformat() if mark.until else None,
            }
            for mark in day.marks
        ],
    }


def _choice(value: Choices | None) -> dict[str, str] | None:
    return {"code": str(value), "label": str(value.label)} if value else None


def _moment(value: datetime | None) -> str | None:
    return value.astimezone(clock.NATIONAL_ZONE).isoformat() if value else None
