"""Hundreds of thousands of invented cases of an agency over two years, with parties and events."""

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import islice
from math import log
from random import Random
from typing import TYPE_CHECKING
from uuid import UUID

from bench.case_texts import MESSAGES, NOTES, CaseTexts
from bench.filling import (
    SEED,
    ask,
    copy,
    is_filled,
    mark_filled,
    reference,
    settle,
    without_indexes,
)
from bench.generated_text import TextGenerator

if TYPE_CHECKING:
    from shared.accounts.models import User
    from tenants.models import Agency

AGENTS = 20
# How many bodies and categories an agency has if it answers for all communes.
BODIES, CATEGORIES = 1_500, 30
DAYS = 730
# With this median wait, ten thousand of half a million cases are open.
USUAL_WAIT_DAYS = 9
UNITS, LABELS = 5, 3
PLACES = ("", "Rabat, Agdal", "Salé", "طنجة المدينة", "Fès, Médina", "أكادير")
CHUNK = 20_000
CASES, PARTIES, EVENTS = "complaints_complaint", "complaints_party", "complaints_complaintevent"
TABLES = (CASES, PARTIES, EVENTS)
WITH_TEXTS = (*TABLES, MESSAGES, NOTES)
CASE_COLUMNS = (
    "id", "reference", "kind", "organisation_code", "category_code", "subject", "body", "remedy",
    "place", "language", "privacy", "channel", "status", "outcome", "received_at", "due_on",
    "assignee_id", "answered_by_id", "answered_at", "awaiting_until", "reopened", "reopened_at",
    "version", "unit_id", "label_ids", "working_due_on", "risk_on", "waiting_since",
    "has_citizen_news",
)  # fmt: skip
PARTY_COLUMNS = ("complaint_id", "kind", "name", "email", "phone", "national_id")
EVENT_COLUMNS = (
    "id", "complaint_id", "position", "kind", "status", "outcome", "resolved", "handling",
    "actor_kind", "actor_label", "actor_id", "at",
)  # fmt: skip


@dataclass(slots=True, kw_only=True)
class Case:
    """The present state of a case; a step: event, status after the event, time."""

    number: int
    kind: str
    received_at: datetime
    status: str
    agent: int | None = None
    answered_at: datetime | None = None
    awaiting_until: date | None = None
    steps: list[tuple[str, str, datetime]] = field(default_factory=list)


def agent_ensure(agency: "Agency", *, agents: int = AGENTS) -> "User":
    """Return the agency's first agent; missing agents are created."""
    from shared.accounts.enums import Role  # noqa: PLC0415 - models exist only after configure()
    from shared.accounts.models import User  # noqa: PLC0415
    from shared.accounts.services.users import user_create  # noqa: PLC0415
    from shared.kernel.actors import SYSTEM  # noqa: PLC0415
    from tenants.isolation.schema_switch import agency_context  # noqa: PLC0415

    with agency_context(agency):
        for number in range(User.objects.count(), agents):
            user_create(
                email=f"agent{number}@{agency.code}.example",
                name=f"Agent {number}",
                role=Role.AGENT,
                password=None,
                actor=SYSTEM,
                language="fr",
            )
        return User.objects.order_by("pk")[:1].get()


def cases_fill(
    agency: "Agency",
    *,
    cases: int,
    seed: int = SEED,
    agents: int = AGENTS,
    with_texts: bool = False,
) -> None:
    """Fill the agency with exactly ``cases`` cases: a few percent are open, most are closed.

    ``with_texts``: with messages and notes, and found by the words of all texts.
    """
    from django.db import transaction  # noqa: PLC0415

    from shared.accounts.models import User  # noqa: PLC0415
    from tenants.isolation.schema_switch import agency_context, as_owner  # noqa: PLC0415

    agent_ensure(agency, agents=agents)
    with as_owner(), agency_context(agency):
        if is_filled(CASES, cases, seed, with_texts):
            return
        tables = WITH_TEXTS if with_texts else TABLES
        known = list(User.objects.order_by("pk").values_list("pk", flat=True)[:agents])
        units = _units_ensure()
        # In one transaction, because a table that lost its indexes must not count as filled.
        with transaction.atomic():
            ask(f"TRUNCATE {CASES} CASCADE")
            # Foreign keys are checked at once, because pending checks forbid making indexes.
            ask("SET CONSTRAINTS ALL IMMEDIATE")
            # For few rows, making the indexes again would take longer than keeping them.
            with without_indexes(*tables) if cases >= CHUNK else nullcontext():
                texts = CaseTexts(seed=seed) if with_texts else None
                _write(agency, cases, seed, known, units, texts)
            ask(f"SELECT setval(pg_get_serial_sequence('{CASES}', 'id'), %s)", max(cases, 1))
            mark_filled(CASES, cases, seed, with_texts)
        settle(*tables)


def _units_ensure() -> list[int]:
    """Return the ids of the agency's units; missing units are created."""
    from shared.units.models import Unit  # noqa: PLC0415

    for number in range(Unit.objects.count(), UNITS):
        Unit.objects.create(name_ar=f"Unit {number}", name_fr=f"Unit {number}")
    return list(Unit.objects.order_by("pk").values_list("pk", flat=True)[:UNITS])


def _write(
    agency: "Agency",
    cases: int,
    seed: int,
    agents: list[int],
    units: list[int],
    texts: CaseTexts | None,
) -> None:
    generator = TextGenerator(seed=seed)
    stories = _stories(cases, seed, len(agents))
    chance = Random(f"identifiers:{seed}")
    while chunk := list(islice(stories, CHUNK)):
        rows = [_case_row(case, generator, agency, cases, seed, agents) for case in chunk]
        copy(
            CASES,
            (*CASE_COLUMNS, "more_words"),
            (
                (*row, *_list_row(case, units), _more_words(case, str(row[1]), agents, texts))
                for case, row in zip(chunk, rows, strict=True)
            ),
        )
        copy(PARTIES, PARTY_COLUMNS, (_party_row(case) for case in chunk))
        copy(EVENTS, EVENT_COLUMNS, (row for case in chunk for row in _event_rows(case, chance)))
        if texts is not None:
            texts.write()


def _more_words(
    case: Case, reference: str, agents: list[int], texts: CaseTexts | None
) -> str | None:
    if texts is None:
        return None
    _number, _kind, *person = _party_row(case)
    return texts.add(case, reference=reference, person=list(map(str, person)), agents=agents)


def _stories(cases: int, seed: int, agents: int) -> Iterator[Case]:
    from shared.kernel import clock  # noqa: PLC0415

    rng = Random(f"cases:{seed}")
    # Noon, so that a second run on the same day makes the same data.
    now = datetime.combine(clock.today(), time(12), tzinfo=clock.NATIONAL_ZONE)
    for number in range(1, cases + 1):
        received_at = now - timedelta(days=DAYS * (1 - number / cases))
        kind = rng.choices(("complaint", "observation", "proposal"), weights=(85, 10, 5))[0]
        case = Case(number=number, kind=kind, received_at=received_at, status="received")
        _happen(case, "received", "received", received_at)
        _live(case, rng, agents, now)
        yield case


def _live(case: Case, rng: Random, agents: int, now: datetime) -> None:
    wait = rng.lognormvariate(log(USUAL_WAIT_DAYS), 0.7) * (6 if rng.random() < 0.06 else 1)
    answered_at = case.received_at + timedelta(days=wait)
    taken_at = case.received_at + timedelta(days=min(rng.lognormvariate(log(2.5), 0.7), wait))
    if rng.random() < 0.04 and answered_at < now:
        _happen(case, "withdrawn", "withdrawn", answered_at)
        return
    if taken_at < now:
        case.agent = rng.randrange(agents)
        _happen(case, "assigned", "in_progress", taken_at)
    if answered_at < now:
        case.answered_at = answered_at
        refused = rng.random() < 0.08
        name = "inadmissible" if refused else "answered"
        _happen(case, name, name, answered_at)
        if now - answered_at > timedelta(days=31):
            _happen(case, "closed", "closed", answered_at + timedelta(days=31))
    elif case.agent is not None and rng.random() < 0.1:
        case.awaiting_until = (now + timedelta(days=9)).date()
        _happen(case, "question_asked", "awaiting_citizen", taken_at)


def _happen(case: Case, kind: str, status: str, at: datetime) -> None:
    case.status = status
    case.steps.append((kind, status, at))


def _case_row(
    case: Case, generator: TextGenerator, agency: "Agency", cases: int, seed: int, agents: list[int]
) -> tuple[object, ...]:
    text = generator.text(number=case.number, of=cases)
    agent = None if case.agent is None else agents[case.agent]
    answered = case.answered_at is not None
    return (
        case.number, case_reference(agency, case.number, seed=seed), case.kind,
        body_code(case.number), category_code(case.number),
        text.subject, text.body, "", PLACES[case.number % len(PLACES)], text.language,
        "named", "portal", case.status,
        "explained" if answered and case.status != "inadmissible" else "", case.received_at,
        (case.received_at + timedelta(days=60)).date() if case.kind == "complaint" else None,
        agent, agent if answered else None, case.answered_at, case.awaiting_until, 0, None,
        len(case.steps),
    )  # fmt: skip


def _list_row(case: Case, units: list[int]) -> tuple[object, ...]:
    """Return the values of the columns that only the inbox's lists read."""
    received_on = case.received_at.date()
    legal = received_on + timedelta(days=60) if case.kind == "complaint" else date.max
    promised = received_on + timedelta(days=28)
    is_open = case.status in ("received", "in_progress", "awaiting_citizen")
    number = case.number
    return (
        units[number % len(units)] if number % 7 else None,
        f"{{{number % LABELS + 1}}}" if number % 11 == 0 else "{}",
        promised,
        min(legal, promised) if is_open else date.max,
        case.received_at if is_open else None,
        is_open and number % 50 == 0,
    )


def body_code(number: int) -> str:
    """Return the code of a case's body; the first body has a tenth of all cases."""
    share = number * 2_654_435_761 % 2**32 / 2**32
    return f"body-{int(BODIES * share**3)}"


def category_code(number: int) -> str:
    """Return the code of a case's category; one case in thirty-one has no category ("")."""
    place = number * 40_503 % (CATEGORIES + 1)
    return f"category-{place}" if place else ""


def case_reference(agency: "Agency", number: int, *, seed: int = SEED) -> str:
    """Return the reference of the agency's ``number``-th case (from 1), unique among agencies."""
    return reference(number + agency.pk * 10**8, seed=seed)


def case_email(number: int) -> str:
    """Return the e-mail address of a case's person."""
    return f"person{number}@example.org"


def _party_row(case: Case) -> tuple[object, ...]:
    return (case.number, "person", f"Person {case.number}", case_email(case.number), "", "")


def _event_rows(case: Case, chance: Random) -> Iterator[tuple[object, ...]]:
    for position, (kind, status, at) in enumerate(case.steps, 1):
        by = "citizen" if kind in ("received", "withdrawn") else "officer"
        identifier = uuid7_at(at, chance)
        yield (
            identifier, case.number, position, kind, status, "", None, None, by, by, None, at,
        )  # fmt: skip


def uuid7_at(at: datetime, chance: Random) -> UUID:
    """Return a UUIDv7 of the moment ``at``, as the product makes them, so that ids sort by time."""
    value = int(at.timestamp() * 1000) << 80 | chance.getrandbits(80)
    return UUID(int=value & ~(0xF << 76) | 0x7 << 76 & ~(0x3 << 62) | 0x2 << 62)
