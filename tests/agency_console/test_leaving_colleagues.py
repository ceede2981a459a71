"""Nothing stays with somebody who cannot sign in: each way in which an account is closed."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shared.accounts.enums import Role
from shared.accounts.models import User
from shared.accounts.services.users import user_change, users_deactivate
from shared.complaints.enums import EventKind
from shared.complaints.selectors import case_events, inactive_holders
from shared.complaints.services import (
    absence_enter,
    complaint_assign,
    complaint_reopen,
    complaint_reply,
)
from shared.kernel import clock
from shared.kernel.actors import CITIZEN, SYSTEM
from shared.units.models import Absence
from tenants.case_access import gateway
from tenants.fleet.services.lifecycle.acting_administration import (
    acting_administration_end,
    acting_administration_start,
)
from tenants.fleet.types import ActingOfficer
from tenants.isolation.schema_switch import agency_context
from tests.agency_console.conftest import text_of
from tests.support.factories import REPLY, filed, officer_actor, staff
from tests.support.units import join, unit

DAY = timedelta(days=1)


@pytest.fixture
def administrator(console):
    """An administrator, signed in; the pages are in English."""
    console.client.cookies["language"] = "en"
    return console.sign_in_as(Role.ADMINISTRATOR)


@pytest.fixture
def leaver(roads):
    """Somebody who will leave."""
    return staff(roads, Role.AGENT, "leaver@roads.example")


def held(agency, user, **changes):
    """A case of somebody."""
    reference = filed(agency, **changes).reference
    with agency_context(agency):
        complaint_assign(reference=reference, officer=user, actor=officer_actor(user))
    return reference


def last_event(console, reference):
    with agency_context(console.agency):
        event = case_events(console.case(reference))[-1]
        return event.kind, event.actor_label


def closed(user, **sent):
    return f"/staff/{user.pk}/close/", {"role": user.role, **sent}


def test_whoever_holds_cases_is_closed_once_it_is_said_who_gets_them(
    console, administrator, leaver, colleague, roads
):
    first, second = held(roads, leaver), held(roads, leaver)
    page = console.post(f"/staff/{leaver.pk}/", {"role": "agent"})
    with agency_context(roads):
        before = User.objects.get(pk=leaver.pk).is_active

    path, sent = closed(leaver, cases_to=colleague.pk)
    done = console.post(path, sent)

    assert "2 open cases are assigned to this person." in text_of(page)
    assert f'action="{path}"' in text_of(page)
    assert (before, done.url) == (True, "/staff/")
    for reference in (first, second):
        assert console.case(reference).assignee == colleague
        assert last_event(console, reference) == (EventKind.ASSIGNED, administrator.name)
    with agency_context(roads):
        assert not User.objects.get(pk=leaver.pk).is_active


def test_the_cases_can_go_back_to_their_units(console, administrator, leaver, roads):
    reference = held(roads, leaver)

    path, sent = closed(leaver, cases_to="units")
    console.post(path, sent)

    assert console.case(reference).assignee is None
    assert last_event(console, reference) == (EventKind.UNASSIGNED, administrator.name)


def test_what_the_colleague_may_not_have_goes_back_to_its_unit(
    console, administrator, leaver, colleague, roads
):
    with agency_context(roads):
        unit("Rabat", colleague, places=("Rabat",))
    theirs, elsewhere = held(roads, leaver, place="Rabat"), held(roads, leaver)
    decided = filed(roads, place="Rabat").reference
    with agency_context(roads):
        complaint_reply(
            reference=decided, draft=REPLY, officer=colleague, actor=officer_actor(colleague)
        )
        complaint_reopen(reference=decided, body="It is still dark.", actor=CITIZEN)
        complaint_assign(reference=decided, officer=leaver, actor=SYSTEM)

    path, sent = closed(leaver, cases_to=colleague.pk)
    page = console.get(console.post(path, sent).url)

    assert [console.case(one).assignee for one in (theirs, elsewhere, decided)] == [
        colleague, None, None,
    ]  # fmt: skip
    assert "given to the colleague: 1. Left to their units: 2." in text_of(page)


def test_without_open_cases_an_account_is_closed_at_once(console, administrator, leaver, roads):
    answered = filed(roads).reference
    with agency_context(roads):
        complaint_reply(
            reference=answered, draft=REPLY, officer=leaver, actor=officer_actor(leaver)
        )

    assert console.post(f"/staff/{leaver.pk}/", {"role": "agent"}).url == "/staff/"
    with agency_context(roads):
        assert not User.objects.get(pk=leaver.pk).is_active


@pytest.mark.parametrize("to", ["", "x", "999999", "own", "absent", "closed"])
def test_nothing_happens_until_somebody_who_can_is_chosen(
    console, administrator, leaver, colleague, roads, to
):
    reference = held(roads, leaver)
    with agency_context(roads):
        if to == "absent":
            today = clock.today()
            absence_enter(
                user=colleague, first_day=today, last_day=today, substitute=None, actor=SYSTEM
            )
        if to == "closed":
            user_change(user=colleague, role=Role.AGENT, is_active=False, actor=SYSTEM)
    chosen = {"own": leaver.pk, "absent": colleague.pk, "closed": colleague.pk}.get(to, to)

    path, sent = closed(leaver, cases_to=chosen)
    page = console.post(path, sent)

    assert page.status_code == 200
    assert console.case(reference).assignee == leaver
    with agency_context(roads):
        assert User.objects.get(pk=leaver.pk).is_active


def test_the_last_administrator_keeps_account_and_cases(console, administrator, colleague, roads):
    reference = held(roads, administrator)

    path, sent = closed(administrator, cases_to=colleague.pk)
    page = console.post(path, sent)

    assert "One administrator must remain." in text_of(page)
    assert console.case(reference).assignee == administrator


def _by_the_staff_page(console, leaver):
    path, sent = closed(leaver, cases_to="units")
    console.post(path, sent)


def _by_a_change(console, leaver):
    with agency_context(console.agency):
        user_change(user=leaver, role=Role.AGENT, is_active=False, actor=SYSTEM)


def _by_a_list(console, leaver):
    with agency_context(console.agency):
        users_deactivate(only=[leaver.pk], actor=SYSTEM)


def _by_a_take_over(console, leaver):
    acting_administration_start(
        agency_code="roads",
        reason="Nobody answers.",
        acting_officers=[ActingOfficer(name="C", email="c@oversight.example", language="fr")],
        actor=SYSTEM,
    )


def _by_hand_then_upkeep(console, leaver):
    """As a restored agency, or one of an earlier release, has it."""
    with agency_context(console.agency):
        User.objects.filter(pk=leaver.pk).update(is_active=False)
    gateway.cases_maintain(agency=console.agency, actor=SYSTEM)


@pytest.mark.parametrize(
    "close",
    [_by_the_staff_page, _by_a_change, _by_a_list, _by_a_take_over, _by_hand_then_upkeep],
)
def test_nothing_stays_with_somebody_who_cannot_sign_in(
    console, administrator, leaver, colleague, roads, close
):
    """Open cases, and absences of theirs and for them."""
    away, kept = held(roads, leaver), held(roads, colleague)
    with agency_context(roads):
        absence_enter(
            user=leaver, first_day=clock.today(), last_day=clock.today() + 5 * DAY,
            substitute=colleague, actor=SYSTEM,
        )  # fmt: skip
        # By an earlier release.
        complaint = console.case(kept)
        complaint.assignee = leaver
        complaint.save(update_fields=["assignee"])

    close(console, leaver)

    with agency_context(roads):
        assert not User.objects.get(pk=leaver.pk).is_active
        assert inactive_holders() == []
        assert not Absence.objects.filter(user=leaver, ended_at=None).exists()
    assert console.case(kept).assignee is None
    assert last_event(console, kept)[0] == EventKind.UNASSIGNED
    assert console.case(away).stands_in_for is None
    # Run again, nothing happens: nothing comes back to somebody who left.
    with clock.travel(clock.now() + 9 * DAY):
        assert gateway.cases_maintain(agency=roads, actor=SYSTEM) == 0


def test_a_take_over_leaves_no_case_with_administrators_and_its_end_none_with_caretakers(
    console, administrator, roads
):
    own = held(roads, administrator)
    _by_a_take_over(console, administrator)
    after_begin = console.case(own).assignee
    with agency_context(roads):
        caretaker = User.objects.get(email="c@oversight.example")
        complaint_assign(reference=own, officer=caretaker, actor=SYSTEM)

    acting_administration_end(agency_code="roads", actor=SYSTEM)

    assert after_begin is None
    assert console.case(own).assignee is None
    assert last_event(console, own)[0] == EventKind.UNASSIGNED


def test_the_staff_page_says_units_absence_and_open_cases(
    console, administrator, leaver, colleague, roads
):
    held(roads, leaver)
    held(roads, leaver)
    with agency_context(roads):
        unit("Rabat", leaver)
        unit("Fès", leaver)
        absence_enter(
            user=colleague, first_day=clock.today(), last_day=clock.today(), substitute=None,
            actor=SYSTEM,
        )  # fmt: skip

    rows = {
        re.search(r'<bdi dir="ltr">(.*?)</bdi>', row).group(1): re.sub(r"<[^>]+>", " ", row)
        for row in text_of(console.get("/staff/")).split("<tr data-row>")[1:]
    }

    assert "Rabat" in rows[leaver.email]
    assert "Fès" in rows[leaver.email]
    assert re.search(r"\s2\s", rows[leaver.email])
    assert "absent until" in rows[colleague.email]
    assert "The whole administration" in rows[colleague.email]


def test_the_staff_page_costs_as_many_queries_for_two_people_as_for_fifty(
    console, administrator, leaver, roads
):
    def cost():
        with CaptureQueriesContext(connection) as asked:
            assert console.get("/staff/").status_code == 200
        return len(asked)

    with agency_context(roads):
        number = unit("Rabat", leaver, places=("Rabat",))
    held(roads, leaver, place="Rabat")
    console.get("/staff/")
    two = cost()
    people = [staff(roads, Role.AGENT, f"p{one}@roads.example") for one in range(48)]
    with agency_context(roads):
        join(number, *people)
    for person in people[:5]:
        held(roads, person, place="Rabat")

    assert cost() == two
