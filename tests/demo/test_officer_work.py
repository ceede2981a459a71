"""What officers do besides answering, in the agency of the demonstration that shows it."""

import pytest

from agency_console.inbox.models import SavedView
from agency_console.reply_templates.models import ReplyTemplate
from demo.officer_work import (
    ANSWERED,
    IN_PROGRESS,
    LABELS,
    LATE,
    RECEIVED,
    officer_work_make,
    units_make,
)
from demo.runner import RunState
from shared.accounts.enums import Role
from shared.complaints import services
from shared.complaints.enums import Language, Status
from shared.complaints.models import Complaint, Label
from shared.complaints.selectors import case_events, complaint_get
from tests.support.factories import REPLY, filed, officer_actor, staff

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", Language)
def test_the_demonstration_shows_what_officers_do_besides_answering(in_roads, language):
    agent, absent = (staff(in_roads, Role.AGENT, f"agent{one}@roads.example") for one in (1, 2))
    state = RunState(
        agents=[agent, absent], supervisor=staff(in_roads, Role.SUPERVISOR, "s@roads.example")
    )
    units_make(agents=state.agents, organisation_code="roads")
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
    assert {"ar", "fr"} <= set(ReplyTemplate.objects.values_list("language", flat=True))
