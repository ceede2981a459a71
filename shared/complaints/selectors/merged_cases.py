"""Selectors of merged cases; officers work on a merged case through its main case."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Min, Q, QuerySet

from shared.complaints.enums import OPEN, Author, EventKind, Privacy
from shared.complaints.models import Attachment, Complaint, ComplaintEvent, Message, Note
from shared.complaints.models.party import party_of
from shared.complaints.types import MergedPair, PartyMarks
from shared.kernel.clock import LAST_MOMENT
from shared.rows.compiled_queries import compiled_query


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedParts:
    """Messages, notes and files of several cases, each list oldest first."""

    messages: list[Message]
    notes: list[Note]
    attachments: list[Attachment]


@dataclass(frozen=True, slots=True, kw_only=True)
class JointTimes:
    """The spans in which a case was merged with other cases, and the moments of events in the
    spans.

    A text has the moment at which "send" was pressed, which may be before the merge. The event of
    the text has the same moment, so ``moments`` shows that the text was sent during a merge.
    """

    spans: tuple[tuple[datetime, datetime], ...] = ()
    moments: frozenset[datetime] = frozenset()

    def has(self, row: Message | Attachment) -> bool:
        """Return whether the agency sent the message or the file while the case was merged."""
        if row.author != Author.AGENCY:
            return False
        return row.at in self.moments or any(start <= row.at <= end for start, end in self.spans)


NEVER = JointTimes()


def joint_times(events: Iterable[ComplaintEvent]) -> JointTimes:
    """Return the spans in which a case was merged with other cases, from the case's events."""
    together, began = 0, LAST_MOMENT
    spans, moments = [], set()
    for event in events:
        was, together = together, _together_after(event, together)
        if together:
            began = began if was else event.at
            moments.add(event.at)
        elif was:
            spans.append((began, event.at))
    if together:
        spans.append((began, LAST_MOMENT))
    return JointTimes(spans=tuple(spans), moments=frozenset(moments)) if spans else NEVER


def _together_after(event: ComplaintEvent, together: int) -> int:
    """Return the number of other cases with which a case is merged after an event."""
    if event.kind in (EventKind.MERGED, EventKind.MERGE_RECEIVED):
        return together + 1
    if event.kind == EventKind.UNMERGED:
        return max(0, together - 1)
    # A re-opened case is not merged with the cases that were answered with it.
    return 0 if event.kind == EventKind.REOPENED else together


def party_marks(*, references: Collection[str]) -> dict[str, PartyMarks]:
    """Return the data by which parties are compared, keyed by case reference; one query."""
    rows = Complaint.objects.filter(reference__in=references).select_related("party")
    return {
        row.reference: PartyMarks(
            name=party_of(row).name,
            email=party_of(row).email,
            phone=party_of(row).phone,
            privacy=Privacy(row.privacy),
        )
        for row in rows.order_by("reference")
    }


def not_merged() -> Q:
    """Return the condition that leaves out merged cases, for lists of work.

    Few cases are merged, and an index contains the merged cases.
    """
    return ~Q(pk__in=_merged().values("pk"))


def _merged() -> QuerySet[Complaint]:
    return Complaint.objects.filter(merged_into__isnull=False, status__in=OPEN).order_by()


def cases_merged_into(complaint: Complaint, *, events: Iterable[ComplaintEvent]) -> list[Complaint]:
    """Return the cases that are merged into a case or were answered with it, oldest first.

    ``events``: the events of the case. No query is made if no event records a merge.
    """
    return _merged_into(case_id=complaint.pk) if has_received(events) else []


def cases_repeated(complaint: Complaint) -> list[Complaint]:
    """Return a case and the open cases that are merged into it, oldest first; one query.

    A text that is sent to the case is also sent to the merged cases.
    """
    merged = Q(merged_into=complaint.pk, status__in=OPEN)
    rows = Complaint.objects.filter(Q(pk=complaint.pk) | merged)
    return list(rows.select_related("party").order_by("pk"))


def merged_parts(cases: Iterable[Complaint]) -> MergedParts:
    """Return the messages, notes and files of these cases; no query without a case."""
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


def merged_pairs() -> list[MergedPair]:
    """Return all cases that are merged into another case or were answered with it; one query."""
    rows = Complaint.objects.filter(merged_into__isnull=False).order_by("pk")
    return [
        MergedPair(reference=reference, main=main, is_open=status in OPEN)
        for reference, main, status in rows.values_list(
            "reference", "merged_into__reference", "status"
        )
    ]


def main_case(complaint: Complaint) -> Complaint | None:
    """Return the case into which a case is merged or with which it was answered, if any."""
    if complaint.merged_into_id is None:
        return None
    return next(iter(_cases(case_id=complaint.merged_into_id)), None)


def merged_with(complaint: Complaint, *, events: Iterable[ComplaintEvent]) -> tuple[str, ...]:
    """Return references of the requests with which a case is merged or was answered."""
    main = main_case(complaint)
    others = cases_merged_into(complaint, events=events)
    return tuple(one.reference for one in ([main] if main else []) + others)


def earliest_promise(complaint: Complaint, *, events: Iterable[ComplaintEvent]) -> date | None:
    """Return the earliest last day of the working terms of open cases merged into a case."""
    if not has_received(events):
        return None
    days = _merged().filter(merged_into=complaint).aggregate(first=Min("working_due_on"))
    first: date | None = days["first"]
    return first


def has_received(events: Iterable[ComplaintEvent]) -> bool:
    """Return whether another case was ever merged into a case, by the events of the case."""
    return any(event.kind == EventKind.MERGE_RECEIVED for event in events)


@compiled_query()
def _merged_into(*, case_id: int) -> QuerySet[Complaint]:
    rows = Complaint.objects.filter(merged_into_id=case_id).order_by("pk")
    return rows.select_related("party", "assignee")


@compiled_query()
def _cases(*, case_id: int) -> QuerySet[Complaint]:
    return Complaint.objects.filter(pk=case_id)
