"""Selectors of one case, and of the cases that periodic tasks process."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Mod

from shared.audit.selectors import audit_entries
from shared.catalogue.selectors import calendar_shown
from shared.complaints.enums import (
    ANSWERS,
    CASE_VIEWED,
    CASE_VIEWED_BY_OVERSIGHT,
    FILE_READ_BY_OVERSIGHT,
    INTERNAL_EVENTS,
    OPEN,
    Consent,
    EventKind,
    Kind,
    Language,
    Privacy,
    Status,
)
from shared.complaints.errors import (
    ComplaintNotFound,
)
from shared.complaints.models import Complaint, ComplaintEvent
from shared.complaints.models.complaint import NO_TERM
from shared.complaints.models.party import party_of
from shared.complaints.selectors.case_details import (
    with_chain,
)
from shared.complaints.selectors.holders import of_person, scope_condition
from shared.complaints.types import (
    EarlierCase,
    Filed,
)
from shared.complaints.workflow import FINAL, rounds
from shared.kernel import clock, legal_deadline
from shared.kernel.clock_ledger import PAUSE_CAP, WorkingClock, working_clock
from shared.register.types import RegisterEvent
from shared.rows.compiled_queries import compiled_query
from shared.rows.data_versions import CASES
from shared.rows.kept_values import kept_until
from shared.rows.selectors import found_or_refuse
from shared.units.types import UnitScope

REFRESHED_AT_ONCE = 500
HOURS = 24


def complaint_get(*, reference: str) -> Complaint:
    """Return one case with its party and officer. Raises ``ComplaintNotFound``."""
    found = next(iter(_complaints(reference=reference)), None)
    return found_or_refuse(found, ComplaintNotFound(reference))


def complaint_head(*, reference: str) -> Complaint:
    """Return the id, version, status, officer and unit of a case, without texts and persons.

    Used by pages that a browser refreshes every few seconds. Raises ``ComplaintNotFound``.
    """
    found = found_or_refuse(_head(reference=reference), ComplaintNotFound(reference))
    return Complaint.from_db(DEFAULT_DB_ALIAS, _HEAD, found)


_HEAD_COLUMNS = frozenset({"id", "reference", "version", "status", "assignee_id", "unit_id"})
# In the order of the model, because ``from_db`` reads the values in this order.
_HEAD = tuple(
    field.attname for field in Complaint._meta.concrete_fields if field.attname in _HEAD_COLUMNS
)


@kept_until(CASES)
def _head(*, reference: str) -> tuple[Any, ...] | None:
    return next(iter(_heads(reference=reference)), None)


@compiled_query()
def _heads(*, reference: str) -> QuerySet[Complaint, tuple[Any, ...]]:
    return Complaint.objects.filter(reference=reference).values_list(*_HEAD)


@compiled_query()
def _complaints(*, reference: str) -> QuerySet[Complaint]:
    return Complaint.objects.select_related("party", "assignee").filter(reference=reference)


def case_clock(complaint: Complaint, *, on: date) -> legal_deadline.LegalClock | None:
    """Return the legal clock of the current round; ``None`` for observations and proposals."""
    if complaint.kind != Kind.COMPLAINT:
        return None
    return legal_deadline.legal_clock(
        filed_on=clock.civil_day(complaint.reopened_at or complaint.received_at), on=on
    )


def case_clocks(
    complaint: Complaint, *, events: Iterable[ComplaintEvent], today: date
) -> list[WorkingClock]:
    """Return the working clock of each round with its days, current round last; usually no query.

    The pauses of all rounds together are at most ``PAUSE_CAP`` days. The term is the working term
    of the day of filing.
    """
    filed_on = clock.civil_day(complaint.received_at)
    term, holidays = calendar_shown(category_code=complaint.category_code, filed_on=filed_on)
    clocks: list[WorkingClock] = []
    for number, one in enumerate(rounds(events, filed_on=filed_on, today=today)):
        clocks.append(
            working_clock(
                filed_on=one.filed_on,
                on=one.ended_on or today,
                term=term,
                holidays=holidays,
                waits=one.waits,
                cap=PAUSE_CAP - sum(earlier.paused for earlier in clocks),
                has_legal=complaint.kind == Kind.COMPLAINT,
                round_number=number,
                marks=one.marks,
            )
        )
    return clocks


def cases_of_person(*, email: str, phone: str, scope: UnitScope, user_id: int) -> list[EarlierCase]:
    """Return the open cases with this e-mail or telephone number, latest first; ten at most.

    Only named cases that the officer may open are returned, because a telephone number must not
    reveal citizens who hid their names from this agency.
    """
    same = of_person(email=email, phone=phone)
    may_open = scope_condition(scope, user_id=user_id)
    rows = Complaint.objects.filter(same, may_open, status__in=OPEN, privacy=Privacy.NAMED)
    columns = rows.order_by("-received_at", "-id").values_list(*EarlierCase._fields)
    return list(map(EarlierCase._make, columns[:10]))


def case_accesses(*, reference: str) -> dict[str, tuple[datetime, ...]]:
    """Return when officers or national oversight opened a case, and when oversight read its files.
    The moments are keyed by the action of the audit log, oldest first.

    The citizen may see the moments, but not the persons.
    """
    kinds = (CASE_VIEWED, CASE_VIEWED_BY_OVERSIGHT, FILE_READ_BY_OVERSIGHT)
    entries = list(
        audit_entries(subject=reference).filter(action__in=kinds).values_list("action", "at")
    )
    return {kind: tuple(at for action, at in entries if action == kind) for kind in kinds}


def cases_to_close(*, at: datetime) -> list[str]:
    """Return references of answered cases whose re-opening term is over, oldest reply first."""
    # One day is added, because ``limit`` is a moment and the term ends with a civil day.
    limit = at - timedelta(days=legal_deadline.REOPEN_DAYS + 1)
    reviews = ComplaintEvent.objects.filter(
        complaint=OuterRef("pk"), kind__in=(EventKind.REVIEW_ASKED, EventKind.REVIEW_DECIDED)
    )
    rows = Complaint.objects.filter(status__in=ANSWERS, answered_at__lt=limit)
    # A case under review stays open for the decision, because a closed case cannot be sent back.
    rows = rows.alias(review=Subquery(reviews.order_by("-position").values("kind")[:1]))
    rows = rows.filter(Q(review=None) | Q(review=EventKind.REVIEW_DECIDED))
    return list(rows.order_by("answered_at", "id").values_list("reference", flat=True))


def cases_ended(case_ids: Collection[int], *, before: datetime) -> set[int]:
    """Return the ids of these cases that have a final status and no event from ``before`` on."""
    rows = Complaint.objects.filter(pk__in=case_ids, status__in=FINAL)
    later = ComplaintEvent.objects.filter(complaint=OuterRef("pk"), at__gte=before)
    return set(rows.filter(~Exists(later)).values_list("pk", flat=True))


def waits_to_end(*, on: date) -> list[str]:
    """Return references of cases whose citizen did not answer in time, earliest last day first."""
    return list(
        Complaint.objects.filter(status=Status.AWAITING_CITIZEN, awaiting_until__lt=on)
        .order_by("awaiting_until", "id")
        .values_list("reference", flat=True)
    )


def cases_to_refresh(*, hour: int) -> Iterator[tuple[Complaint, list[ComplaintEvent]]]:
    """Yield the open cases whose stored last days must be computed again, each case with its
    events.

    Included are the cases that wait for their citizen, the cases without a last day, and the cases
    whose id modulo 24 is ``hour``. One query, and two queries for each batch of
    ``REFRESHED_AT_ONCE``.
    """
    rows = (
        Complaint.objects.alias(turn=Mod("id", HOURS))
        .filter(
            Q(status=Status.AWAITING_CITIZEN) | Q(risk_on=NO_TERM) | Q(turn=hour), status__in=OPEN
        )
        .order_by()
    )
    # All ids are read first. For batches in the order of ids PostgreSQL would read every case.
    numbers = sorted(rows.values_list("pk", flat=True))
    for first in range(0, len(numbers), REFRESHED_AT_ONCE):
        page = list(
            Complaint.objects.filter(
                pk__in=numbers[first : first + REFRESHED_AT_ONCE], status__in=OPEN
            )
            .defer("search", "more_words", "body", "remedy")
            .order_by("pk")
        )
        events: dict[int, list[ComplaintEvent]] = {row.pk: [] for row in page}
        found = ComplaintEvent.objects.filter(complaint__in=list(events))
        for event in found.order_by("complaint_id", "position"):
            events[event.complaint_id].append(event)
        yield from ((row, with_chain(events[row.pk])) for row in page)


def email_of(*, reference: str) -> str:
    """Return the e-mail address of a case's party; "" if the address is not stored here. Raises
    ``ComplaintNotFound``.
    """
    return party_of(complaint_get(reference=reference)).email


def identities_unsealed() -> list[str]:
    """Return references of confidential cases whose party row still has personal data."""
    return list(
        Complaint.objects.filter(
            ~Q(party__name="", party__email="", party__phone="", party__national_id=""),
            privacy=Privacy.CONFIDENTIAL,
        )
        .order_by("id")
        .values_list("reference", flat=True)
    )


def outbox_event(event: ComplaintEvent) -> RegisterEvent:
    """Return the national register's data of an event: no name, no free text."""
    complaint = event.complaint
    return RegisterEvent(
        event_id=event.pk,
        reference=complaint.reference,
        position=event.position,
        organisation_code=complaint.organisation_code,
        kind=complaint.kind,
        category_code=complaint.category_code,
        language=complaint.language,
        event=event.kind,
        status=event.status,
        outcome=event.outcome,
        at=event.at,
        resolved=event.resolved,
        handling=event.handling,
        promised_on=event.promised_on,
    )


def filed_get(*, reference: str) -> Filed:
    """Return the content of a case's receipt. Raises ``ComplaintNotFound``."""
    complaint = complaint_get(reference=reference)
    return filed_of(complaint, files=complaint.attachments.filter(at=complaint.received_at).count())


def filed_of(complaint: Complaint, *, files: int) -> Filed:
    """Return the content of a loaded case's receipt; ``files``: the count of its files."""
    return Filed(
        kind=Kind(complaint.kind),
        organisation_code=complaint.organisation_code,
        subject=complaint.subject,
        language=Language(complaint.language),
        status=complaint.status,
        category_code=complaint.category_code,
        received_at=complaint.received_at,
        due_on=complaint.due_on,
        consent=Consent(complaint.consent) if complaint.consent else None,
        is_anonymous=complaint.privacy == Privacy.ANONYMOUS,
        files=files,
    )


def outbox_events(*, after: int = 0, most: int | None = None) -> list[RegisterEvent]:
    """Return the outbox events of this agency's cases, to rebuild the register. The parts that were
    cut out here are left out.

    With ``most``, only events of the first ``most`` cases whose ids are above ``after``
    (``cases_after``).
    """
    rows = ComplaintEvent.objects.exclude(kind__in=INTERNAL_EVENTS)
    rows = rows.filter(complaint__cut_from=None)
    if most is not None:
        rows = rows.filter(complaint__in=cases_after(number=after, most=most))
    of_case = ("reference", "organisation_code", "kind", "category_code", "language")
    of_event = ("position", "status", "outcome", "at", "resolved", "handling", "promised_on")
    names = ("event_id", "event", *of_case, *of_event)
    columns = ("pk", "kind", *(f"complaint__{name}" for name in of_case), *of_event)
    return [
        RegisterEvent(**dict(zip(names, values, strict=True)))
        for values in rows.order_by("complaint_id", "position").values_list(*columns)
    ]


def cases_after(*, number: int, most: int) -> list[int]:
    """Return the next ``most`` case ids above ``number``, in ascending order."""
    return list(
        Complaint.objects.filter(pk__gt=number).order_by("pk").values_list("pk", flat=True)[:most]
    )
