"""FS8, FS9: the ledger shows what happened on a day, and none of it changes how a day counts."""

from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
from django.utils.translation import override

from shared.complaints import services
from shared.complaints.enums import INTERNAL_EVENTS
from shared.complaints.selectors import case_clocks, case_events, complaint_get, public_case
from shared.complaints.types import InterimDraft
from shared.complaints.workflow import MARKS
from shared.kernel import clock
from shared.kernel.actors import CITIZEN, SYSTEM
from shared.kernel.clock_ledger import LedgerMark, MarkKind, Wait, working_clock
from shared.ui.deadline_texts import MARKS as TEXTS, mark_text
from tenants.isolation.schema_switch import agency_context
from tests.support.factories import REPLY, filed, officer_actor, staff

pytestmark = pytest.mark.django_db

FILED = date(2026, 3, 2)
DUE = FILED + timedelta(60)


def on(day):
    return clock.travel(datetime(day.year, day.month, day.day, 10, tzinfo=UTC))


@pytest.fixture
def lived(roads):
    """A question, an interim reply, all steps of the chain, a late reply, and a re-opening."""
    officer = staff(roads)
    who = {"officer": officer, "actor": officer_actor(officer)}
    with on(FILED):
        reference = filed(roads).reference

    def do(after, service, **given):
        with on(FILED + timedelta(after)), agency_context(roads):
            service(reference=reference, **given)

    do(1, services.complaint_assign, **who)
    do(2, services.question_ask, body="Which lamp?", **who)
    do(10, services.citizen_message_add, body="That one.", actor=CITIZEN)
    interim = InterimDraft(
        done="We measured the lamp and ordered it.",
        delay="The part is made abroad and comes later.",
        until=FILED + timedelta(40),
    )
    do(20, services.interim_send, draft=interim, is_approved=False, **who)
    for after in (-15, -5, 0, 1, 5, 15):
        with on(DUE + timedelta(after)), agency_context(roads):
            services.cases_escalate(actor=SYSTEM)
    do(80, services.complaint_reply, draft=REPLY, **who)
    do(85, services.complaint_reopen, body="No.", actor=CITIZEN)
    return reference


def ledger_of(agency, reference, *, after=90):
    """All days of the case as its agency sees them."""
    with on(FILED + timedelta(after)), agency_context(agency):
        case = complaint_get(reference=reference)
        clocks = case_clocks(case, events=case_events(case), today=clock.today())
    return [day for one in clocks for day in one.days]


def marks_of(days):
    return [
        ((day.day - FILED).days, day.round, mark.kind, mark.until)
        for day in days
        for mark in day.marks
    ]


def test_fs9_the_ledger_marks_what_happened_on_its_day(roads, lived):
    assert marks_of(ledger_of(roads, lived)) == [
        (20, 0, MarkKind.INTERIM, FILED + timedelta(40)),
        (45, 0, MarkKind.REMINDER, None),
        (55, 0, MarkKind.REMINDER, None),
        (60, 0, MarkKind.TERM_REACHED, None),
        (61, 0, MarkKind.ESCALATED_UNIT, None),
        (65, 0, MarkKind.ESCALATED_AGENCY, None),
        (75, 0, MarkKind.ESCALATED_OVERSIGHT, None),
        (85, 1, MarkKind.REOPENED, None),
    ]


def test_fs9_the_last_day_is_marked_on_itself_when_the_upkeep_stood_still(roads):
    with on(FILED):
        reference = filed(roads).reference
    with on(DUE + timedelta(25)), agency_context(roads):
        services.cases_escalate(actor=SYSTEM)

    marks = {kind: after for after, _round, kind, _until in marks_of(ledger_of(roads, reference))}

    assert marks[MarkKind.TERM_REACHED] == 60
    # Of these the day on which they were brought on is true.
    assert marks[MarkKind.ESCALATED_UNIT] == marks[MarkKind.ESCALATED_OVERSIGHT] == 85


def test_the_citizen_reads_no_mark_that_stays_in_the_agency(roads, lived):
    with on(FILED + timedelta(90)), agency_context(roads):
        ledger = public_case(reference=lived).ledger

    assert [kind for _day, _round, kind, _until in marks_of(ledger)] == [
        MarkKind.INTERIM,
        MarkKind.TERM_REACHED,
        MarkKind.ESCALATED_OVERSIGHT,
        MarkKind.REOPENED,
    ]
    own = ledger_of(roads, lived)
    assert [(one.day, one.legal, one.working, one.reason) for one in ledger] == [
        (one.day, one.legal, one.working, one.reason) for one in own
    ]


def test_fs8_the_legal_clock_counts_every_day_whatever_happens(roads, lived):
    days = ledger_of(roads, lived)

    first = [day for day in days if day.round == 0]
    assert [day.legal for day in first] == list(range(81))
    assert [day.legal for day in days if day.round == 1] == list(range(6))


def test_fs8_no_mark_changes_how_a_day_counts():
    plainly = partial(
        working_clock,
        filed_on=FILED,
        on=FILED + timedelta(90),
        term=20,
        holidays=[],
        waits=[Wait(since=FILED + timedelta(2), until=FILED + timedelta(10))],
    )
    marks = [
        LedgerMark(day=FILED + timedelta(after), kind=kind, until=None)
        for kind in MarkKind
        for after in range(90)
    ]

    plain, marked = plainly(), plainly(marks=marks)

    def counted(found):
        return [(one.day, one.legal, one.working, one.reason) for one in found.days]

    assert counted(plain) == counted(marked)
    assert (plain.due_on, plain.left, plain.paused) == (marked.due_on, marked.left, marked.paused)
    assert all(len(one.marks) == len(MarkKind) for one in marked.days[:-1])


@pytest.mark.parametrize("language", ["ar", "fr", "en"])
def test_each_kind_of_mark_has_its_words(language):
    with override(language):
        said = {mark_text(LedgerMark(day=FILED, kind=kind, until=DUE)) for kind in MarkKind}

    assert set(TEXTS) == set(MarkKind)
    assert len(said) == len(MarkKind)


def test_each_mark_of_an_event_is_known_to_one_side_or_both():
    assert {kind for kind in MARKS if kind in INTERNAL_EVENTS} == {
        "term_in_15",
        "term_in_5",
        "escalated_unit",
        "escalated_agency",
    }
