"""Application of routing rules: the unit and the officer of a request.

The statement that files a request sets its unit. A task chooses the officer later, because choices
lock the rules one after the other, and a filing must not wait.
"""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import Model

from shared.accounts.models import User
from shared.complaints.enums import EventKind
from shared.complaints.errors import SameOfficer, TransitionNotAllowed
from shared.complaints.models import Complaint, ComplaintEvent
from shared.complaints.selectors import case_deciders, open_cases_by
from shared.complaints.selectors.rule_matching import case_of_event, facts_of, route_find
from shared.complaints.services.decisions import complaint_assign
from shared.complaints.services.history import event_record
from shared.complaints.types import ComplaintDraft
from shared.jobs.enums import TaskPlace
from shared.jobs.services.schema_tasks import schema_task, task_row
from shared.kernel.actors import SYSTEM, Actor, ActorKind
from shared.routing.enums import Occasion, Target
from shared.routing.models import RoutingRule
from shared.routing.selectors import routing_table, routing_table_known, table_is_current
from shared.routing.services import rules_lock, turn_record
from shared.routing.types import Routed, officers_in_order
from shared.rows.services import InsertCondition, rows_insert
from shared.units.errors import OfficerAbsent, OfficerInactive, OfficerOutsideUnit
from shared.units.selectors import members_able_to_answer, officers_assignable

# Such an error means that the chosen officer cannot get the case, so the next officer is tried.
_UNFIT = (SameOfficer, OfficerAbsent, OfficerInactive, OfficerOutsideUnit)


def request_route(draft: ComplaintDraft, *, occasion: Occasion = Occasion.FILED) -> Routed:
    """Return the unit and the rule for a request filed with or transferred to this agency; one
    query.

    The caller stores the unit with the case, and the result of ``route_rows`` with its first event.
    """
    return route_find(routing_table(), facts_of(draft, occasion=occasion))


def request_route_known(draft: ComplaintDraft) -> tuple[Routed, InsertCondition] | None:
    """Return the result of ``request_route`` by the table that this process knows; no query.

    The result is right if the condition is true when the case is inserted. Returns ``None`` if the
    process knows no table.
    """
    if (table := routing_table_known()) is None:
        return None
    return route_find(table, facts_of(draft, occasion=Occasion.FILED)), table_is_current(table)


def case_route(complaint: Complaint, *, occasion: Occasion) -> Routed:
    """Set, in memory, the unit of a stored and locked case by the routing rules; one query.

    The next ``event_record`` writes the unit, and the caller must then call ``route_record``. A
    re-opened case to which no rule applies stays in its unit.
    """
    routed = route_find(routing_table(), facts_of(complaint, occasion=occasion))
    if routed.rule is None and occasion == Occasion.REOPENED:
        return Routed(unit_id=complaint.unit_id)
    complaint.unit_id = routed.unit_id
    return routed


def route_record(
    complaint: Complaint, routed: Routed, *, event: ComplaintEvent, former_id: int | None
) -> None:
    """Record the unit that ``case_route`` set, and queue the task that chooses an officer.

    Records an event if the case has left the unit ``former_id``. Must run in the transaction of the
    event that led to the change.
    """
    if routed.unit_id != former_id:
        actor = _named(routed.rule.draft.name) if routed.rule else SYSTEM
        event_record(complaint, EventKind.UNIT_CHANGED, actor)
    if rows := route_rows(routed, event=event):
        rows_insert(*rows)


def route_rows(routed: Routed, *, event: ComplaintEvent) -> Sequence[Model]:
    """Return the task that assigns a case to an officer; empty if the rule names only a unit."""
    if routed.rule is None or not routed.has_officer:
        return ()
    return (task_row(case_distribute, event_id=str(event.pk), rule_id=str(routed.rule.id)),)


@schema_task(place=TaskPlace.AGENCY, attempts=5)
def case_distribute(event_id: str, rule_id: str) -> bool:
    """Assign a case to the officer whom a rule chooses; return ``False`` if nobody gets the case.

    Nobody gets the case if no officer is able to answer it, the rule was changed, or an officer has
    taken or reassigned the case meanwhile. The rules are locked, so that two choices never run at
    the same time.
    """
    with transaction.atomic():
        rule = {row.pk: row for row in rules_lock() if row.is_active}.get(UUID(rule_id))
        complaint = case_of_event(event_id=UUID(event_id))
        if rule is None or complaint is None or not _is_waiting(complaint, rule):
            return False
        return any(_is_given(complaint, rule, officer) for officer in _candidates(complaint, rule))


def _is_waiting(complaint: Complaint, rule: RoutingRule) -> bool:
    # A merged case is not assigned, because the officer of its main case works on it.
    is_free = complaint.is_open and not complaint.is_merged and complaint.assignee_id is None
    return is_free and complaint.unit_id == rule.unit_id


def _candidates(complaint: Complaint, rule: RoutingRule) -> list[User]:
    """Return the officers who can get a case, in the order of the rule, without the case's earlier
    deciders.
    """
    if rule.target == Target.OFFICER:
        found = officers_assignable(unit_id=rule.unit_id).filter(pk=rule.officer_id or 0)
    else:
        found = members_able_to_answer(unit_id=rule.unit_id)
    earlier = case_deciders(complaint).earlier
    people = {one.pk: one for one in found if one.pk not in earlier}
    is_counted = rule.target == Target.LEAST_OPEN
    ordered = officers_in_order(
        Target(rule.target),
        people,
        last=rule.last_officer_id,
        open_cases=open_cases_by("assignee") if is_counted else {},
    )
    return [people[user_id] for user_id in ordered]


def _is_given(complaint: Complaint, rule: RoutingRule, officer: User) -> bool:
    try:
        complaint_assign(
            reference=complaint.reference,
            officer=officer,
            actor=_named(rule.name),
            version=complaint.version,
        )
    except (*_UNFIT, TransitionNotAllowed):
        return False
    if rule.target == Target.IN_TURN:
        turn_record(rule, officer_id=officer.pk)
    return True


def _named(rule: str) -> Actor:
    # Officers see the name of the rule in the history; citizens do not.
    return Actor(kind=ActorKind.SYSTEM, label=rule)
