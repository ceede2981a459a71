"""FS14: a late reply is brought to those who answer for it, by events and by letters."""

from datetime import UTC, date, datetime, timedelta

import pytest

from shared.accounts.enums import Role
from shared.complaints import services
from shared.complaints.enums import ESCALATION_EVENTS, Audience, EventKind, Kind
from shared.complaints.selectors import (
    case_events,
    cases_to_escalate,
    complaint_get,
    escalation_chain,
    public_case,
)
from shared.complaints.types.escalation import NATIONAL_CHAIN, ChainStep
from shared.kernel import clock
from shared.kernel.actors import CITIZEN, SYSTEM
from shared.mail.models import Mail
from shared.register.models import RegisterCase, RegisterOutbox
from shared.register.services import register_project
from shared.units.services import unit_members_set
from tenants.isolation.schema_switch import agency_context
from tests.support.factories import REPLY, filed, officer_actor, staff
from tests.support.units import unit

pytestmark = pytest.mark.django_db

FILED = datetime(2026, 3, 2, 10, tzinfo=UTC)
DUE = date(2026, 5, 1)
USUAL = {
    -15: "term_in_15",
    -5: "term_in_5",
    0: "term_reached",
    1: "escalated_unit",
    5: "escalated_agency",
    15: "escalated_oversight",
}


def day(after, *, due=DUE):
    """The clock stands at nine o'clock of a day after (or before) the last day of the term."""
    return clock.travel(datetime(due.year, due.month, due.day, 9, tzinfo=UTC) + timedelta(after))


def upkeep(agency, after, **given):
    with day(after, **given), agency_context(agency):
        return services.cases_escalate(actor=SYSTEM)


def steps_of(agency, reference):
    """The steps that a case has had, in their order, with the days after the term."""
    with agency_context(agency):
        events = case_events(complaint_get(reference=reference))
    return [
        (event.kind, (clock.civil_day(event.at) - DUE).days)
        for event in events
        if event.kind in ESCALATION_EVENTS
    ]


def letters(agency):
    """To whom which letters of the chain were written, in their order."""
    with agency_context(agency):
        rows = Mail.objects.filter(letter__startswith="escalation").order_by("queued_at", "pk")
        return [(row.to, row.letter, row.context) for row in rows]


@pytest.fixture
def reference(roads):
    with clock.travel(FILED):
        return filed(roads).reference


def changed(kind, **values):
    """The national chain with one step changed."""
    return [
        ChainStep(
            kind=step.kind,
            days=values.get("days", step.days) if step.kind == kind else step.days,
            is_active=values.get("is_active", True) if step.kind == kind else True,
            audience=values.get("audience", step.audience) if step.kind == kind else step.audience,
        )
        for step in NATIONAL_CHAIN
    ]


# --- the steps -----------------------------------------------------------------------------------


def test_fs14_each_step_happens_once_on_its_day_in_order(roads, reference):
    for after in range(-20, 20):
        for _hour in range(2):
            upkeep(roads, after)

    assert steps_of(roads, reference) == [(kind, after) for after, kind in USUAL.items()]


def test_nothing_happens_the_day_before_a_step(roads, reference):
    for after, kind in USUAL.items():
        upkeep(roads, after - 1)
        assert kind not in dict(steps_of(roads, reference))
        assert upkeep(roads, after) == 1


def test_after_a_standstill_all_missed_steps_are_recorded_and_one_letter_leaves(roads, reference):
    chief = staff(roads, Role.SUPERVISOR)

    # Nobody was reminded of a term that has ended, and the history does not say so.
    assert upkeep(roads, 40) == 4

    assert [kind for kind, _after in steps_of(roads, reference)] == list(USUAL.values())[2:]
    assert letters(roads) == [(chief.email, "escalation_notice", {"what": "escalated_oversight"})]
    assert upkeep(roads, 41) == 0


def test_a_case_without_a_legal_term_has_no_chain(roads):
    with clock.travel(FILED):
        others = [filed(roads, kind=kind).reference for kind in (Kind.OBSERVATION, Kind.PROPOSAL)]

    assert upkeep(roads, 100) == 0
    assert [steps_of(roads, one) for one in others] == [[], []]


@pytest.mark.parametrize("end", ["answered", "withdrawn"])
def test_a_case_that_owes_no_reply_is_not_escalated(roads, reference, end):
    officer = staff(roads)
    upkeep(roads, -15)
    with day(-10), agency_context(roads):
        if end == "answered":
            services.complaint_reply(
                reference=reference, draft=REPLY, officer=officer, actor=officer_actor(officer)
            )
        else:
            services.complaint_withdraw(reference=reference, actor=CITIZEN)

    assert upkeep(roads, 30) == 0
    assert steps_of(roads, reference) == [("term_in_15", -15)]


def test_waiting_for_the_citizen_does_not_stop_the_chain(roads, reference):
    officer = staff(roads)
    with day(-6), agency_context(roads):
        actor = officer_actor(officer)
        services.complaint_assign(reference=reference, officer=officer, actor=actor)
        services.question_ask(reference=reference, body="Which lamp?", officer=officer, actor=actor)

    upkeep(roads, 0)

    assert steps_of(roads, reference) == [("term_reached", 0)]


def test_a_reopened_case_has_a_new_term_and_a_new_chain(roads, reference):
    officer = staff(roads)
    upkeep(roads, 1)
    with day(2), agency_context(roads):
        services.complaint_reply(
            reference=reference, draft=REPLY, officer=officer, actor=officer_actor(officer)
        )
    with day(3), agency_context(roads):
        services.complaint_reopen(reference=reference, body="No.", actor=CITIZEN)
        case = complaint_get(reference=reference)

    due = DUE + timedelta(63)
    assert (case.escalated, case.due_on) == (0, due)
    assert upkeep(roads, -16, due=due) == 0
    assert [upkeep(roads, after, due=due) for after in USUAL] == [1] * 6
    assert [kind for kind, _after in steps_of(roads, reference)] == [
        *list(USUAL.values())[2:4],
        *USUAL.values(),
    ]


def test_the_oldest_terms_come_first_and_the_rest_in_the_next_hour(roads):
    with clock.travel(FILED + timedelta(1)):
        younger = filed(roads).reference
    with clock.travel(FILED):
        older = filed(roads).reference

    with agency_context(roads), day(30):
        chain = escalation_chain()
        first = cases_to_escalate(chain=chain, on=clock.today(), at_most=1)
        all_of_them = cases_to_escalate(chain=chain, on=clock.today())

    assert (first, all_of_them) == ([older], [older, younger])


def test_cases_of_another_agency_are_left_alone(roads, water, reference):
    with clock.travel(FILED):
        theirs = filed(water).reference

    upkeep(roads, 20)

    assert len(steps_of(roads, reference)) == 4
    assert steps_of(water, theirs) == []


def test_the_hourly_upkeep_brings_late_replies_on(roads, reference):
    with day(0), agency_context(roads):
        done = services.expired_deadlines_apply(actor=SYSTEM)

    assert (done, steps_of(roads, reference)) == (1, [("term_reached", 0)])


def test_where_nothing_is_due_no_case_is_read(roads, django_assert_num_queries):
    with clock.travel(FILED):
        for _number in range(5):
            filed(roads)

    # The chain and the cases, between two of the transaction.
    with agency_context(roads), day(-20), django_assert_num_queries(4):
        done = services.cases_escalate(actor=SYSTEM)

    assert done == 0


# --- who is told ---------------------------------------------------------------------------------


@pytest.fixture
def people(roads):
    """A unit with two members, one of them its head; a supervisor and an administrator above."""
    found = {
        "agent": staff(roads, Role.AGENT, "agent@roads.example"),
        "head": staff(roads, Role.AGENT, "head@roads.example"),
        "chief": staff(roads, Role.SUPERVISOR, "chief@roads.example"),
        "administrator": staff(roads, Role.ADMINISTRATOR, "administrator@roads.example"),
    }
    with agency_context(roads):
        number = unit("Lamps", found["agent"], found["head"])
        both = [found["agent"].pk, found["head"].pk]
        unit_members_set(
            unit_id=number, user_ids=both, of=both, is_last_kept=False, actor=SYSTEM,
            head_ids=[found["head"].pk],
        )  # fmt: skip
    return found | {"unit": number}


@pytest.fixture
def held(roads, people, reference):
    """The case is in the unit, and its agent has it."""
    with clock.travel(FILED), agency_context(roads):
        who = officer_actor(people["chief"])
        services.case_unit_change(reference=reference, unit_id=people["unit"], actor=who)
        services.complaint_assign(reference=reference, officer=people["agent"], actor=who)
        Mail.objects.all().delete()
    return reference


def test_fs14_each_step_is_written_to_whom_it_concerns(roads, held):
    told = {}
    for after in USUAL:
        before = len(letters(roads))
        upkeep(roads, after)
        told[after] = sorted(to.split("@")[0] for to, *_rest in letters(roads)[before:])

    assert told == {
        -15: ["agent"],
        -5: ["agent"],
        0: ["agent", "head"],
        1: ["agent", "head"],
        5: ["chief", "head"],
        15: ["chief", "head"],
    }


def test_a_unit_without_a_head_falls_back_to_supervisors_and_administrators(roads, people, held):
    with agency_context(roads):
        numbers = [people["agent"].pk, people["head"].pk]
        unit_members_set(
            unit_id=people["unit"], user_ids=numbers, of=numbers, is_last_kept=False, actor=SYSTEM,
            head_ids=[],
        )  # fmt: skip
    upkeep(roads, 1)
    assert sorted({to.split("@")[0] for to, *_rest in letters(roads)}) == ["agent", "chief"]

    with agency_context(roads):
        type(people["chief"]).objects.filter(pk=people["chief"].pk).update(is_active=False)
    before = len(letters(roads))
    upkeep(roads, 5)
    assert [to.split("@")[0] for to, *_rest in letters(roads)[before:]] == ["administrator"]


@pytest.mark.parametrize(
    ("audience", "told"),
    [
        (Audience.OFFICER, ["agent"]),
        (Audience.UNIT, ["agent", "head"]),
        (Audience.HEAD, ["agent", "head"]),
    ],
)
def test_the_agency_chooses_who_is_reminded(roads, people, held, audience, told):
    with agency_context(roads):
        steps = changed(EventKind.TERM_IN_15, audience=audience)
        services.escalation_chain_change(steps=steps, actor=SYSTEM)

    upkeep(roads, -15)

    assert sorted(to.split("@")[0] for to, *_rest in letters(roads)) == told


def test_several_cases_are_one_letter_that_says_how_many(roads):
    chief = staff(roads, Role.SUPERVISOR)
    with clock.travel(FILED):
        for _number in range(3):
            filed(roads)

    upkeep(roads, -15)

    words = {"what": "term_soon", "total": "3"}
    assert letters(roads) == [(chief.email, "escalations_notice", words)]


def test_nobody_who_cannot_sign_in_or_is_absent_is_written_to(roads, people, held):
    with day(-20), agency_context(roads):
        services.absence_enter(
            user=people["agent"], first_day=DUE - timedelta(20), last_day=DUE + timedelta(20),
            substitute=None, actor=SYSTEM,
        )  # fmt: skip
    upkeep(roads, 0)

    assert {to.split("@")[0] for to, *_rest in letters(roads)} == {"head"}


# --- national oversight --------------------------------------------------------------------------


def test_fs14_the_register_and_the_citizen_learn_of_the_word_to_oversight(roads, reference):
    for after in USUAL:
        upkeep(roads, after)

    announced = RegisterOutbox.objects.filter(reference=reference).order_by("position")
    assert [row.event for row in announced] == ["received", "term_reached", "escalated_oversight"]
    register_project()
    known = RegisterCase.objects.get(reference=reference)
    assert known.escalated_at is not None
    assert clock.civil_day(known.escalated_at) == DUE + timedelta(15)
    with agency_context(roads):
        timeline = [entry.kind for entry in public_case(reference=reference).timeline]
    assert timeline == [EventKind.RECEIVED, EventKind.TERM_REACHED, EventKind.ESCALATED_OVERSIGHT]


@pytest.mark.parametrize("end", ["answered", "withdrawn", "reopened"])
def test_the_register_forgets_the_late_reply_when_it_is_owed_no_more(roads, reference, end):
    officer = staff(roads)
    upkeep(roads, 15)
    with day(16), agency_context(roads):
        if end == "withdrawn":
            services.complaint_withdraw(reference=reference, actor=CITIZEN)
        else:
            services.complaint_reply(
                reference=reference, draft=REPLY, officer=officer, actor=officer_actor(officer)
            )
        if end == "reopened":
            services.complaint_reopen(reference=reference, body="No.", actor=CITIZEN)
    register_project()

    assert RegisterCase.objects.get(reference=reference).escalated_at is None


# --- the first time ------------------------------------------------------------------------------


def test_fs14_the_first_upkeep_after_an_update_gathers_its_letters(roads, people):
    """Cases that are late since long have all steps at once: nobody gets a letter for each."""
    with clock.travel(FILED):
        references = [filed(roads).reference for _number in range(6)]
    with clock.travel(FILED + timedelta(12)):
        references += [filed(roads).reference for _number in range(3)]
    with agency_context(roads):
        before = Mail.objects.count()

    assert upkeep(roads, 20) == 6 * 4 + 3 * 3

    told = sorted(
        (to.split("@")[0], context["what"], context["total"]) for to, _l, context in letters(roads)
    )
    assert told == [
        ("chief", "escalated_agency", "3"),
        ("chief", "escalated_oversight", "6"),
    ]
    with agency_context(roads):
        # Of citizens, nobody is written to.
        assert Mail.objects.count() == before + len(told)
