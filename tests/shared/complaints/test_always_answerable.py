"""Whatever happened to a case, its officer can still answer it: random histories of a case."""

from datetime import timedelta
from random import Random

import pytest

from shared.complaints import services
from shared.complaints.enums import OPEN, Status
from shared.complaints.errors import ConversationEnded, SameOfficer
from shared.complaints.permissions import may_write
from shared.complaints.selectors import complaint_get
from shared.complaints.workflow import FINAL, TRANSITIONS, can_move
from shared.kernel import clock
from shared.kernel.actors import CITIZEN, SYSTEM
from shared.kernel.errors import DomainError
from tests.support.factories import REPLY, filed, officer_actor, staff
from tests.support.sampling import repeats

pytestmark = pytest.mark.django_db

HISTORIES = 25
STEPS = 12


@pytest.mark.parametrize("status", OPEN)
def test_every_open_state_has_a_way_to_a_reply(status):
    # A case that nobody has taken is taken by who answers it.
    taken = Status.IN_PROGRESS if status == Status.RECEIVED else status

    assert can_move(taken, Status.ANSWERED)


def test_every_state_that_is_not_final_is_open_or_answered():
    assert {one for one, following in TRANSITIONS.items() if not following} < set(FINAL)
    assert set(Status) - set(FINAL) - set(OPEN) == {Status.ANSWERED, Status.INADMISSIBLE}


def acts_of(reference, officers, random):
    """What anybody may try next; most of it is refused in most states."""
    one, other = random.sample(officers, 2)
    texts = {"reference": reference, "body": "Words about the lamp.", "actor": officer_actor(one)}
    return [
        lambda: services.complaint_assign(
            reference=reference, officer=other, actor=officer_actor(one)
        ),
        lambda: services.complaint_unassign(reference=reference, actor=officer_actor(one)),
        lambda: services.question_ask(officer=one, **texts),
        lambda: services.question_withdraw(reference=reference, actor=officer_actor(one)),
        lambda: services.officer_message_add(officer=one, **texts),
        lambda: services.note_add(officer=one, **texts),
        lambda: services.citizen_message_add(**{**texts, "actor": CITIZEN}),
        lambda: services.complaint_reply(
            reference=reference, draft=REPLY, officer=one, actor=officer_actor(one)
        ),
        lambda: services.complaint_reopen(**{**texts, "actor": CITIZEN}),
        lambda: services.expired_deadlines_apply(actor=SYSTEM),
    ]


@pytest.mark.parametrize("seed", repeats(range(HISTORIES), keep=3))
def test_after_any_history_an_open_case_is_answered_and_an_answered_one_written_to(in_roads, seed):
    random = Random(seed)
    officers = [staff(in_roads, email=f"officer{n}@roads.example") for n in range(6)]
    reference, at = filed(in_roads).reference, clock.now()
    for _step in range(random.randrange(STEPS)):
        at += timedelta(days=random.randrange(12), hours=random.randrange(12))
        with clock.travel(at):
            try:
                random.choice(acts_of(reference, officers, random))()
            except DomainError:
                # The state does not allow it: then nothing has happened.
                continue

    with clock.travel(at + timedelta(days=random.choice([0, 0, 70]))):
        case = complaint_get(reference=reference)
        if case.is_open:
            _answer(reference, officers)
            assert complaint_get(reference=reference).status == Status.ANSWERED
        elif may_write(case, at=clock.now()):
            services.officer_message_add(
                reference=reference,
                body="About what you wrote.",
                officer=officers[0],
                actor=officer_actor(officers[0]),
            )
        else:
            with pytest.raises(ConversationEnded):
                services.citizen_message_add(reference=reference, body="?", actor=CITIZEN)


def _answer(reference, officers):
    """The reply of the first officer who did not decide on the case before."""
    for officer in officers:
        try:
            services.complaint_reply(
                reference=reference, draft=REPLY, officer=officer, actor=officer_actor(officer)
            )
        except SameOfficer:
            continue
        return
    raise AssertionError("nobody could answer")
