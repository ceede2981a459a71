from datetime import UTC, date, datetime, timedelta
from functools import cache
from random import Random

import pytest

from demo.actions import (
    AgencyMessage,
    Assignment,
    Filing,
    InterimReply,
    InternalNote,
    PromiseAnswer,
    Question,
    Rating,
    Refusal,
    Reply,
    ScheduledAction,
    Upkeep,
)
from demo.case_texts import case_text_make
from demo.organisations import FAST, REFUSING, SLOW, USUAL, demo_bodies
from demo.scenarios import Ending, scenarios
from demo.schedule import by_time, filing_moment, schedule_write
from shared.complaints.enums import Kind
from shared.directory.models import Organisation
from shared.kernel.clock import NATIONAL_ZONE
from tests.support.sampling import repeats

NOW = datetime(2026, 6, 17, 15, tzinfo=UTC)
LATER_TODAY = NOW + timedelta(hours=5)
OFFICE = Assignment | Question | AgencyMessage | InternalNote | Reply | Refusal


@cache
def histories(now=NOW, number=120):
    told = []
    for case, scenario in enumerate(scenarios(rng=Random(1), workload=USUAL, number=number)):
        rng = Random(case)
        filed_at = filing_moment(rng=rng, ago=scenario.filed_ago, now=now)
        case_text = case_text_make(
            rng=rng, kind=scenario.kind, body_code="health", filed_at=filed_at
        )
        told.append(
            schedule_write(
                rng=rng,
                scenario=scenario,
                case_text=case_text,
                organisation="health",
                case=case,
                officers=2,
                filed_at=filed_at,
                now=now,
            )
        )
    return told


def test_nothing_is_dated_in_the_future():
    assert max(act.at for acts in histories() for act in acts) <= NOW


def test_officers_act_on_working_days_in_working_hours():
    moments = [
        act.at.astimezone(NATIONAL_ZONE)
        for acts in histories()
        for act in acts
        if isinstance(act.action, OFFICE)
    ]

    assert {moment.weekday() for moment in moments} == {0, 1, 2, 3, 4}
    assert {moment.hour for moment in moments} <= set(range(9, 19))


def test_a_case_begins_with_its_filing():
    assert {type(acts[0].action) for acts in histories()} == {Filing}


def test_a_run_later_on_the_same_day_tells_the_same_past():
    past = NOW - timedelta(days=2)

    runs = [
        [act for acts in histories(now) for act in acts if act.at < past]
        for now in (NOW, LATER_TODAY)
    ]

    assert runs[0] == runs[1]


def test_a_night_in_which_two_cases_wait_is_lived_once():
    nights = [ScheduledAction(at=NOW, case=case, action=Upkeep()) for case in (1, 2)]
    filing = next(act for act in histories(number=1)[0])

    assert by_time([*nights, filing]) == sorted([filing, nights[0]], key=lambda act: act.at)


def test_fs14_one_open_case_stands_in_each_state_of_the_chain():
    chain = histories()[-6:]

    nights = [[act.at for act in acts if isinstance(act.action, Upkeep)] for acts in chain]
    assert [len(found) for found in nights] == [1, 2, 3, 4, 5, 6]
    assert not any(isinstance(act.action, Reply | Refusal) for acts in chain for act in acts)


@pytest.mark.parametrize("number", repeats([200, 600], keep=1))
def test_about_a_third_of_those_answered_rate(number):
    acts = [act for acts in histories(number=number) for act in acts]

    answered = sum(isinstance(act.action, Reply | Refusal) for act in acts)
    rated = sum(isinstance(act.action, Rating) for act in acts)
    assert 0.25 < rated / answered < 0.35


def test_some_announced_days_lie_ahead_and_some_were_kept_broken_or_left_unsaid():
    lives = [(named, said) for acts in histories() for named, said in [_promise(acts)] if named]

    assert any(named > NOW.date() for named, _said in lives)
    past = {said for named, said in lives if named < NOW.date()}
    assert past == {True, False, None}


def _promise(acts):
    """The day that the last reply names, and what the citizen said of it."""
    replies: list[date | None] = [
        act.action.draft.promised_on for act in acts if isinstance(act.action, Reply)
    ]
    said: list[bool | None] = [
        act.action.kept for act in acts if isinstance(act.action, PromiseAnswer)
    ]
    return (replies or [None])[-1], (said or [None])[-1]


def test_the_paces_differ_as_they_are_meant_to():
    def in_time(workload):
        some = scenarios(rng=Random(1), workload=workload, number=1000)
        return sum((scenario.first.ended or 999) <= 60 for scenario in some) / len(some)

    shares = [in_time(workload) for workload in (SLOW, USUAL, FAST)]

    assert shares == sorted(shares)
    assert shares[1] - shares[0] > 0.15
    assert shares[2] - shares[1] > 0.05


def test_most_requests_are_complaints_and_the_rest_is_there():
    kinds = [scenario.kind for scenario in scenarios(rng=Random(1), workload=USUAL, number=600)]

    assert 0.82 < kinds.count(Kind.COMPLAINT) / 600 < 0.92
    assert set(kinds) == set(Kind)


@pytest.mark.parametrize(("agencies", "complaints"), [(1, 20), (2, 24), (12, 600), (12, 7)])
def test_the_cases_of_the_bodies_add_up(agencies, complaints):
    bodies = demo_bodies(agencies=agencies, complaints=complaints)

    assert len(bodies) == agencies
    assert sum(body.cases for body in bodies) == complaints
    assert min(body.cases for body in bodies) >= 0


@pytest.mark.django_db
def test_further_agencies_are_bodies_that_take_cases(roads):
    common = {"name_ar": "x", "name_fr": "x", "name_en": "x"}
    Organisation.objects.create(code="tourism", kind="ministry", **common)
    Organisation.objects.create(code="a-commune", kind="commune", **common)
    Organisation.objects.create(
        code="closed", kind="ministry", accepts=False, **common,
        refusal_ar="x", refusal_fr="x", refusal_en="x",
    )  # fmt: skip

    bodies = demo_bodies(agencies=14, complaints=650)

    assert [body.code for body in bodies[12:]] == ["orientation", "tourism"]


def test_some_cases_have_an_interim_reply_before_their_reply():
    replies = [act for acts in histories() for act in acts if isinstance(act.action, InterimReply)]

    assert len(replies) == len({act.case for act in replies}) > 4
    assert all(act.action.draft.until > act.at.astimezone(NATIONAL_ZONE).date() for act in replies)
    # Of the last two, which are made for it, the day is to come and has passed.
    assert [act.action.draft.until > NOW.date() for act in replies[-2:]] == [True, False]


def test_one_workload_refuses_about_half_of_its_requests():
    def endings(workload):
        some = scenarios(rng=Random(1), workload=workload, number=1000)
        return [scenario.first.ending for scenario in some]

    refused = [endings(pace).count(Ending.REFUSAL) / 1000 for pace in (USUAL, REFUSING)]

    assert 0.05 < refused[0] < 0.11
    assert 0.43 < refused[1] < 0.53
