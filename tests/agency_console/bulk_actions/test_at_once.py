"""Many cases while others work on them, and while the process that does it is killed."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from uuid import UUID

import pytest

from agency_console.bulk_actions.enums import BulkActionKind, BulkState
from agency_console.bulk_actions.models import BulkAction
from agency_console.bulk_actions.services.preparation import (
    action_begin,
    action_cancel,
    action_start,
    arguments_set,
)
from agency_console.bulk_actions.services.runner import bulk_run
from agency_console.reply_templates.models import ReplyTemplate
from shared.accounts.enums import Role
from shared.accounts.models import User
from shared.complaints.enums import EventKind
from shared.complaints.errors import StaleCase
from shared.complaints.models import Complaint, ComplaintEvent, Message
from shared.complaints.services import complaint_assign
from shared.kernel import clock
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency
from tests.support.factories import filed, officer_actor, staff
from tests.support.processes import KILLED, in_child
from tests.support.sampling import repeats
from tests.tenants.isolation.committed import at_once, committed_canaries, in_thread

pytestmark = pytest.mark.django_db

CASES = 12
NUMBERS = iter(range(1, 1_000))


@dataclass(frozen=True)
class Office:
    """A committed agency with its people and cases, each in a database of many connections."""

    agency: Agency
    supervisor: User
    agents: list[User]

    def inside(self, work: Callable[[], object]) -> object:
        """Do something in the agency, on a connection of its own."""
        with agency_context(self.agency):
            return work()


@pytest.fixture(scope="module")
def canaries(django_db_setup, django_db_blocker):
    """Agencies that every thread and process sees; gone afterwards."""
    with django_db_blocker.unblock(), committed_canaries():
        yield in_thread(_office)


def _office() -> Office:
    agency = Agency.objects.get(code="dunes")
    people = [staff(agency, Role.AGENT, f"agent{number}@dunes.example") for number in range(2)]
    supervisor = staff(agency, Role.SUPERVISOR, "bulk@dunes.example")
    return Office(agency=agency, supervisor=supervisor, agents=people)


@pytest.fixture
def office(canaries):
    return canaries


def prepared(
    office: Office, kind: BulkActionKind, arguments: dict[str, object]
) -> tuple[UUID, list[str]]:
    """An action that was confirmed, on new cases; none is done yet."""
    references = [filed(office.agency).reference for _number in range(CASES)]

    def begin() -> UUID:
        ids = list(Complaint.objects.filter(reference__in=references).values_list("pk", flat=True))
        action = action_begin(kind=kind, case_ids=sorted(ids), query="", officer=office.supervisor)
        officer = office.supervisor
        arguments_set(action_id=action.pk, arguments=arguments, officer=officer)
        action_start(action_id=action.pk, officer=officer, actor=officer_actor(officer))
        return action.pk

    with agency_context(office.agency):
        return begin(), references


def run(office: Office, action_id: UUID, seconds: float = 60.0) -> bool:
    with agency_context(office.agency):
        return bulk_run(action_id=action_id, agency=office.agency, seconds=seconds)


def found(office: Office, action_id: UUID) -> BulkAction:
    def read() -> BulkAction:
        with agency_context(office.agency):
            return BulkAction.objects.get(pk=action_id)

    return in_thread(read)


def events(office: Office, references: list[str], kind: EventKind) -> Counter[str]:
    def read() -> Counter[str]:
        with agency_context(office.agency):
            rows = ComplaintEvent.objects.filter(complaint__reference__in=references, kind=kind)
            return Counter(rows.values_list("complaint__reference", flat=True))

    return in_thread(read)


@pytest.mark.parametrize("statement", repeats([46, 20, 72, 33, 59], keep=1))
def test_killed_worker_loses_no_case_and_does_none_twice(office, statement):
    to = {"officer": office.agents[0].pk}
    action_id, references = in_thread(partial(prepared, office, BulkActionKind.ASSIGN, to))

    assert in_child(partial(run, office, action_id), die_before=statement) == KILLED

    half = found(office, action_id)
    assert half.state == BulkState.RUNNING
    assert half.position == half.done < CASES
    assert sum(events(office, references, EventKind.ASSIGNED).values()) == half.done

    assert in_thread(partial(run, office, action_id))

    whole = found(office, action_id)
    assert (whole.state, whole.done, whole.skipped) == (BulkState.DONE, CASES, [])
    assert events(office, references, EventKind.ASSIGNED) == Counter(references)


def test_killed_worker_sends_no_reply_twice(office):
    name = f"Repaired {next(NUMBERS)}"
    snapshot = {
        "id": 0,
        "outcome": "upheld",
        "promised_days": 0,
        "facts": "La lampe « {{subject}} » est en panne depuis mars.",
        "rule": "Charte communale, article 83.",
        "decision": "Elle est réparée cette semaine.",
        "remedy": "",
        "body": "",
    }

    def begin():
        with agency_context(office.agency):
            row = ReplyTemplate.objects.create(
                name=name, act="reply", language="fr", changed_at=clock.now(),
                changed_by=office.supervisor,
            )  # fmt: skip
        templates = {"fr": {**snapshot, "id": row.pk}}
        action_id, references = prepared(office, BulkActionKind.REPLY, {"templates": templates})
        return action_id, references, row.pk

    action_id, references, template_id = in_thread(begin)

    assert in_child(partial(run, office, action_id), die_before=101) == KILLED
    assert 0 < found(office, action_id).position < CASES
    assert in_thread(partial(run, office, action_id))

    def messages():
        with agency_context(office.agency):
            rows = Message.objects.filter(complaint__reference__in=references)
            uses = ReplyTemplate.objects.get(pk=template_id).uses
            return Counter(rows.values_list("complaint__reference", flat=True)), uses

    assert found(office, action_id).done == CASES
    assert in_thread(messages) == (Counter(references), CASES)


def test_several_workers_take_turns(office):
    to = {"officer": office.agents[0].pk}
    action_id, references = in_thread(partial(prepared, office, BulkActionKind.ASSIGN, to))

    at_once(*[partial(run, office, action_id)] * 4)

    whole = found(office, action_id)
    assert (whole.position, whole.done, whole.skipped) == (CASES, CASES, [])
    assert events(office, references, EventKind.ASSIGNED) == Counter(references)


def test_cases_of_agents_at_work_are_skipped_and_nothing_is_overwritten(office):
    target, taker = office.agents
    action_id, references = in_thread(
        partial(prepared, office, BulkActionKind.ASSIGN, {"officer": target.pk})
    )

    def take(chosen):
        """An agent takes cases, from pages that were opened before the action."""
        taken = []
        with agency_context(office.agency):
            for reference in chosen:
                try:
                    complaint_assign(
                        reference=reference, officer=taker, actor=officer_actor(taker), version=1
                    )
                    taken.append(reference)
                except StaleCase:
                    continue
        return taken

    # From both ends: the action and the agents meet somewhere.
    _done, *taken = at_once(
        partial(run, office, action_id),
        partial(take, references[::-1][:6]),
        partial(take, references[1::2]),
    )

    by_agents = {reference for one in taken for reference in one}
    whole = found(office, action_id)
    assert whole.done + len(whole.skipped) == CASES
    assert {reference for reference, _code in whole.skipped} == by_agents
    assert {code for _reference, code in whole.skipped} <= {"changed"}

    def holders():
        with agency_context(office.agency):
            rows = Complaint.objects.filter(reference__in=references)
            return dict(rows.values_list("reference", "assignee"))

    held = in_thread(holders)
    assert {one for one in references if held[one] == taker.pk} == by_agents
    assert {one for one in references if held[one] == target.pk} == set(references) - by_agents
    # Nobody was overruled: each case has one assignment, whoever came first.
    assert events(office, references, EventKind.ASSIGNED) == Counter(references)


def test_cancelling_stops_a_worker_between_two_cases(office):
    to = {"officer": office.agents[0].pk}
    action_id, references = in_thread(partial(prepared, office, BulkActionKind.ASSIGN, to))
    assert not in_thread(partial(run, office, action_id, seconds=0.0))

    def cancel():
        with agency_context(office.agency):
            actor = officer_actor(office.supervisor)
            action_cancel(action_id=action_id, officer=office.supervisor, actor=actor)

    in_thread(cancel)

    assert in_thread(partial(run, office, action_id))
    stopped = found(office, action_id)
    assert (stopped.state, stopped.done) == (BulkState.CANCELLED, 1)
    assert sum(events(office, references, EventKind.ASSIGNED).values()) == 1


def test_nothing_more_is_done_in_the_name_of_somebody_who_left(office):
    to = {"officer": office.agents[0].pk}
    action_id, references = in_thread(partial(prepared, office, BulkActionKind.ASSIGN, to))

    def deactivate(is_active):
        with agency_context(office.agency):
            User.objects.filter(pk=office.supervisor.pk).update(is_active=is_active)

    in_thread(partial(run, office, action_id, seconds=0.0))
    in_thread(partial(deactivate, False))
    try:
        assert in_thread(partial(run, office, action_id))
    finally:
        in_thread(partial(deactivate, True))

    stopped = found(office, action_id)
    assert (stopped.state, stopped.done) == (BulkState.CANCELLED, 1)
    assert sum(events(office, references, EventKind.ASSIGNED).values()) == 1
