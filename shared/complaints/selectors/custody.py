"""Selectors of a case's custody, and of its payload for a transfer to another agency."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import AutoField, Field, Model

from shared.complaints.enums import (
    OPEN,
    EventKind,
    Kind,
    Language,
    Status,
)
from shared.complaints.models import Attachment, Complaint, ComplaintEvent, Message
from shared.complaints.models.custody import (
    CASE_COLUMNS,
    MOVED,
    NOT_CARRIED,
    PARTY_COLUMNS,
    Custody,
)
from shared.complaints.models.party import party_of
from shared.complaints.selectors.chain_reading import chain_read
from shared.complaints.selectors.holdings import own_holding
from shared.complaints.types.custody import (
    CasePayload,
    CustodyStep,
    FormerAccess,
    Holding,
    HoldingStart,
    OfferedCase,
)
from shared.complaints.workflow import STOPPED
from shared.kernel import clock

_CARRIED = (Custody.MOVES, Custody.COPIED)


def offered_case(complaint: Complaint) -> OfferedCase:
    """Return the data of a case that an agency may see when the case is offered to it."""
    return OfferedCase(
        reference=complaint.reference,
        kind=Kind(complaint.kind),
        category_code=complaint.category_code,
        organisation_code=complaint.organisation_code,
        place=complaint.place,
        language=Language(complaint.language),
        received_at=complaint.received_at,
        due_on=complaint.due_on,
    )


def case_payload(
    complaint: Complaint, *, agency_code: str, start: HoldingStart, until: datetime
) -> CasePayload:
    """Return what a transfer moves or copies of a case, as texts, with the present holding.

    ``agency_code``: the agency that holds the case until the moment ``until``.
    """
    rows = {model.__name__: _rows_of(model, complaint, agency_code) for model in MOVED}
    return CasePayload(
        reference=complaint.reference,
        case=row_texts(complaint, [name for name, one in CASE_COLUMNS.items() if one in _CARRIED]),
        party=row_texts(
            party_of(complaint), [name for name, one in PARTY_COLUMNS.items() if one in _CARRIED]
        ),
        rows=rows,
        chain=(own_holding(complaint, agency_code=agency_code, start=start, until=until),),
    )


def chain_of(events: Sequence[ComplaintEvent]) -> tuple[Holding, ...]:
    """Return the earlier holdings of a case from its events; empty for a case not taken over."""
    taken_over = next((one for one in reversed(events) if one.chain), None)
    return chain_read(taken_over.chain if taken_over else None)


def chains_of(*, references: Collection[str] | None = None) -> dict[str, tuple[Holding, ...]]:
    """Return the stored earlier holdings of these cases, or of all cases, keyed by reference.

    Only cases that were transferred to the current agency have earlier holdings.
    """
    rows = ComplaintEvent.objects.filter(chain__isnull=False).order_by("complaint_id", "position")
    if references is not None:
        rows = rows.filter(complaint__reference__in=references)
    found = rows.values_list("complaint__reference", "chain")
    return {reference: chain_read(chain) for reference, chain in found}


def references_taken_over() -> list[str]:
    """Return references of cases that another agency held before; reads all events."""
    rows = ComplaintEvent.objects.filter(chain__isnull=False)
    return list(rows.order_by().values_list("complaint__reference", flat=True).distinct())


def references_followed() -> list[str]:
    """Return references of earlier requests that cases of this agency follow; reads all cases."""
    rows = Complaint.objects.exclude(follows="").order_by()
    return list(rows.values_list("follows", flat=True).distinct())


def file_paths_of(*, references: Collection[str]) -> frozenset[str]:
    """Return the places of files that belong to these cases only, including files of drafts."""
    rows = Attachment.everything.filter(complaint__reference__in=references)
    others = Attachment.everything.exclude(complaint__reference__in=references)
    paths = set(rows.values_list("path", flat=True))
    return frozenset(paths - set(others.filter(path__in=paths).values_list("path", flat=True)))


def carried_keys_taken(keys: Collection[str]) -> list[str]:
    """Return which of these message and file ids the agency already has; one query."""
    if not keys:
        return []
    files = Attachment.everything.filter(pk__in=keys).values_list("pk", flat=True)
    found = Message.objects.filter(pk__in=keys).values_list("pk", flat=True).union(files, all=True)
    return [str(number) for number in found]


def custody_steps(events: Sequence[ComplaintEvent], *, today: date) -> tuple[CustodyStep, ...]:
    """Return for which days each agency had a case, oldest first; empty for a single agency."""
    chain = chain_of(events)
    if not chain:
        return ()
    steps = [
        _step(one.agency_code, clock.civil_day(one.since), clock.civil_day(one.until))
        for one in chain
    ]
    since = steps[-1].until or today
    last = events[-1]
    # The last step of a case that is not open ends with its latest reply, refusal or withdrawal.
    ends = (one.at for one in reversed(events) if one.at >= chain[-1].until and _ends(one))
    ended = next(ends, None)
    until = clock.civil_day(ended) if ended and Status(last.status) in STOPPED else None
    return (*steps, CustodyStep(agency_code="", since=since, until=until, days=_days(since, until)))


def cut_out(complaint: Complaint) -> tuple[str, bool, list[tuple[str, Status]]]:
    """Return the request from which a case was cut out, whether that request is open, and the parts
    of the case.

    Two queries.
    """
    wholes = Complaint.objects.filter(pk=complaint.cut_from_id or 0)
    whole, status = wholes.values_list("reference", "status").first() or ("", "")
    parts = Complaint.objects.filter(cut_from=complaint).order_by("pk")
    found = [(one, Status(last)) for one, last in parts.values_list("reference", "status")]
    return whole, status in OPEN, found


def former_accesses(chain: Sequence[Holding]) -> tuple[FormerAccess, ...]:
    """Return when officers of the earlier agencies in a chain opened the case."""
    return tuple(
        FormerAccess(agency_code=one.agency_code, at=at) for one in chain for at in one.accesses
    )


def case_draft_file_paths(complaint: Complaint) -> tuple[str, ...]:
    """Return the places of the files of a case that belong to unsent drafts."""
    rows = Attachment.everything.filter(complaint=complaint, draft_id__isnull=False)
    return tuple(rows.order_by("pk").values_list("path", flat=True))


def row_texts(instance: Model, names: Sequence[str]) -> dict[str, Any]:
    """Return columns of a row as texts for ``row_values``; ``None`` stays ``None``."""
    fields = [_field(type(instance), name) for name in names]
    return {one.name: _text(one, instance) for one in fields}


def row_values(model: type[Model], row: dict[str, Any]) -> dict[str, Any]:
    """Return the values of columns from the texts that ``row_texts`` returned."""
    fields = {name: _field(model, name) for name in row}
    return {
        fields[name].attname: None if text is None else fields[name].to_python(text)
        for name, text in row.items()
    }


def _field(model: type[Model], name: str) -> "Field[Any, Any]":
    field: Field[Any, Any] = model._meta.get_field(name)  # type: ignore[assignment]
    return field


def _text(field: "Field[Any, Any]", instance: Model) -> Any:
    return None if field.value_from_object(instance) is None else field.value_to_string(instance)


def _rows_of(model: type[Model], complaint: Complaint, agency_code: str) -> tuple[Any, ...]:
    names = [
        field.name
        for field in model._meta.concrete_fields
        if field.name not in NOT_CARRIED and not isinstance(field, AutoField)
    ]
    rows = []
    for row in model._default_manager.filter(complaint=complaint).order_by("at", "pk"):
        texts = row_texts(row, names)
        officer_id = getattr(row, "officer_id", None)
        if officer_id is not None:
            texts |= {"agency_code": agency_code, "writer_number": str(officer_id)}
        rows.append(texts)
    return tuple(rows)


def _step(agency_code: str, since: date, until: date) -> CustodyStep:
    return CustodyStep(agency_code=agency_code, since=since, until=until, days=_days(since, until))


def _days(since: date, until: date | None) -> int:
    return max(((until or clock.today()) - since).days, 0)


def _ends(event: ComplaintEvent) -> bool:
    ends = (EventKind.ANSWERED, EventKind.INADMISSIBLE, EventKind.WITHDRAWN)
    return event.kind in (*ends, EventKind.PART_RETURNED)
