"""Whatever is merged, undone and said, in any order: each request stays its own, none is lost."""

from collections import defaultdict
from datetime import timedelta
from itertools import pairwise
from random import Random

import pytest

from shared.complaints import services
from shared.complaints.enums import CITIZEN_EVENTS, OPEN, EventKind, Status
from shared.complaints.selectors import (
    complaint_get,
    inbox_cases,
    inbox_counts,
    outbox_events,
    public_case,
)
from shared.kernel import clock
from shared.kernel.actors import CITIZEN, SYSTEM
from shared.kernel.errors import DomainError
from shared.units.types import WHOLE_AGENCY
from tests.support.factories import REPLY, filed_and_proved, officer_actor, staff
from tests.support.sampling import repeats

pytestmark = pytest.mark.django_db

HISTORIES = 18
STEPS = 16
OF_A_MERGE = (EventKind.MERGED, EventKind.MERGE_RECEIVED, EventKind.UNMERGED)


def reply(reference, officer):
    services.complaint_reply(
        reference=reference, draft=REPLY, officer=officer, actor=officer_actor(officer)
    )


def acts_of(references, officers, random, body):
    """What anybody may try next, by name; most of it is refused in most states."""
    one, other = random.sample(references, 2)
    officer = random.choice(officers)
    actor = officer_actor(officer)
    said = {"reference": one, "body": body}
    merge = lambda: services.case_merge(reference=one, into=other, actor=actor)  # noqa: E731
    return one, {
        "merge": merge,
        "merge again": merge,
        "merge once more": merge,
        "unmerge": lambda: services.case_unmerge(reference=one, actor=actor),
        "reply": lambda: reply(one, officer),
        "said": lambda: services.citizen_message_add(**said, actor=CITIZEN),
        "said again": lambda: services.citizen_message_add(**said, actor=CITIZEN),
        "said back": lambda: services.officer_message_add(**said, officer=officer, actor=actor),
        "said to ask": lambda: services.question_ask(**said, officer=officer, actor=actor),
        "said to re-open": lambda: services.complaint_reopen(**said, actor=CITIZEN),
        "withdraw": lambda: services.complaint_withdraw(reference=one, actor=CITIZEN),
        "take": lambda: services.complaint_assign(reference=one, officer=officer, actor=actor),
        "upkeep": lambda: services.expired_deadlines_apply(actor=SYSTEM),
    }


def work_of(officer):
    """What the list of open cases shows, and the number beside it."""
    asked = {"user_id": officer.pk, "today": clock.today(), "scope": WHOLE_AGENCY}
    counted = inbox_counts(views=["open"], at_most=9, **asked)
    shown = inbox_cases(view="open", at_most=9, **asked)
    assert counted["open"].number == len(shown)
    return {one.reference for one in shown}


def require_one_place_of_work(references, officer):
    cases = {one: complaint_get(reference=one) for one in references}
    work = work_of(officer)
    for reference, case in cases.items():
        assert (reference in work) == (case.is_open and not case.is_merged)
        if not case.is_merged:
            continue
        main = next(one for one in cases.values() if one.pk == case.merged_into_id)
        assert main.reference in work, "a case is merged into one that nobody works on"
        # Neither the law's last day nor the promised one is hidden by the main case.
        assert main.due_on is not None
        assert case.due_on is not None
        assert main.due_on <= case.due_on
        assert main.risk_on <= case.risk_on
        assert main.has_citizen_news or not case.has_citizen_news


def require_nothing_lost(references, said):
    for reference in references:
        bodies = [one.body for one in public_case(reference=reference).messages]
        # What was sent to a reference stands there, and nowhere else; replies are the portal's.
        assert [body for body in bodies if body.startswith("Words ")] == said[reference]


@pytest.mark.parametrize("seed", repeats(range(HISTORIES), keep=3))
def test_fs6_any_history_of_merges_leaves_each_request_whole_and_answerable(in_roads, seed):
    random, said = Random(seed), defaultdict(list)
    officers = [staff(in_roads, email=f"officer{n}@roads.example") for n in range(6)]
    references, at = [filed_and_proved(in_roads).reference for _case in range(3)], clock.now()
    done = 0
    for step in range(STEPS):
        at += timedelta(days=random.choice([0, 0, 1, 5]), hours=1)
        with clock.travel(at):
            one, acts = acts_of(references, officers, random, f"Words {step}.")
            name = random.choice(list(acts))
            try:
                acts[name]()
            except DomainError:
                # The state does not allow it: then nothing has happened.
                continue
            if name.startswith("said"):
                said[one].append(f"Words {step}.")
            done += 1
            require_one_place_of_work(references, officers[0])
            require_nothing_lost(references, said)

    with clock.travel(at + timedelta(hours=1)):
        _answer_everything(officers)
        statuses = [complaint_get(reference=one).status for one in references]
        assert not set(statuses) & set(OPEN)
        require_nothing_lost(references, said)
    _require_honest_register(references)
    assert done


def _answer_everything(officers):
    """Reply to whatever stands in the list of work; what is merged is answered with it."""
    for _case in range(3):
        for reference in work_of(officers[0]):
            for officer in officers:
                try:
                    reply(reference, officer)
                except DomainError:
                    continue
                break
    assert not work_of(officers[0])


def _require_honest_register(references):
    """Each request is announced once, with its own replies and the state in which it is."""
    events = outbox_events()
    received = [one.reference for one in events if one.event == EventKind.RECEIVED]
    assert sorted(received) == sorted(references)
    for reference in references:
        own = [one for one in events if one.reference == reference]
        positions = [one.position for one in own]
        # A number is left out for what the citizen wrote in a case that was merged into this one.
        elsewhere = [
            one for one in events if one.reference != reference and one.event in CITIZEN_EVENTS
        ]
        assert positions[0] == 1
        assert all(earlier < later for earlier, later in pairwise(positions))
        assert positions[-1] - len(own) <= len(elsewhere)
        case = complaint_get(reference=reference)
        assert own[-1].status == case.status
        replies = sum(one.event == EventKind.ANSWERED for one in own)
        assert replies == case.messages.filter(kind="reply").count()


def test_register_counts_the_same_with_and_without_a_merge(in_roads):
    officer = staff(in_roads)

    def told(is_merged):
        """What the register learns of two requests that are answered on the same day."""
        with clock.travel(clock.now() - timedelta(days=90)):
            main = filed_and_proved(in_roads).reference
        with clock.travel(clock.now() - timedelta(days=50)):
            later = filed_and_proved(in_roads).reference
        if is_merged:
            services.case_merge(reference=later, into=main, actor=officer_actor(officer))
        else:
            reply(later, officer)
        reply(main, officer)
        events = [one for one in outbox_events() if one.event not in OF_A_MERGE]
        return [
            [
                (one.event, one.status, one.outcome, clock.civil_day(one.at))
                for one in events
                if one.reference == reference
            ]
            for reference in (main, later)
        ]

    assert told(is_merged=True) == told(is_merged=False)
    assert told(is_merged=True)[1][-1][1] == Status.ANSWERED
