"""Projection of outbox events into the register, rebuilds, and publication of its figures."""

import logging
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import fields
from datetime import date, datetime
from itertools import groupby, islice
from operator import attrgetter
from typing import TypeVar

from django.conf import settings
from django.db import DataError, IntegrityError, connection, transaction
from django.db.models import QuerySet

from shared.kernel import clock
from shared.kernel.groups import grouped
from shared.kernel.seams import imported, seams
from shared.register.enums import FirstEnding
from shared.register.models import (
    EventColumns,
    FigureSnapshot,
    RegisterCase,
    RegisterEventRow,
    RegisterMonth,
    RegisterOutbox,
)
from shared.register.selectors.snapshot import figures_in, snapshot_stored, snapshot_taken
from shared.register.selectors.tallies import KEPT, month_rows
from shared.register.types import CaseFacts, PublishedFigures, Rebuilt, RegisterEvent
from shared.register.workflow import announced_in_order, case_fold, events_held, is_departed
from shared.rows.new_rows import new_row

logger = logging.getLogger(__name__)

Item = TypeVar("Item")

# Errors caused by the content of rows, which agencies write, and not by the database server.
UNCOUNTABLE = (DataError, IntegrityError, ValueError, ArithmeticError, TypeError, LookupError)

BATCH = 2_000
AGENCY_PREFIX = "a_"
# The id of the advisory lock for writes of the register; the value is arbitrary.
REGISTER_LOCK = 0x1_45_AF
# The id of the advisory lock for counting the published figures.
FIGURES_LOCK = 0x1_45_B0
EVENT_COLUMNS = [field.name for field in fields(RegisterEvent)]
CASE_COLUMNS = [field.name for field in fields(CaseFacts) if field.name != "reference"]


class _Held:
    """The cache of the published figures in this process."""

    figures: PublishedFigures | None = None


_held = _Held()


def outbox_row(*, event: RegisterEvent) -> RegisterOutbox:
    """Return an event's outbox row, which the caller inserts together with the event."""
    return new_row(RegisterOutbox, _columns(event))


@transaction.atomic
def register_project(*, limit: int = 1_000, is_last: bool = False) -> int:
    """Project up to ``limit`` outbox events into the register, and return the count of events.

    Late or repeated events are harmless. Only one process projects at a time, because two processes
    could each build a case without half of its events. A second process returns 0. With
    ``is_last``, a second process waits, because 0 must then mean that no event is left. An event
    that cannot be counted is set aside and delays no other event.
    """
    if not _lock(REGISTER_LOCK, is_waiting=is_last):
        return 0
    rows = list(
        RegisterOutbox.objects.select_for_update(skip_locked=True)
        .filter(fault="")
        .order_by("pk")[:limit]
    )
    faults = _project_rows(_of_holders(rows))
    for number, fault in faults.items():
        RegisterOutbox.objects.filter(pk=number).update(fault=fault)
    RegisterOutbox.objects.filter(pk__in=[one.pk for one in rows if one.pk not in faults]).delete()
    return len(rows)


@transaction.atomic
def register_rebuild(
    *,
    schemas: Collection[str],
    events_of: Callable[[str], Iterable[RegisterEvent]],
    kept: Collection[str] = (),
) -> Rebuilt:
    """Rebuild the register from all agencies' events; ``events_of`` reads the events of a schema.

    Events are read under the register's lock, because an event projected between an earlier read
    and this call would be lost. Readers see the old figures until all new figures are written.
    ``events_of`` must return all events of a case one after the other. Agencies in ``kept`` are not
    changed, because their events cannot be read again. If an agency's events cannot be counted, its
    rows are not changed, the report names the agency, and the rebuild continues.
    """
    _lock(REGISTER_LOCK)
    codes = {agency_code_in(schema_name) for schema_name in schemas}
    for model in (RegisterMonth, RegisterCase, RegisterEventRow):
        model.objects.exclude(agency_code__in=[*kept, *codes]).delete()
    events, failed = 0, []
    for schema_name in schemas:
        agency_code = agency_code_in(schema_name)
        try:
            with transaction.atomic():
                events += _replace(agency_code, events_of(schema_name))
        except UNCOUNTABLE as error:
            logger.error("events of %s cannot be counted: %s", agency_code, type(error).__name__)
            failed.append(agency_code)
    return Rebuilt(events=events, failed=tuple(failed))


@transaction.atomic
def register_replace_agency(*, schema_name: str, events: Iterable[RegisterEvent]) -> int:
    """Rebuild the register for one agency; return the count of events, which are read lazily."""
    _lock(REGISTER_LOCK)
    return _replace(agency_code_in(schema_name), events)


def figures_published() -> PublishedFigures:
    """Return the published national figures, which are at most ``FIGURES_SECONDS`` old.

    The first request after that time counts the figures again and stores them for all processes, so
    no worker is needed. A process caches the figures, so it reads the stored row at most once in
    that time.
    """
    at, found = clock.now(), _held.figures
    if found is None or not _is_current(found, at):
        found = snapshot_stored()
        if found is None or not _is_current(found, at):
            found = _figures_renew()
        _held.figures = found
    return found


def is_published(*, as_of: datetime) -> bool:
    """Return whether the cached figures are current and were counted at ``as_of``; no query."""
    found = _held.figures
    return found is not None and found.as_of == as_of and _is_current(found, clock.now())


@transaction.atomic
def _figures_renew() -> PublishedFigures:
    # A transaction that waited for the lock uses the new row and does not count again.
    _lock(FIGURES_LOCK)
    at = clock.now()
    stored = snapshot_stored()
    if stored is not None and _is_current(stored, at):
        return stored
    content = snapshot_taken(as_of=at)
    # While the server's time is wrong, the figures are returned, but not stored.
    if not clock.is_wrong():
        FigureSnapshot.objects.bulk_create(
            [FigureSnapshot(as_of=at, content=content)],
            update_conflicts=True,
            unique_fields=["number"],
            update_fields=["as_of", "content"],
        )
    return figures_in(content, as_of=at)


def _is_current(figures: PublishedFigures, at: datetime) -> bool:
    # Figures of a near future time are current too, because the times of two servers differ.
    is_young = abs((at - figures.as_of).total_seconds()) < settings.FIGURES_SECONDS
    # After midnight the figures are counted again, because the period has another last day.
    return is_young and clock.civil_day(figures.as_of) == clock.civil_day(at)


def agency_code_in(schema_name: str) -> str:
    """Return the code of the agency of a schema: ``water-north`` for ``a_water_north``."""
    return schema_name.removeprefix(AGENCY_PREFIX).replace("_", "-")


def _lock(number: int, *, is_waiting: bool = True) -> bool:
    """Take an advisory lock until the transaction ends; return ``False`` if another process has it.

    With ``is_waiting``, the call waits for the lock and always returns ``True``.
    """
    name = "pg_advisory_xact_lock" if is_waiting else "pg_try_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {name}(%s)", [number])
        return is_waiting or bool(cursor.fetchone()[0])


def _of_holders(rows: list[RegisterOutbox]) -> list[RegisterOutbox]:
    """Return the rows without events after a case's transfer, and without parts that were cut out.

    An agency's role may add any row to the outbox, but after a transfer the agency's figures of the
    case must not change, and a part is not counted for the agency that cut the part out. If no case
    was transferred, five queries are made.
    """
    if not rows:
        return rows
    references = {one.reference for one in rows}
    cut = imported(seams().own_parts)(references=references)
    rows = [one for one in rows if (agency_code_in(one.schema_name), one.reference) not in cut]
    departed = imported(seams().case_departures)(references=references)
    ignored: set[int] = set()
    for (schema, reference), found in departed.items():
        new = [one for one in rows if (one.schema_name, one.reference) == (schema, reference)]
        if not new:
            continue
        known = RegisterEventRow.objects.filter(
            agency_code=agency_code_in(schema), reference=reference
        )
        before = events_held(map(_event, known), found)
        held = events_held([*before, *announced_in_order(map(_event, new))], found)
        counted = {one.event_id for one in (before if is_departed(before) else held)}
        late = {one.pk for one in new if one.event_id not in counted}
        if late:
            logger.warning("%d events of %s came after its departure", len(late), schema)
        ignored |= late
    return [one for one in rows if one.pk not in ignored]


def _stories_held(
    agency_code: str, stories: list[list[RegisterEvent]]
) -> Iterator[list[RegisterEvent]]:
    """Yield the events of each case, without parts cut out, and without events after a transfer."""
    cut = imported(seams().own_parts)(references={one[0].reference for one in stories})
    stories = [one for one in stories if (agency_code, one[0].reference) not in cut]
    schema = f"{AGENCY_PREFIX}{agency_code.replace('-', '_')}"
    gone = {
        story[0].reference
        for story in stories
        if any(event.event == FirstEnding.TRANSFERRED for event in story)
    }
    departed = imported(seams().case_departures)(references=gone) if gone else {}
    for story in stories:
        found = departed.get((schema, story[0].reference))
        yield events_held(story, found) if found else story


def _project_rows(rows: list[RegisterOutbox]) -> dict[int, str]:
    """Project outbox rows; return the faults of rows that fail, keyed by primary key.

    All rows are projected at once. After an error, rows are projected by agency, then by case, then
    one by one.
    """
    if not rows:
        return {}
    try:
        with transaction.atomic():
            RegisterEventRow.objects.bulk_create(
                (_event_row(agency_code_in(one.schema_name), _event(one)) for one in rows),
                ignore_conflicts=True,
            )
            _rebuild_cases({(agency_code_in(one.schema_name), one.reference) for one in rows})
    except UNCOUNTABLE as error:
        parts = _parts(rows)
        if parts:
            return {pk: fault for part in parts for pk, fault in _project_rows(part).items()}
        (one,) = rows
        fault = type(error).__name__
        logger.error("news %s of %s was set aside: %s", one.pk, one.schema_name, fault)
        return {one.pk: fault[:64]}
    return {}


def _parts(rows: list[RegisterOutbox]) -> list[list[RegisterOutbox]]:
    """Return the rows grouped by the first column in which rows differ; ``[]`` for a single row."""
    for name in ("schema_name", "reference", "pk"):
        parts = grouped((getattr(one, name), one) for one in rows)
        if len(parts) > 1:
            return list(parts.values())
    return []


def _replace(agency_code: str, events: Iterable[RegisterEvent]) -> int:
    for model in (RegisterMonth, RegisterCase, RegisterEventRow):
        model.objects.filter(agency_code=agency_code).delete()
    return _project_agency(agency_code, events)


def _project_agency(agency_code: str, events: Iterable[RegisterEvent]) -> int:
    """Write all events and cases of an agency that has no rows yet; return the count of events."""
    taken = 0
    # Each batch writes its cases too, because reading a million events back would take very long.
    for found in _batches(
        list(story) for _reference, story in groupby(events, attrgetter("reference"))
    ):
        batch = list(_stories_held(agency_code, found))
        rows = [_event_row(agency_code, event) for story in batch for event in story]
        taken += len(rows)
        try:
            with transaction.atomic():
                RegisterEventRow.objects.bulk_create(rows)
                # Building the cases from the events in memory saves a tenth of the time.
                cases = (_case(agency_code, story) for story in batch)
                RegisterCase.objects.bulk_create(one for one in cases if one is not None)
        except IntegrityError:
            _insert_again(agency_code, rows)
    _write_months(month_rows(agency_codes=[agency_code]))
    return taken


def _insert_again(agency_code: str, events: list[RegisterEventRow]) -> None:
    """Insert the event rows that do not exist yet, and write the cases of all given rows."""
    RegisterEventRow.objects.bulk_create(events, ignore_conflicts=True)
    known = RegisterEventRow.objects.filter(agency_code=agency_code)
    _write_cases(known.filter(reference__in={one.reference for one in events}))


def _rebuild_cases(touched: set[tuple[str, str]]) -> None:
    """Write the cases of the given (agency, reference) pairs, and recount their months."""
    agencies = sorted({agency_code for agency_code, _reference in touched})
    # For a case transferred between two of the agencies, one more row is written, with equal
    # values.
    written = _write_cases(
        RegisterEventRow.objects.filter(
            agency_code__in=agencies,
            reference__in=sorted({reference for _agency_code, reference in touched}),
        )
    )
    _write_months(
        row
        for row in month_rows(
            agency_codes=agencies, months={month for _agency_code, month in written}
        )
        if (row.agency_code, row.month) in written
    )


def _write_cases(rows: QuerySet[RegisterEventRow]) -> set[tuple[str, date]]:
    """Write cases built from event rows; return (agency, month of filing) pairs of the cases."""
    # All rows are read at once, because a server-side cursor left open by an error would end the
    # transaction.
    stored = list(rows.order_by("agency_code", "reference", "position"))
    written: set[tuple[str, date]] = set()
    for batch in _batches(_folded(stored)):
        RegisterCase.objects.bulk_create(
            batch,
            update_conflicts=True,
            unique_fields=["agency_code", "reference"],
            update_fields=CASE_COLUMNS,
        )
        written |= {(case.agency_code, case.filed_on.replace(day=1)) for case in batch}
    return written


def _folded(stored: Iterable[RegisterEventRow]) -> Iterator[RegisterCase]:
    for (agency_code, _reference), rows in groupby(stored, attrgetter("agency_code", "reference")):
        if (case := _case(agency_code, map(_event, rows))) is not None:
            yield case


def _case(agency_code: str, story: Iterable[RegisterEvent]) -> RegisterCase | None:
    """Return the row of a case from the case's events; ``None`` without the filing's event."""
    if (facts := case_fold(story)) is None:
        return None
    return RegisterCase(
        agency_code=agency_code,
        reference=facts.reference,
        **{name: getattr(facts, name) for name in CASE_COLUMNS},
    )


def _write_months(rows: Iterable[RegisterMonth]) -> None:
    for batch in _batches(rows):
        RegisterMonth.objects.bulk_create(
            batch,
            update_conflicts=True,
            unique_fields=["agency_code", "kind", "month"],
            update_fields=KEPT,
        )


def _batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    source = iter(items)
    while batch := list(islice(source, BATCH)):
        yield batch


def _event(row: EventColumns) -> RegisterEvent:
    return RegisterEvent(**{name: getattr(row, name) for name in EVENT_COLUMNS})


def _event_row(agency_code: str, event: RegisterEvent) -> RegisterEventRow:
    return RegisterEventRow(agency_code=agency_code, **_columns(event))


def _columns(event: RegisterEvent) -> dict[str, object]:
    return {name: getattr(event, name) for name in EVENT_COLUMNS}
