"""Who is written to about what happens to one case."""

from datetime import timedelta

import pytest

from shared.accounts.enums import Role
from shared.accounts.models import User
from shared.complaints import services
from shared.complaints.models import Complaint
from shared.complaints.types import RatingDraft
from shared.kernel import clock
from shared.kernel.actors import CITIZEN, SYSTEM
from shared.mail.models import Mail
from shared.notifications.enums import Delivery, NoticeKind
from shared.units.models import Absence
from tests.shared.notifications.conftest import queued, unit, wants
from tests.support.factories import REPLY, filed, officer_actor, staff
from tests.support.moments import days_later

pytestmark = pytest.mark.django_db

RATING = RatingDraft(resolved=False, handling=1)


@pytest.fixture
def colleague(in_roads):
    return staff(in_roads, Role.AGENT, "colleague@roads.example")


def held(agency, officer, place=None):
    """A case that the officer has taken."""
    reference = filed(agency).reference
    Complaint.objects.filter(reference=reference).update(unit=place)
    services.complaint_assign(reference=reference, officer=officer, actor=officer_actor(officer))
    return reference


def message(reference, body="One more thing."):
    services.citizen_message_add(reference=reference, body=body, actor=CITIZEN)


def reply(reference, officer):
    services.complaint_reply(
        reference=reference, draft=REPLY, officer=officer, actor=officer_actor(officer)
    )


def absent(user, days=1):
    today = clock.today()
    Absence.objects.create(user=user, first_day=today, last_day=today + timedelta(days=days))


def test_a_message_is_told_to_the_officer_of_the_case_alone(in_roads, agent, colleague, supervisor):
    reference = held(in_roads, agent)

    message(reference)

    assert queued() == [(agent.email, "message")]
    assert Mail.objects.get(letter="case_notice").reference == reference


def test_a_message_after_the_reply_and_a_rating_are_told(in_roads, agent):
    reference = held(in_roads, agent)
    reply(reference, agent)

    services.rating_give(reference=reference, draft=RATING, actor=CITIZEN)
    with clock.travel(clock.now() + timedelta(minutes=11)):
        message(reference)

    assert queued() == [(agent.email, "rating"), (agent.email, "message")]


def test_ten_messages_in_a_row_are_one_letter_and_a_later_one_is_another(in_roads, agent):
    first, second = held(in_roads, agent), held(in_roads, agent)

    for _number in range(10):
        message(first)
    message(second)
    assert queued() == [(agent.email, "message")] * 2

    with clock.travel(clock.now() + timedelta(minutes=11)):
        message(first)
    assert queued() == [(agent.email, "message")] * 3


def test_reopening_right_after_a_message_is_told_all_the_same(in_roads, agent):
    reference = held(in_roads, agent)
    reply(reference, agent)
    message(reference)

    services.complaint_reopen(reference=reference, body="It is not done.", actor=CITIZEN)

    assert queued() == [(agent.email, "message"), (agent.email, "reopened")]


def test_what_an_officer_does_to_their_own_case_is_not_told_to_them(in_roads, agent):
    wants(agent, Delivery.AT_ONCE)

    held(in_roads, agent)

    assert queued() == []


def test_a_case_given_by_somebody_else_is_told_to_who_wants_it_at_once(
    in_roads, agent, colleague, supervisor
):
    wants(agent, Delivery.AT_ONCE, NoticeKind.NEW)
    for officer in (agent, colleague):
        services.complaint_assign(
            reference=filed(in_roads).reference, officer=officer, actor=officer_actor(supervisor)
        )

    assert queued() == [(agent.email, "assigned")]


def test_of_many_cases_given_at_once_one_letter_is_queued(in_roads, agent, supervisor):
    wants(agent, Delivery.AT_ONCE, NoticeKind.NEW)

    for _number in range(3):
        services.complaint_assign(
            reference=filed(in_roads).reference, officer=agent, actor=officer_actor(supervisor)
        )

    assert queued() == [(agent.email, "assigned")]


def test_a_case_that_nobody_holds_is_told_to_its_unit(in_roads, agent, colleague, supervisor):
    own, other = unit(agent), unit(colleague)
    for person in (agent, colleague, supervisor):
        wants(person, Delivery.AT_ONCE, NoticeKind.MESSAGE)
    reference = filed(in_roads).reference
    Complaint.objects.filter(reference=reference).update(unit=own)

    message(reference)

    # By default at once of their own cases alone: this one waits until the morning.
    assert queued() == []
    supervisor_in = unit(supervisor)
    Complaint.objects.filter(reference=reference).update(unit=supervisor_in)
    message(reference)
    assert queued() == [(supervisor.email, "message")]
    assert other.members.count() == 1


def test_a_case_of_the_agency_as_a_whole_is_told_to_those_who_supervise_it(
    in_roads, agent, supervisor
):
    elsewhere = staff(in_roads, Role.SUPERVISOR, "elsewhere@roads.example")
    unit(elsewhere)
    for person in (agent, supervisor, elsewhere):
        wants(person, Delivery.AT_ONCE, NoticeKind.MESSAGE)

    message(filed(in_roads).reference)

    assert queued() == [(supervisor.email, "message")]


def test_without_a_supervisor_the_administrators_are_told(in_roads, agent):
    administrator = staff(in_roads, Role.ADMINISTRATOR, "administrator@roads.example")
    wants(administrator, Delivery.AT_ONCE, NoticeKind.MESSAGE)

    message(filed(in_roads).reference)

    assert queued() == [(administrator.email, "message")]


@pytest.mark.parametrize("why", ["absent", "closed", "invited"])
def test_whoever_is_not_there_is_not_written_to(in_roads, agent, supervisor, why):
    wants(supervisor, Delivery.AT_ONCE)
    reference = held(in_roads, agent)
    if why == "absent":
        absent(agent)
    elif why == "closed":
        User.objects.filter(pk=agent.pk).update(is_active=False)
    else:
        agent.set_unusable_password()
        agent.save()

    message(reference)

    # In their place those who supervise the case.
    assert queued() == [(supervisor.email, "message")]


def test_an_absence_that_is_over_or_to_come_keeps_no_letter(in_roads, agent):
    today, day = clock.today(), timedelta(days=1)
    for first, last in ((today - 2 * day, today - day), (today + day, today + 2 * day)):
        Absence.objects.create(user=agent, first_day=first, last_day=last)

    message(held(in_roads, agent))

    assert queued() == [(agent.email, "message")]


def test_a_review_is_told_to_the_officer_and_to_who_supervises_the_unit(
    in_roads, agent, colleague, supervisor
):
    upper = unit(supervisor)
    lower = unit(agent, colleague, parent=upper)
    elsewhere = staff(in_roads, Role.SUPERVISOR, "elsewhere@roads.example")
    unit(elsewhere)
    reference = held(in_roads, agent, lower)

    with clock.travel(days_later(61)):
        services.review_asked(reference=reference, actor=CITIZEN)
        services.review_decided(reference=reference, is_sent_back=True, actor=SYSTEM)

    assert queued() == [
        (person.email, what)
        for what in ("review_asked", "review_decided")
        for person in (agent, supervisor)
    ]


@pytest.mark.parametrize("delivery", [Delivery.DIGEST, Delivery.NONE])
def test_who_chose_otherwise_gets_no_letter_at_once(in_roads, agent, delivery):
    wants(agent, delivery, NoticeKind.MESSAGE)

    message(held(in_roads, agent))

    assert queued() == []


def test_an_officers_own_file_is_not_told(in_roads, agent, supervisor):
    wants(agent, Delivery.AT_ONCE)
    reference = held(in_roads, agent)

    services.note_add(
        reference=reference, body="Seen.", officer=supervisor, actor=officer_actor(supervisor)
    )
    services.officer_message_add(
        reference=reference, body="Wait.", officer=supervisor, actor=officer_actor(supervisor)
    )

    assert queued() == []
