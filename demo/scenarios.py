"""Scenarios of cases: random scenarios, and a scenario for each status."""

from dataclasses import dataclass
from enum import StrEnum
from math import log
from random import Random

from demo.organisations import Workload
from shared.complaints.enums import Kind, Outcome

YEAR = 365.0
# Days after a question until a case continues without the citizen's answer.
WAIT_OVER = 17.0
KINDS = {Kind.COMPLAINT: 85, Kind.OBSERVATION: 10, Kind.PROPOSAL: 5}
OUTCOMES = {
    Outcome.UPHELD: 48,
    Outcome.PARTLY_UPHELD: 17,
    Outcome.NOT_UPHELD: 22,
    Outcome.EXPLAINED: 13,
}
# The weights of the outcomes of observations and proposals.
WELCOMES = {Outcome.UPHELD: 60, Outcome.EXPLAINED: 40}
# An agency with fewer cases gets no scenarios of the escalation.
MIN_WITH_CHAIN = 40
RATING_CHANCE = 0.31
REOPENING_CHANCE = {
    Outcome.UPHELD: 0.05,
    Outcome.PARTLY_UPHELD: 0.12,
    Outcome.NOT_UPHELD: 0.22,
    Outcome.EXPLAINED: 0.08,
}
REFUSED_REOPENING_CHANCE = 0.35


class Ending(StrEnum):
    """The ways to end a phase."""

    REPLY = "reply"
    REFUSAL = "refusal"
    WITHDRAWAL = "withdrawal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """A phase of a case, from the filing or a re-opening to the end of the round.

    Times are days from the phase's start; ``None`` means never. An interim reply is sent on the day
    ``announced``, and ``rated_after`` counts from the reply.
    """

    taken: float | None = None
    announced: float | None = None
    asked: float | None = None
    question_answered: float | None = None
    ended: float | None = None
    ending: Ending = Ending.REPLY
    outcome: Outcome = Outcome.UPHELD
    rated_after: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """The history of a case that was filed ``filed_ago`` days ago.

    ``reopened_after`` counts days from the end of the first phase.
    """

    kind: Kind
    filed_ago: float
    first: Phase
    reopened_after: float | None = None
    second: Phase | None = None
    talkative: bool = False


def scenarios(*, rng: Random, workload: Workload, number: int) -> list[Scenario]:
    """Return ``number`` scenarios: a scenario for each status, then random scenarios."""
    shown = _displays(rng)[:number]
    chain = _chain() if number >= MIN_WITH_CHAIN else []
    by_chance = number - len(shown) - len(chain)
    return [*shown, *(_by_chance(rng, workload) for _ in range(by_chance)), *chain]


def _displays(rng: Random) -> list[Scenario]:
    """Return a scenario for each status of a case."""
    day = rng.uniform
    answered = Phase(taken=3, ended=day(19, 24), rated_after=day(1, 3))
    reopened = Phase(taken=2, ended=day(22, 28), outcome=Outcome.NOT_UPHELD)
    closed = Phase(taken=2, ended=day(10, 35), rated_after=day(1, 9))
    shapes = [
        (day(0.1, 0.9), Phase(), None),
        (day(18, 22), Phase(taken=2, asked=12), None),
        (day(28, 32), answered, None),
        (day(52, 56), reopened, day(16, 19)),
        (day(18, 28), Phase(taken=1, ended=day(6, 10), ending=Ending.REFUSAL), None),
        (day(60, 200), Phase(taken=2, ended=day(5, 20), ending=Ending.WITHDRAWAL), None),
        (day(100, 220), closed, None),
        (day(12, 25), Phase(taken=2), None),
        (day(66, 85), Phase(taken=3), None),
        (day(2, 4), Phase(), None),
    ]
    return [
        Scenario(kind=Kind.COMPLAINT, filed_ago=ago, first=phase, reopened_after=again)
        for ago, phase, again in shapes
    ]


def _chain() -> list[Scenario]:
    """Return scenarios of late cases, for each step of the escalation."""
    return [
        Scenario(kind=Kind.COMPLAINT, filed_ago=ago, first=Phase(taken=3, announced=announced))
        # Two cases have an interim reply: the first names a future day, the second a past day.
        for ago, announced in (
            (46.5, None),
            (56.5, None),
            (60.5, None),
            (62.5, 55),
            (67.5, 45),
            (78.5, None),
        )
    ]


def _by_chance(rng: Random, workload: Workload) -> Scenario:
    kind = rng.choices(list(KINDS), weights=list(KINDS.values()))[0]
    first = _phase(rng, workload, kind)
    reopens = first.ending != Ending.WITHDRAWAL and rng.random() < _reopening_chance(first)
    return Scenario(
        kind=kind,
        # The exponent gives slightly more cases to recent months.
        filed_ago=YEAR * rng.random() ** 1.25,
        first=first,
        reopened_after=rng.uniform(1, 27) if reopens else None,
        second=_second_phase(rng, workload) if reopens else None,
        talkative=rng.random() < 0.4,
    )


def _phase(rng: Random, workload: Workload, kind: Kind) -> Phase:
    wait = rng.lognormvariate(log(workload.median), workload.spread)
    if rng.random() < workload.lost:
        wait *= 6
    wait = max(wait, 1.0)
    taken = min(rng.lognormvariate(log(2.5), 0.7), wait * 0.6)
    refused = workload.refused
    ending = rng.choices(list(Ending), weights=[96 - refused, refused, 4])[0]
    if ending != Ending.REPLY:
        wait = max(wait * 0.5, taken + 0.5)
    asked = answered = None
    if rng.random() < 0.14 and ending == Ending.REPLY:
        asked = taken + (wait - taken) * rng.uniform(0.1, 0.5)
        answered = asked + rng.uniform(0.5, 9) if rng.random() < 0.72 else None
        wait = max(wait, (answered or asked + WAIT_OVER) + 1)
    outcomes = OUTCOMES if kind == Kind.COMPLAINT else WELCOMES
    return Phase(
        taken=taken,
        asked=asked,
        question_answered=answered,
        ended=wait,
        ending=ending,
        outcome=rng.choices(list(outcomes), weights=list(outcomes.values()))[0],
        rated_after=min(rng.expovariate(1 / 5), 27) if rng.random() < RATING_CHANCE else None,
    )


def _second_phase(rng: Random, workload: Workload) -> Phase:
    wait = max(rng.lognormvariate(log(workload.median), workload.spread) * 0.8, 2.0)
    return Phase(
        taken=min(rng.uniform(0.5, 4), wait * 0.6),
        ended=wait,
        outcome=Outcome.UPHELD if rng.random() < 0.6 else Outcome.NOT_UPHELD,
        rated_after=rng.uniform(0.5, 12) if rng.random() < RATING_CHANCE else None,
    )


def _reopening_chance(phase: Phase) -> float:
    if phase.ending == Ending.REFUSAL:
        return REFUSED_REOPENING_CHANCE
    return REOPENING_CHANCE[phase.outcome]
