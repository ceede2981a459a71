"""What officers do besides answering, in the agency of the demonstration that shows it."""

from datetime import timedelta

import pytest

from agency_console.casework.models import CaseDraft
from agency_console.inbox.models import SavedView
from agency_console.reply_templates.models import ReplyTemplate
from demo.fixture_files import phrases
from demo.officer_work import (
    ANSWERED,
    IN_PROGRESS,
    LABELS,
    LATE,
    RECEIVED,
    UNOPENED_RATINGS,
    approval_make,
    officer_work_make,
    ratings_open,
    second_interim_submit,
    units_make,
)
from demo.runner import RunState
from demo.staff import unit_staff_ensure
from shared.accounts.enums import Role
from shared.complaints import services
from shared.complaints.enums import Language, Status
from shared.complaints.models import Complaint, Label
from shared.complaints.selectors import case_events, complaint_get
from shared.complaints.types import InterimDraft, RatingDraft
from shared.kernel import clock
from shared.kernel.actors import CITIZEN
from shared.units.selectors import unit_scopes
from tests.support.factories import REPLY, filed, officer_actor, staff
from tests.support.moments import days_later

pytestmark = pytest.mark.django_db


@pytest.fixture
def state(in_roads):
    """The staff of an agency: two agents and a supervisor, in units."""
    agents = [staff(in_roads, Role.AGENT, f"agent{one}@roads.example") for one in (1, 2)]
    found = RunState(agents=agents, supervisor=staff(in_roads, Role.SUPERVISOR, "s@roads.example"))
    units_make(agents=agents, organisation_code="roads")
    return found


@pytest.mark.parametrize("language", Language)
def test_the_demonstration_shows_what_officers_do_besides_answering(in_roads, state, language):
    agent, absent = state.agents
    for case in (ANSWERED, IN_PROGRESS, LATE, RECEIVED):
        state.references[case] = filed(in_roads, language=language).reference
    for case in (ANSWERED, IN_PROGRESS):
        services.complaint_assign(
            reference=state.references[case], officer=agent, actor=officer_actor(agent)
        )
    services.complaint_reply(
        reference=state.references[ANSWERED],
        draft=REPLY,
        officer=agent,
        actor=officer_actor(agent),
    )
    services.complaint_assign(
        reference=state.references[LATE], officer=absent, actor=officer_actor(absent)
    )

    officer_work_make(state)

    answered, asked = (
        complaint_get(reference=state.references[case]) for case in (ANSWERED, IN_PROGRESS)
    )
    kinds = [event.kind for event in case_events(asked)]
    assert set(Label.objects.values_list("name", flat=True)) == set(LABELS)
    assert Complaint.objects.exclude(label_ids=[]).count() == 3
    assert (answered.status, answered.has_citizen_news) == (Status.ANSWERED, True)
    assert kinds[-2:] == ["question_asked", "question_withdrawn"]
    assert asked.status == Status.IN_PROGRESS
    handed_over = complaint_get(reference=state.references[LATE])
    assert (handed_over.assignee, handed_over.stands_in_for) == (agent, absent)
    assert not Complaint.objects.filter(unit=None).exists()
    assert list(SavedView.objects.order_by("pk").values_list("owner", flat=True)) == [
        None,
        agent.pk,
    ]
    (again,) = Complaint.objects.exclude(merged_into=None)
    assert (again.is_merged, again.merged_into.reference) == (True, state.references[RECEIVED])
    begun, failed = CaseDraft.objects.order_by("saved_at")
    assert (begun.act, begun.officer, begun.pressed_at) == ("reply", absent, None)
    assert begun.parts["facts"]
    assert (failed.act, failed.officer, failed.pressed_at) == ("ask", agent, None)
    assert failed.failure == "transition_not_allowed"
    assert {"ar", "fr"} <= set(ReplyTemplate.objects.values_list("language", flat=True))


@pytest.mark.parametrize("language", Language)
def test_a_decision_waits_where_the_agency_asks_for_approval(in_roads, state, language):
    agent = state.agents[0]
    reference = state.references[IN_PROGRESS] = filed(in_roads, language=language).reference
    services.complaint_assign(reference=reference, officer=agent, actor=officer_actor(agent))

    approval_make(state)

    draft = CaseDraft.objects.get()
    assert (draft.officer, draft.pressed_at) == (agent, None)
    assert draft.approval_asked_at is not None
    assert case_events(complaint_get(reference=reference))[-1].kind == "approval_asked"


def test_officers_have_opened_all_ratings_but_the_latest(in_roads, state):
    agent = state.agents[0]
    for _ in range(UNOPENED_RATINGS + 2):
        reference = filed(in_roads).reference
        hand = officer_actor(agent)
        services.complaint_assign(reference=reference, officer=agent, actor=hand)
        services.complaint_reply(reference=reference, draft=REPLY, officer=agent, actor=hand)
        draft = RatingDraft(resolved=True, handling=4)
        services.rating_give(reference=reference, draft=draft, actor=CITIZEN)
        state.rated.append(reference)
    services.citizen_message_add(reference=state.rated[0], body="Thank you.", actor=CITIZEN)

    ratings_open(state)

    marked = Complaint.objects.filter(has_citizen_news=True).values_list("reference", flat=True)
    # The first one for its message, which came after the rating.
    assert set(marked) == {state.rated[0], *state.rated[-UNOPENED_RATINGS:]}


def test_second_interim_reply_of_an_agent_waits_where_the_first_days_have_passed(in_roads, state):
    agent = state.agents[0]
    reference = state.references[LATE] = filed(in_roads).reference
    services.complaint_assign(reference=reference, officer=agent, actor=officer_actor(agent))
    text = phrases(Language.FRENCH)
    draft = InterimDraft(
        done=text.interim_done[0],
        delay=text.interim_delay[0],
        until=clock.today() + timedelta(days=2),
    )
    services.interim_send(
        reference=reference,
        draft=draft,
        officer=agent,
        actor=officer_actor(agent),
        is_approved=False,
    )

    with clock.travel(days_later(5)):
        second_interim_submit(state)

    (waiting,) = CaseDraft.objects.filter(act="interim")
    assert waiting.approval_asked_at is not None
    assert complaint_get(reference=reference).interim_replies == 1


def test_two_agents_of_units_beside_each_other_see_no_case_of_the_other(in_roads):
    agents = [staff(in_roads, Role.AGENT, f"agent{one}@roads.example") for one in (1, 2)]
    of_units = unit_staff_ensure(agency_code="roads")
    units_make(agents=agents, organisation_code="roads", unit_agents=of_units)
    cases = {
        code: filed(in_roads, category_code=code).reference
        for code in ("medicines", "medical-appointment")
    }

    seen = [
        {
            reference
            for reference in cases.values()
            if unit_scopes(users=of_units)[one.pk].holds(
                Complaint.objects.get(reference=reference).unit_id
            )
        }
        for one in of_units
    ]

    assert seen == [{cases["medicines"]}, {cases["medical-appointment"]}]
