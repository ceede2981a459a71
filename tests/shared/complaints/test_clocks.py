"""Both clocks of a case as its events make them: rounds, waits, holidays, and the promise."""

from datetime import UTC, date, datetime

import pytest

from shared.catalogue.models import Holiday, WorkingTerm
from shared.catalogue.services.holidays import holiday_move
from shared.complaints import services
from shared.complaints.selectors import public_case
from shared.kernel import clock
from shared.kernel.actors import CITIZEN, SYSTEM
from shared.kernel.clock_ledger import DayReason
from tenants.isolation.schema_switch import agency_context
from tests.support.factories import REPLY, filed, officer_actor, staff

pytestmark = pytest.mark.django_db


def on(day, hour=10):
    """The clock stands at that day of March 2026 (the 2nd is a Monday)."""
    return clock.travel(datetime(2026, 3, day, hour, tzinfo=UTC))


class Life:
    """One case of the roads and the officer who has it."""

    def __init__(self, agency, **changes):
        self.agency = agency
        with on(2):
            self.reference = filed(agency, **changes).reference
        self.officer = staff(agency)
        self.actor = officer_actor(self.officer)

    def do(self, day, service, **given):
        with on(day), agency_context(self.agency):
            service(reference=self.reference, **given)

    def take(self, day=2):
        self.do(day, services.complaint_assign, officer=self.officer, actor=self.actor)

    def ask(self, day):
        self.do(day, services.question_ask, body="Which?", officer=self.officer, actor=self.actor)

    def write(self, day):
        self.do(day, services.citizen_message_add, body="That one.", actor=CITIZEN)

    def answer(self, day):
        self.do(day, services.complaint_reply, draft=REPLY, officer=self.officer, actor=self.actor)

    def reopen(self, day):
        self.do(day, services.complaint_reopen, body="No.", actor=CITIZEN)

    def keep(self, day):
        with on(day), agency_context(self.agency):
            services.expired_deadlines_apply(actor=SYSTEM)

    def see(self, day):
        with on(day), agency_context(self.agency):
            return public_case(reference=self.reference)


@pytest.fixture
def life(roads):
    return Life(roads)


def paused(case):
    return [one.day.day for one in case.ledger if one.reason == DayReason.PAUSED]


def holiday(day, key="feast"):
    return Holiday.objects.create(
        key=key, day=day, name_ar="عيد", name_fr="Fête", name_en="Feast",
        is_lunar=True, state="estimated",
    )  # fmt: skip


def test_a_case_that_nobody_asked_about_counts_working_days(life):
    case = life.see(13)

    assert (case.clock.elapsed, case.working.counted, case.working.term) == (11, 9, 20)
    assert [one.legal for one in case.ledger] == list(range(12))


def test_the_promise_pauses_from_the_question_to_the_answer_and_the_law_does_not(life):
    life.take()
    life.ask(3)
    life.write(6)

    case = life.see(13)

    assert paused(case) == [4, 5, 6]
    assert (case.clock.elapsed, case.working.counted, case.working.paused) == (11, 6, 3)


def test_while_the_answer_is_awaited_it_says_since_when(life):
    life.take()
    life.ask(3)

    assert life.see(5).working.paused_since == date(2026, 3, 3)
    life.write(6)
    assert life.see(9).working.paused_since is None


def test_a_second_message_does_not_pause_anything(life):
    life.take()
    life.ask(3)
    life.write(4)
    life.write(6)

    assert paused(life.see(13)) == [4]


def test_a_wait_that_nobody_answers_ends_after_fifteen_days_however_late_the_task_runs(life):
    life.take()
    life.ask(3)

    before = life.see(25)
    life.keep(26)
    after = life.see(27)

    assert paused(before) == paused(after) == [4, 5, 6, 9, 10, 11, 12, 13, 16, 17, 18]
    assert before.working.paused_since is None


def test_two_questions_pause_fifteen_working_days_at_most(life):
    life.take()
    life.ask(2)
    life.write(17)
    life.ask(18)

    case = life.see(31)

    assert case.working.paused == 15
    assert [one.day.day for one in case.ledger if one.reason == DayReason.CAPPED] == [
        25,
        26,
        27,
        30,
        31,
    ]


def test_the_clocks_of_an_answered_case_end_with_the_day_of_the_answer(life):
    life.take()
    life.answer(10)

    case = life.see(20)

    assert (case.ledger[-1].day, case.working.counted) == (date(2026, 3, 10), 6)


def test_a_reopening_begins_a_round_of_its_own_and_the_first_one_stays(life):
    life.take()
    life.ask(3)
    life.write(4)
    life.answer(10)
    life.reopen(16)

    case = life.see(18)

    assert (case.working.filed_on, case.working.counted) == (date(2026, 3, 16), 2)
    assert [(one.round, one.day.day) for one in case.ledger] == [
        *[(0, day) for day in range(2, 11)],
        *[(1, day) for day in range(16, 19)],
    ]
    assert case.ledger[-1].legal == 2


def test_what_the_first_round_paused_is_not_there_for_the_second(roads):
    life = Life(roads)
    life.take()
    life.ask(2)
    life.write(17)
    life.answer(17)
    life.reopen(18)
    staff(roads, email="second@roads.example")
    life.do(18, services.question_ask, body="And?", officer=life.officer, actor=life.actor)

    assert life.see(31).working.paused == 4


def test_a_withdrawn_case_stops(life):
    life.do(5, services.complaint_withdraw, actor=CITIZEN)

    assert life.see(20).ledger[-1].day == date(2026, 3, 5)


def test_once_oversight_moves_a_feast_every_clock_is_right_at_once(life):
    feast = holiday(date(2026, 3, 10))
    before = life.see(13).working

    holiday_move(key=feast.key, day=date(2026, 3, 14), actor=SYSTEM)

    after = life.see(13).working
    assert (before.counted, after.counted) == (8, 9)
    assert (before.due_on, after.due_on) == (date(2026, 3, 31), date(2026, 3, 30))


def test_a_case_keeps_the_term_of_its_day_of_filing(roads):
    life = Life(roads, category_code="roads")
    term = {"category_code": "roads", "days": 10}
    WorkingTerm.objects.create(**term, effective_from=date(2026, 3, 3))
    assert life.see(13).working.term == 20

    WorkingTerm.objects.create(**{**term, "days": 12}, effective_from=date(2026, 3, 2))
    assert life.see(13).working.term == 12


def test_an_observation_has_the_promise_and_no_legal_clock(roads):
    life = Life(roads, kind="observation")

    case = life.see(13)

    assert (case.clock, case.working.counted) == (None, 9)
    assert {one.legal for one in case.ledger} == {None}
