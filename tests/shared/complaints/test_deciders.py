"""Whoever decided on a case does not decide on it again, while somebody else of the agency can."""

from dataclasses import replace

import pytest
from django.db import connection

from shared.accounts.enums import Role
from shared.accounts.services.users import user_change, user_create
from shared.complaints import services
from shared.complaints.enums import Ground, Outcome, Status
from shared.complaints.errors import SameOfficer
from shared.complaints.selectors import (
    case_deciders,
    case_events,
    complaint_get,
    public_case,
    same_officer_decisions,
)
from shared.complaints.types import DirectionDraft, RefusalDraft
from shared.kernel import clock
from shared.kernel.actors import CITIZEN, SYSTEM
from shared.kernel.text import Wording
from tenants.isolation.schema_switch import national_context
from tenants.models import Agency
from tests.support.factories import REPLY, filed, officer_actor, staff
from tests.support.sampling import repeats

pytestmark = pytest.mark.django_db

REFUSAL = RefusalDraft(
    ground=Ground.BEFORE_COURTS,
    explanation="A judgment on it is pending.",
    way_on="The court of appeal.",
)


@pytest.fixture
def people(in_roads):
    """Three agents; nobody else works there."""
    return [staff(in_roads, Role.AGENT, f"{name}@roads.example") for name in ("a", "b", "c")]


def reply(reference, officer, outcome=Outcome.UPHELD):
    services.complaint_reply(
        reference=reference,
        draft=replace(REPLY, outcome=outcome),
        officer=officer,
        actor=officer_actor(officer),
    )


def refuse(reference, officer):
    services.complaint_refuse(
        reference=reference, draft=REFUSAL, officer=officer, actor=officer_actor(officer)
    )


def direct(reference, officer):
    names = Wording(ar="المحكمة", fr="Le tribunal", en="The court")
    draft = DirectionDraft(
        organisation_code="court",
        organisation=names,
        explanation="A judgment on it is pending.",
        way_on="The court of appeal.",
    )
    services.complaint_direct(
        reference=reference,
        draft=draft,
        agency_code="roads",
        officer=officer,
        actor=officer_actor(officer),
    )


def take(reference, officer):
    services.complaint_assign(reference=reference, officer=officer, actor=officer_actor(officer))


def reopen(reference):
    services.complaint_reopen(reference=reference, body="It is still dark.", actor=CITIZEN)


def contested(agency, *officers, last=reply):
    """A case on which these decided, one after the other, and which is open again."""
    reference = filed(agency).reference
    for officer in officers[:-1]:
        reply(reference, officer)
        reopen(reference)
    if last is not reply:
        take(reference, officers[-1])
    last(reference, officers[-1])
    reopen(reference)
    return reference


def marks(reference):
    """The events that say that the same officer had to act again."""
    case = complaint_get(reference=reference)
    return [event.kind for event in case_events(case) if event.same_officer]


def deactivate(user):
    user_change(user=user, role=user.role, is_active=False, actor=SYSTEM)


@pytest.mark.parametrize("act", repeats([take, reply, refuse, direct]))
@pytest.mark.parametrize("who", repeats([0, 1], keep=1))
def test_nobody_who_decided_in_any_round_decides_again(in_roads, people, act, who):
    reference = contested(in_roads, people[0], people[1])

    with pytest.raises(SameOfficer):
        act(reference, people[who])

    case = complaint_get(reference=reference)
    assert (case.status, case.assignee, marks(reference)) == (Status.REOPENED, None, [])


@pytest.mark.parametrize("last", [reply, refuse, direct])
def test_whoever_refused_is_barred_like_whoever_replied(in_roads, people, last):
    reference = contested(in_roads, people[0], last=last)

    with pytest.raises(SameOfficer):
        take(reference, people[0])


@pytest.mark.parametrize("act", repeats([take, reply, refuse, direct]))
def test_somebody_else_decides_without_a_mark(in_roads, people, act):
    reference = contested(in_roads, people[0], people[1])

    act(reference, people[2])

    assert marks(reference) == []
    assert same_officer_decisions() == 0


def test_sent_back_by_national_oversight_all_who_decided_are_barred(in_roads, people):
    reference = contested(in_roads, people[0])
    reply(reference, people[1], Outcome.NOT_UPHELD)
    services.review_asked(reference=reference, actor=CITIZEN)
    services.review_decided(reference=reference, is_sent_back=True, actor=SYSTEM)

    for officer in people[:2]:
        with pytest.raises(SameOfficer):
            take(reference, officer)
    take(reference, people[2])

    assert complaint_get(reference=reference).assignee == people[2]


def test_an_officer_who_held_the_case_and_asked_has_not_decided(in_roads, people):
    reference = filed(in_roads).reference
    take(reference, people[1])
    services.officer_message_add(
        reference=reference, body="We look.", officer=people[1], actor=officer_actor(people[1])
    )
    take(reference, people[0])
    reply(reference, people[0])
    reopen(reference)

    take(reference, people[1])

    assert complaint_get(reference=reference).assignee == people[1]


def test_when_all_have_decided_one_of_them_may_and_the_history_says_so(in_roads, people):
    reference = contested(in_roads, *people)

    take(reference, people[0])
    reply(reference, people[0])

    shown = public_case(reference=reference).timeline
    assert marks(reference) == ["assigned", "answered"]
    assert [entry.kind for entry in shown if entry.same_officer] == ["assigned", "answered"]
    assert all(entry.same_officer_text for entry in shown if entry.same_officer)
    assert same_officer_decisions() == 1


def test_the_decisions_of_the_same_officer_are_counted_without_reading_all_events(in_roads):
    filed(in_roads)
    asked = []

    def listen(execute, sql, params, many, context):
        asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        same_officer_decisions()
    ((sql, params),) = asked
    with connection.cursor() as cursor:
        # A table of few rows would be read whole, whatever the indexes.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {sql}", params)
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert "event_counted" in plan


def test_an_exception_ends_when_somebody_else_comes(in_roads, people):
    reference = contested(in_roads, *people)
    take(reference, people[0])
    newcomer = staff(in_roads, Role.AGENT, "newcomer@roads.example")

    with pytest.raises(SameOfficer):
        reply(reference, people[0])
    take(reference, newcomer)
    reply(reference, newcomer)

    assert marks(reference) == ["assigned"]


@pytest.mark.parametrize("act", repeats([take, reply, refuse, direct], keep=1))
def test_a_deactivated_colleague_does_not_count(in_roads, people, act):
    reference = contested(in_roads, people[0], people[1])
    deactivate(people[2])

    act(reference, people[1])

    assert len(marks(reference)) == 1


def test_a_colleague_who_has_not_accepted_the_invitation_does_not_count(in_roads, people):
    reference = contested(in_roads, *people)
    invited = user_create(
        email="new@roads.example", name="New", role=Role.AGENT, password=None, actor=SYSTEM
    )

    take(reference, people[0])
    before = marks(reference)
    invited.set_password("a long enough passphrase")
    invited.save()

    with pytest.raises(SameOfficer):
        reply(reference, people[0])
    assert before == ["assigned"]


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.ADMINISTRATOR])
def test_who_supervises_or_administers_counts_for_they_answer_too(in_roads, people, role):
    reference = contested(in_roads, *people)
    other = staff(in_roads, role)

    with pytest.raises(SameOfficer):
        take(reference, people[0])
    take(reference, other)

    assert complaint_get(reference=reference).assignee == other


def test_an_administrator_displaced_by_acting_staff_does_not_count(in_roads, people):
    reference = contested(in_roads, people[0])
    staff(in_roads, Role.ADMINISTRATOR)
    for officer in people[1:]:
        deactivate(officer)
    with pytest.raises(SameOfficer):
        take(reference, people[0])
    with national_context():
        Agency.objects.filter(pk=in_roads.pk).update(taken_over_at=clock.now())

    take(reference, people[0])

    assert marks(reference) == ["assigned"]


def test_nobody_is_barred_from_a_case_that_owes_no_reply(in_roads, people):
    new, answered = filed(in_roads).reference, filed(in_roads).reference
    reply(answered, people[0])

    found = [case_deciders(complaint_get(reference=one)) for one in (new, answered)]

    assert [(one.earlier, one.barred) for one in found] == [(frozenset(), frozenset())] * 2


def test_a_first_reply_costs_no_question_who_decided(in_roads, people, django_assert_num_queries):
    case = complaint_get(reference=filed(in_roads).reference)

    with django_assert_num_queries(0):
        case_deciders(case)
