"""Every act beside every other: a test does both, or something prevents it."""

from datetime import UTC, datetime
from itertools import product
from random import Random

import pytest

from shared.catalogue.services.categories import catalogue_load
from shared.kernel import clock
from shared.kernel.actors import SYSTEM
from tests.architecture.citations import missing
from tests.pairs import script
from tests.pairs.acts import acts
from tests.pairs.checks import check
from tests.pairs.lives import Life, Pair, rolled_back
from tests.pairs.table import CANNOT, LIVES, prevented
from tests.support.custody import more_agencies, tasks_allowed_at_any_time
from tests.support.factories import organisation_of
from tests.tenants.custody.forged_acts import holder_forges
from tests.tenants.custody.officer_acts import OFFICER_ACTS, agent_submits_a_reply
from tests.tenants.custody.oversight_acts import OVERSIGHT_ACTS
from tests.tenants.custody.people import Staff
from tests.tenants.custody.random_acts import ACTS, History

pytestmark = pytest.mark.django_db

# A day on which no reminder, holiday or change of the hour falls into the first steps.
BEGUN_AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
# A forged row has tests of its own (tests/tenants/custody/test_forged_history.py).
STEPS = (
    *(one for one in (*ACTS, *OFFICER_ACTS, *OVERSIGHT_ACTS) if one != holder_forges),
    *script.SILENT,
    script.merged_into_the_other,
    script.handed_to_the_next,
)


@pytest.fixture
def agencies(roads, water):
    tasks_allowed_at_any_time()
    catalogue_load(actor=SYSTEM)
    found = [roads, water, *more_agencies("health", "ports", "schools", "taxes")]
    for one in found:
        organisation_of(one)
    return found


def lived(agencies, people, name, number, checked):
    """The life of that name, checked after each step."""
    made = LIVES[name]
    with clock.travel(BEGUN_AT):
        history = History(
            Random(1),
            agencies,
            people,
            word=f"kanarienvogel{number}x",
            owner=f"konto{number}x",
            privacy=made.privacy,
        )
    life = Life(history, agencies, check, script.SILENT, checked)
    life.go(made.steps)
    return life


def after_the_end(life, end, steps):
    """Try steps after a request has ended; what was done, and is undone again."""
    # What is looked at after one end of a whole request is not looked at again after another.
    phase = "ended" if end in (script.withdrawn, script.closed) else end.__name__
    with rolled_back():
        ended = life.branch(phase)
        # For what becomes of a text that waits, and of an account.
        ended.go([agent_submits_a_reply, end, script.account_keeps_the_request])
        for step in steps:
            with rolled_back():
                ended.branch(phase).attempt(step, tries=1)


@pytest.mark.slow
def test_acts_meet_in_a_life_or_are_prevented(agencies):
    people = Staff(agencies)
    reached: set[Pair] = set()
    checked: set[tuple[str, str]] = set()
    for number, name in enumerate(LIVES):
        life = lived(agencies, people, name, number, checked)
        for end in LIVES[name].ends:
            after_the_end(life, end, LIVES[name].tried_after or STEPS)
        reached |= life.reached

    cannot = set(prevented())
    assert reached & cannot == set(), "these acts met although something is said to prevent it"
    wanted = set(product(acts(), repeat=2))
    assert wanted - reached - cannot == set(), "these acts never meet"


def test_every_guard_names_what_shows_it():
    named = [f"`{guard.shown_by}`" for guard in CANNOT]

    assert missing(" ".join(named)) == []
    assert all(guard.because.endswith(".") and ": " in guard.where for guard in CANNOT)
