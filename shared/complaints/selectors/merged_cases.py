"""Which cases are merged: worked on as one, each a request of its own."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Min, Q, QuerySet

from shared.complaints.enums import OPEN, EventKind
from shared.complaints.models import Attachment, Complaint, ComplaintEvent, Message, Note
from shared.rows.compiled_queries import compiled_query


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedParts:
    """What was said and sent in several cases, oldest first."""

    messages: list[Message]
    notes: list[Note]
    attachments: list[Attachment]


def not_merged() -> Q:
    """All cases but those that are worked on through another one: what lists of work show.

    The cases left out are few, and read in an index of theirs.
    """
    return ~Q(pk__in=_merged().values("pk"))


def _merged() -> QuerySet[Complaint]:
    return Complaint.objects.filter(merged_into__isnull=False, status__in=OPEN).order_by()


def cases_merged_into(complaint: Complaint, *, events: Iterable[ComplaintEvent]) -> list[Complaint]:
    """The cases that are, or were answered, with this one; oldest first.

    ``events`` are those of the case: where none of them tells of a merge, nothing is asked.
    """
    return _merged_into(case_id=complaint.pk) if has_received(events) else []


def merged_parts(cases: Iterable[Complaint]) -> MergedParts:
    """What was said and sent in all of these; three queries, and none for no case."""
    numbers = [one.pk for one in cases]
    if not numbers:
        return MergedParts(messages=[], notes=[], attachments=[])
    of_them = Q(complaint__in=numbers)
    return MergedParts(
        messages=list(
            Message.objects.filter(of_them).select_related("officer").order_by("at", "id")
        ),
        notes=list(Note.objects.filter(of_them).select_related("officer").order_by("at", "id")),
        attachments=list(Attachment.objects.filter(of_them).order_by("at", "id")),
    )


def main_case(complaint: Complaint) -> Complaint | None:
    """The case into which a case is merged; no query where it is in none."""
    if complaint.merged_into_id is None:
        return None
    return next(iter(_cases(case_id=complaint.merged_into_id)), None)


def merged_with(complaint: Complaint, *, events: Iterable[ComplaintEvent]) -> tuple[str, ...]:
    """References of the requests that a request was joined with; no query for all others."""
    main = main_case(complaint)
    others = cases_merged_into(complaint, events=events)
    return tuple(one.reference for one in ([main] if main else []) + others)


def earliest_promise(complaint: Complaint, *, events: Iterable[ComplaintEvent]) -> date | None:
    """The earliest last day of the working term of the open cases that are merged into one."""
    if not has_received(events):
        return None
    days = _merged().filter(merged_into=complaint).aggregate(first=Min("working_due_on"))
    first: date | None = days["first"]
    return first


def has_received(events: Iterable[ComplaintEvent]) -> bool:
    """Whether another case was ever merged into the one with these events."""
    return any(event.kind == EventKind.MERGE_RECEIVED for event in events)


@compiled_query()
def _merged_into(*, case_id: int) -> QuerySet[Complaint]:
    rows = Complaint.objects.filter(merged_into_id=case_id).order_by("pk")
    return rows.select_related("party", "assignee")


@compiled_query()
def _cases(*, case_id: int) -> QuerySet[Complaint]:
    return Complaint.objects.filter(pk=case_id)
