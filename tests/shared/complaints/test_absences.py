"""An officer is absent: their cases go to somebody else, and come back."""

from datetime import date, timedelta

import pytest

from shared.accounts.enums import Role
from shared.accounts.selectors import staff_list
from shared.complaints import services
from shared.complaints.enums import EventKind, Status
from shared.complaints.selectors import case_deciders, case_events, complaint_get
from shared.kernel import clock
from shared.kernel.actors import CITIZEN, SYSTEM
from shared.units.errors import (
    AbsenceDaysInvalid,
    AbsenceNotFound,
    AbsenceOverlaps,
    OfficerAbsent,
    OfficerInactive,
    OfficerOutsideUnit,
    SubstituteAbsent,
    SubstituteUnfit,
)
from shared.units.models import Absence
from shared.units.selectors import officers_able_to_answer, officers_assignable
from tenants.case_access import gateway
from tests.support.factories import REPLY, filed, officer_actor, staff
from tests.support.units import unit

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def people(in_roads):
    """Three agents who work for the whole agency."""
    return [staff(in_roads, Role.AGENT, f"{name}@roads.example") for name in ("a", "b", "c")]


def held(agency, officer, **changes):
    """A case of an officer."""
    reference = filed(agency, **changes).reference
    services.complaint_assign(reference=reference, officer=officer, actor=officer_actor(officer))
    return reference


def absent(user, substitute=None, *, begins=0, days=3):
    """Enter an absence that begins in so many days."""
    first = clock.today() + begins * DAY
    return services.absence_enter(
        user=user,
        first_day=first,
        last_day=first + (days - 1) * DAY,
        substitute=substitute,
        actor=officer_actor(user),
    )


def holder(reference):
    return complaint_get(reference=reference).assignee


def kinds(reference):
    return [event.kind for event in case_events(complaint_get(reference=reference))]


def upkeep(agency, *, days=0):
    """The hourly upkeep, so many days later."""
    with clock.travel(clock.now() + days * DAY):
        return gateway.cases_maintain(agency=agency, actor=SYSTEM)


def test_each_open_case_goes_to_the_substitute_by_an_event_of_its_own(in_roads, people):
    first, second = held(in_roads, people[0]), held(in_roads, people[0])
    others = held(in_roads, people[2])

    absent(people[0], people[1])

    assert [holder(one) for one in (first, second, others)] == [people[1], people[1], people[2]]
    for reference in (first, second):
        assert kinds(reference)[1:] == [EventKind.ASSIGNED, EventKind.ASSIGNED]
        assert complaint_get(reference=reference).stands_in_for == people[0]


def test_without_a_substitute_each_case_is_left_to_its_unit(in_roads, people):
    reference = held(in_roads, people[0])

    absent(people[0])

    assert holder(reference) is None
    assert kinds(reference)[-1] == EventKind.UNASSIGNED


def test_what_is_answered_stays_with_who_answered_it(in_roads, people):
    reference = filed(in_roads).reference
    services.complaint_reply(
        reference=reference, draft=REPLY, officer=people[0], actor=officer_actor(people[0])
    )

    absent(people[0], people[1])

    assert holder(reference) == people[0]


def test_an_absence_of_later_begins_by_the_upkeep_of_its_first_day_and_once(in_roads, people):
    reference = held(in_roads, people[0])
    absent(people[0], people[1], begins=2)

    before = upkeep(in_roads, days=1), holder(reference)
    on_the_day = upkeep(in_roads, days=2), holder(reference)
    again = upkeep(in_roads, days=2)

    assert before == (0, people[0])
    assert on_the_day == (1, people[1])
    assert again == 0
    assert kinds(reference).count(EventKind.ASSIGNED) == 2


def test_on_the_day_after_the_last_one_open_cases_come_back_and_once(in_roads, people):
    reference = held(in_roads, people[0])
    absent(people[0], people[1], days=3)

    on_the_last = upkeep(in_roads, days=2), holder(reference)
    after = upkeep(in_roads, days=3), holder(reference)
    again = upkeep(in_roads, days=3)

    assert (on_the_last, after, again) == ((0, people[1]), (1, people[0]), 0)
    assert complaint_get(reference=reference).stands_in_for is None


def test_only_what_the_substitute_still_holds_for_the_officer_comes_back(in_roads, people):
    kept, moved, done, own = (held(in_roads, people[0]) for _number in range(4))
    absence = absent(people[0], people[1])
    services.complaint_assign(reference=moved, officer=people[2], actor=SYSTEM)
    services.complaint_reply(
        reference=done, draft=REPLY, officer=people[1], actor=officer_actor(people[1])
    )
    services.complaint_assign(reference=own, officer=people[1], actor=SYSTEM)

    back = services.absence_end(absence_id=absence.pk, actor=officer_actor(people[0]))

    assert back == 1
    assert [holder(one) for one in (kept, moved, done, own)] == [
        people[0], people[2], people[1], people[1],
    ]  # fmt: skip


def test_an_absence_that_ends_early_does_not_end_again(in_roads, people):
    absence = absent(people[0], people[1], days=9)
    services.absence_end(absence_id=absence.pk, actor=SYSTEM)
    reference = held(in_roads, people[0])

    with pytest.raises(AbsenceNotFound):
        services.absence_end(absence_id=absence.pk, actor=SYSTEM)

    assert upkeep(in_roads, days=10) == 0
    assert holder(reference) == people[0]


def test_a_cancelled_absence_never_begins(in_roads, people):
    reference = held(in_roads, people[0])
    absence = absent(people[0], people[1], begins=1)

    services.absence_end(absence_id=absence.pk, actor=SYSTEM)

    assert upkeep(in_roads, days=1) == 0
    assert holder(reference) == people[0]


def test_whoever_decided_before_is_given_no_case_as_a_substitute(in_roads, people):
    reference = filed(in_roads).reference
    services.complaint_reply(
        reference=reference, draft=REPLY, officer=people[1], actor=officer_actor(people[1])
    )
    services.complaint_reopen(reference=reference, body="It is still dark.", actor=CITIZEN)
    services.complaint_assign(reference=reference, officer=people[0], actor=SYSTEM)
    other = held(in_roads, people[0])

    absent(people[0], people[1])

    assert (holder(reference), holder(other)) == (None, people[1])
    assert kinds(reference)[-1] == EventKind.UNASSIGNED


def test_a_substitute_who_falls_ill_is_skipped_and_the_case_left_to_its_unit(in_roads, people):
    reference = held(in_roads, people[0])
    absent(people[0], people[1], begins=2)
    absent(people[1], begins=1, days=5)

    upkeep(in_roads, days=2)

    assert holder(reference) is None


def test_a_case_held_for_an_absent_officer_comes_back_to_them_from_any_substitute(in_roads, people):
    reference = held(in_roads, people[0])
    absence = absent(people[0], people[1])

    second = absent(people[1], people[2], days=2)
    services.absence_end(absence_id=second.pk, actor=SYSTEM)
    still_away = holder(reference)
    services.absence_end(absence_id=absence.pk, actor=SYSTEM)

    assert (still_away, holder(reference)) == (people[2], people[0])


def test_an_absent_officer_is_given_nothing_offered_nowhere_and_counts_for_nothing(
    in_roads, people
):
    reference = filed(in_roads).reference
    absent(people[0])

    with pytest.raises(OfficerAbsent):
        services.complaint_assign(reference=reference, officer=people[0], actor=SYSTEM)

    assert holder(reference) is None
    assert people[0] in staff_list()
    assert list(officers_able_to_answer()) == people[1:]
    assert list(officers_assignable(unit_id=None)) == people[1:]


def test_whoever_decided_may_decide_again_while_everybody_else_is_absent(in_roads, people):
    reference = filed(in_roads).reference
    services.complaint_reply(
        reference=reference, draft=REPLY, officer=people[0], actor=officer_actor(people[0])
    )
    services.complaint_reopen(reference=reference, body="It is still dark.", actor=CITIZEN)
    absent(people[1])
    with_a_colleague = case_deciders(complaint_get(reference=reference)).barred
    absent(people[2])
    alone = case_deciders(complaint_get(reference=reference)).barred

    assert (list(with_a_colleague), list(alone)) == ([people[0].pk], [])


@pytest.mark.parametrize(("begins", "days"), [(-1, 3), (0, 0), (2, 0), (1, 400)])
def test_days_out_of_order_past_or_too_many_are_refused(in_roads, people, begins, days):
    with pytest.raises(AbsenceDaysInvalid):
        absent(people[0], begins=begins, days=days)

    assert not Absence.objects.exists()


def test_two_absences_of_one_officer_have_no_day_in_common(in_roads, people):
    absent(people[0], begins=2, days=3)

    with pytest.raises(AbsenceOverlaps):
        absent(people[0], begins=4, days=1)
    absent(people[0], begins=5, days=1)
    absent(people[1], begins=2, days=3)

    assert Absence.objects.count() == 3


def test_a_substitute_who_is_absent_on_one_of_the_days_is_refused(in_roads, people):
    absent(people[1], begins=3, days=1)

    with pytest.raises(SubstituteAbsent) as why:
        absent(people[0], people[1], begins=1, days=3)
    absent(people[0], people[1], begins=1, days=2)

    day = clock.today() + 3 * DAY
    assert why.value.values == {
        "name": people[1].name, "first": f"{day:%d/%m/%Y}", "last": f"{day:%d/%m/%Y}",
    }  # fmt: skip


def test_an_absence_is_not_made_longer_than_its_substitute_is_there(in_roads, people):
    absence = absent(people[0], people[1], days=2)
    absent(people[1], begins=3, days=2)

    with pytest.raises(SubstituteAbsent):
        services.absence_change(
            absence_id=absence.pk,
            first_day=absence.first_day,
            last_day=absence.first_day + 4 * DAY,
            substitute=people[1],
            actor=SYSTEM,
        )


def test_of_an_absence_that_has_begun_the_last_day_alone_is_changed(in_roads, people):
    absence = absent(people[0], people[1])
    longer = absence.last_day + 5 * DAY

    services.absence_change(
        absence_id=absence.pk,
        first_day=date(2000, 1, 1),
        last_day=longer,
        substitute=people[2],
        actor=SYSTEM,
    )

    absence.refresh_from_db()
    assert (absence.last_day, absence.substitute) == (longer, people[1])
    assert absence.first_day == clock.today()


def test_an_absence_moved_to_today_begins_at_once(in_roads, people):
    reference = held(in_roads, people[0])
    absence = absent(people[0], people[1], begins=4)

    services.absence_change(
        absence_id=absence.pk,
        first_day=clock.today(),
        last_day=absence.last_day,
        substitute=people[2],
        actor=SYSTEM,
    )

    assert holder(reference) == people[2]


def test_a_substitute_can_open_the_cases_of_all_units_of_the_officer(in_roads, people):
    fes = unit("Fès", people[0])
    unit("Rabat", people[1])

    with pytest.raises(SubstituteUnfit):
        absent(people[0], people[1])
    with pytest.raises(SubstituteUnfit):
        absent(people[2], people[0])
    absent(people[0], people[2])

    assert fes


def test_a_case_of_another_unit_is_left_to_it(in_roads, people):
    fes = unit("Fès", people[0], people[1], places=("Fès",))
    unit("Rabat", people[2], places=("Rabat",))
    own = held(in_roads, people[0], place="Fès")
    with pytest.raises(OfficerOutsideUnit):
        held(in_roads, people[0], place="Rabat")
    services.case_unit_change(reference=own, unit_id=None, actor=SYSTEM)
    # Nobody of the unit could be given it; it was, before the officer became a member.
    case = complaint_get(reference=own)
    case.assignee = people[0]
    case.save(update_fields=["assignee"])

    absent(people[0], people[1])

    assert (holder(own), complaint_get(reference=own).unit_id) == (None, None)
    assert fes


def test_nobody_who_cannot_sign_in_is_given_a_case(in_roads, people):
    reference = filed(in_roads).reference
    people[0].is_active = False
    people[0].save(update_fields=["is_active"])

    with pytest.raises(OfficerInactive):
        services.complaint_assign(reference=reference, officer=people[0], actor=SYSTEM)

    assert complaint_get(reference=reference).status == Status.RECEIVED
