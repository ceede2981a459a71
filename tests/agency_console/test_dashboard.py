"""The supervisor's dashboard: numbers, the lists behind them, and cases given to somebody else."""

import re
from datetime import timedelta

import pytest

from shared.accounts.enums import Role
from shared.accounts.models import User
from shared.complaints import services
from shared.complaints.models import Complaint, OfficerCaseState
from shared.complaints.selectors import case_events
from shared.complaints.selectors.weekly import weekly_load
from shared.kernel import clock
from shared.kernel.actors import CITIZEN
from shared.units.models import Absence, Unit, UnitMember
from shared.units.types import WHOLE_AGENCY, UnitScope
from tenants.isolation.schema_switch import agency_context
from tests.agency_console.conftest import references_on, text_of
from tests.support.factories import REPLY, filed, officer_actor, staff

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
NUMBER = re.compile(r'<a href="(/\?view=[^"]+)">(?:<span class="figure-value">)?(\d+)<')


@pytest.fixture
def supervisor(console):
    user = console.sign_in_as(Role.SUPERVISOR)
    with agency_context(console.agency):
        User.objects.filter(pk=user.pk).update(language="en")
    return user


@pytest.fixture
def officer(roads):
    return staff(roads, Role.AGENT, "officer@roads.example")


@pytest.fixture
def colleague(roads):
    return staff(roads, Role.AGENT, "colleague@roads.example")


def held(agency, officer, **columns):
    """A case that the officer has taken, with these columns."""
    reference = filed(agency).reference
    with agency_context(agency):
        # First: an officer is given cases of their units alone.
        Complaint.objects.filter(reference=reference).update(unit=columns.get("unit"))
        if officer is not None:
            services.complaint_assign(
                reference=reference, officer=officer, actor=officer_actor(officer)
            )
        Complaint.objects.filter(reference=reference).update(**columns)
    return reference


def unit(agency, *members, parent=None):
    with agency_context(agency):
        made = Unit.objects.create(name_ar="وحدة", name_fr="Unité", name_en="Unit", parent=parent)
        for member in members:
            UnitMember.objects.create(unit=made, user=member)
    return made


def late(days=1):
    return {"due_on": clock.today() - days * DAY, "working_due_on": clock.today() - 30 * DAY}


def calm():
    day = clock.today() + 40 * DAY
    return {"due_on": day, "working_due_on": day, "waiting_since": None}


def numbers_on(page):
    """Each number of the page and the address of its list."""
    found = re.findall(NUMBER, text_of(page).replace("&amp;", "&"))
    return [(url, int(number)) for url, number in found]


def table(page, key):
    """The rows of one of the tables, as their cells."""
    part = text_of(page).split(f'id="{key}-title"')[1].split("</table>")[0]
    rows = part.split("<tr data-row>")[1:]
    return [
        [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.split(r"</t[hd]>", row)[:-1]]
        for row in rows
    ]


@pytest.fixture
def busy(console, roads, officer, colleague):
    """Cases of every sort, in two units."""
    north, south = unit(roads, officer), unit(roads, colleague)
    category = {"category_code": "delay"}
    held(roads, officer, unit=north, **late())
    held(roads, officer, unit=north, **calm(), **category)
    held(roads, officer, unit=north, **{**calm(), "due_on": clock.today() + 3 * DAY})
    held(roads, colleague, unit=south, **{**late(), "has_citizen_news": True, **category})
    held(roads, None, unit=south, **late(9))
    held(roads, None, **calm())
    answered = held(roads, officer, unit=north, **calm())
    with agency_context(roads):
        services.complaint_reply(
            reference=answered, draft=REPLY, officer=officer, actor=officer_actor(officer)
        )
        services.citizen_message_add(reference=answered, body="And now?", actor=CITIZEN)
    return north, south


def test_every_number_is_that_of_the_list_behind_it(console, supervisor, busy):
    page = console.get("/dashboard/")

    numbers = numbers_on(page)
    shown = [len(references_on(console.get(url))) for url, _number in numbers]
    assert len(numbers) > 25
    assert shown == [number for _url, number in numbers]


def test_the_lists_of_a_supervisor_of_one_unit_agree_too(console, supervisor, busy, roads):
    north, _south = busy
    with agency_context(roads):
        UnitMember.objects.create(unit=north, user=supervisor)

    numbers = numbers_on(console.get("/dashboard/"))

    shown = [len(references_on(console.get(url))) for url, _number in numbers]
    assert shown == [number for _url, number in numbers]
    assert ("/?view=open", 3) in numbers


def test_what_the_reader_has_put_aside_is_not_counted(console, supervisor, busy, roads):
    with agency_context(roads):
        for case in Complaint.objects.all():
            OfficerCaseState.objects.create(
                complaint=case, user=supervisor, snoozed_until=clock.today() + 5 * DAY
            )

    numbers = numbers_on(console.get("/dashboard/"))

    # Of a case that was put aside and has news both lists and numbers know.
    assert ("/?view=open", 1) in numbers
    shown = [len(references_on(console.get(url))) for url, _number in numbers]
    assert shown == [number for _url, number in numbers]


def test_each_officer_has_a_row_with_numbers_wait_and_absence(
    console, supervisor, busy, roads, colleague
):
    with agency_context(roads):
        Absence.objects.create(
            user=colleague, first_day=clock.today(), last_day=clock.today() + DAY
        )

    rows = table(console.get("/dashboard/"), "officers")

    people = [row[0] for row in rows]
    assert [row[1:6] for row in rows] == [
        ["3", "1", "1", "1", "1"],
        ["1", "1", "1", "0", "1"],
        ["0", "0", "0", "0", "0"],
    ]
    assert [name.endswith("Absent") for name in people] == [False, True, False]
    assert [row[6] != "–" for row in rows] == [True, True, False]


def test_units_and_categories_have_rows_a_unit_with_those_below(console, supervisor, busy, roads):
    north, _south = busy
    below = unit(roads, parent=north)
    held(roads, None, unit=below, **calm())

    page = console.get("/dashboard/")

    # A unit stands behind its parent.
    assert [row[0:3] for row in table(page, "units")] == [
        ["Of no unit", "1", "0"],
        ["Unit", "4", "1"],
        ["Unit", "1", "0"],
        ["Unit", "2", "2"],
    ]
    assert len(table(page, "categories")) == 2


def test_the_citizen_who_has_waited_longest_is_named_first_by_reference(
    console, supervisor, roads, officer
):
    now = clock.now()
    later = held(roads, officer, has_citizen_news=True, waiting_since=now - 2 * DAY)
    first = held(roads, officer, has_citizen_news=True, waiting_since=now - 9 * DAY)
    held(roads, officer, has_citizen_news=False, waiting_since=now - 20 * DAY)

    page = console.get("/dashboard/")

    assert re.findall(r'href="/cases/(\d+)/\?view=new"', text_of(page)) == [first, later]


@pytest.mark.parametrize("path", ["/dashboard/", "/dashboard/officers/1/"])
def test_personal_figures_are_refused_to_agents(console, agent, path):
    assert console.get(path).status_code == 403


def test_the_section_is_shown_to_those_who_may_open_it(console, roads):
    for role, is_shown in (
        (Role.AGENT, False),
        (Role.SUPERVISOR, True),
        (Role.ADMINISTRATOR, True),
    ):
        console.sign_in_as(role)
        assert ('href="/dashboard/"' in text_of(console.get("/"))) is is_shown


def test_officers_of_other_units_are_not_shown(
    console, supervisor, busy, officer, colleague, roads
):
    north, _south = busy
    with agency_context(roads):
        UnitMember.objects.create(unit=north, user=supervisor)

    page = console.get("/dashboard/")

    assert len(table(page, "officers")) == 2
    assert f"/dashboard/officers/{officer.pk}/" in text_of(page)
    assert f"/dashboard/officers/{colleague.pk}/" not in text_of(page)
    assert console.get(f"/dashboard/officers/{officer.pk}/").status_code == 200
    assert console.get(f"/dashboard/officers/{colleague.pk}/").status_code == 404
    assert console.get("/dashboard/officers/999999/").status_code == 404


def give(console, holder, to, *references):
    return console.post(
        f"/dashboard/officers/{holder.pk}/give/",
        {"reference": list(references), "officer": str(to.pk)},
    )


def holders(console, *references):
    return [console.case(one).assignee_id for one in references]


def told(console, holder):
    page = text_of(console.get(f"/dashboard/officers/{holder.pk}/"))
    return re.sub(r"<[^>]+>", "", page)


def test_ticked_cases_are_given_and_the_result_is_exact(
    console, supervisor, roads, officer, colleague
):
    given = [held(roads, officer) for _number in range(2)]
    kept = held(roads, officer)
    taken = held(roads, colleague)
    answered = held(roads, officer)
    with agency_context(roads):
        services.complaint_reply(
            reference=answered, draft=REPLY, officer=officer, actor=officer_actor(officer)
        )

    answer = give(console, officer, colleague, *given, taken, answered, "garbage")

    assert answer["Location"] == f"/dashboard/officers/{officer.pk}/"
    assert holders(console, *given, kept) == [colleague.pk, colleague.pk, officer.pk]
    said = told(console, officer)
    assert f"2 cases were given to {colleague.name}." in said
    assert said.count("skipped:") == 2
    assert "1 skipped: not with this officer any more" in said
    with agency_context(roads):
        event = case_events(console.case(given[0]))[-1]
    assert (event.kind, event.actor_id) == ("assigned", supervisor.pk)


def test_nothing_is_given_without_a_case_or_an_officer(console, supervisor, roads, officer):
    reference = held(roads, officer)

    console.post(f"/dashboard/officers/{officer.pk}/give/", {"reference": reference})
    assert "Tick at least one case and choose an officer." in told(console, officer)
    console.post(
        f"/dashboard/officers/{officer.pk}/give/", {"reference": reference, "officer": "x"}
    )

    assert holders(console, reference) == [officer.pk]


def test_a_case_of_another_unit_cannot_be_given(
    console, supervisor, busy, roads, officer, colleague
):
    north, south = busy
    with agency_context(roads):
        UnitMember.objects.create(unit=north, user=supervisor)
        UnitMember.objects.create(unit=north, user=colleague)
    elsewhere = held(roads, None, unit=south, assignee=officer)

    give(console, officer, colleague, elsewhere)

    assert holders(console, elsewhere) == [officer.pk]
    assert "1 skipped: not with this officer any more" in told(console, officer)


def test_an_absent_officer_is_not_offered_and_gets_nothing(
    console, supervisor, roads, officer, colleague
):
    reference = held(roads, officer)
    with agency_context(roads):
        Absence.objects.create(
            user=colleague, first_day=clock.today(), last_day=clock.today() + DAY
        )

    page = text_of(console.get(f"/dashboard/officers/{officer.pk}/"))
    give(console, officer, colleague, reference)

    assert f'<option value="{colleague.pk}">' not in page
    assert f'<option value="{supervisor.pk}">' in page
    assert holders(console, reference) == [officer.pk]


def test_the_weeks_count_what_came_in_was_answered_and_was_late_at_the_end(in_roads):
    officer = staff(in_roads, Role.AGENT, "officer@roads.example")
    now = clock.now()
    today = clock.civil_day(now)
    monday = today - today.weekday() * DAY

    def case(weeks_ago, due_weeks_ago, answered_weeks_ago=None):
        at = now - timedelta(weeks=weeks_ago)
        with clock.travel(at):
            reference = filed(in_roads).reference
        Complaint.objects.filter(reference=reference).update(
            due_on=monday - timedelta(weeks=due_weeks_ago) + DAY
        )
        if answered_weeks_ago is not None:
            with clock.travel(now - timedelta(weeks=answered_weeks_ago)):
                services.complaint_reply(
                    reference=reference, draft=REPLY, officer=officer, actor=officer_actor(officer)
                )
        return reference

    case(7, 3)  # late since three weeks ago, still open
    case(5, 4, 2)  # answered two weeks ago, late
    case(5, -9, 3)  # answered three weeks ago, in time
    case(0, -9)

    weeks = weekly_load(today=today, scope=WHOLE_AGENCY, user_id=0)

    assert [one.first_day for one in weeks] == [
        monday - timedelta(weeks=number) for number in range(7, -1, -1)
    ]
    assert [one.received for one in weeks] == [1, 0, 2, 0, 0, 0, 0, 1]
    assert [one.answered for one in weeks] == [0, 0, 0, 0, 1, 1, 0, 0]
    assert [one.open for one in weeks] == [1, 1, 3, 3, 2, 1, 1, 2]
    assert [one.late for one in weeks] == [0, 0, 0, 1, 2, 1, 1, 1]


def test_the_weeks_of_a_unit_leave_out_the_others(in_roads):
    own, other = (Unit.objects.create(name_ar="و", name_fr="U") for _number in range(2))
    for place in (own, other, None):
        Complaint.objects.filter(reference=filed(in_roads).reference).update(unit=place)

    scope = UnitScope(unit_ids=frozenset({own.pk}))
    weeks = weekly_load(today=clock.today(), scope=scope, user_id=0)

    assert (weeks[-1].received, weeks[-1].open) == (1, 1)


@pytest.mark.parametrize("number", [1, 6])
def test_the_page_asks_as_much_for_many_officers_and_cases_as_for_one(
    console, supervisor, roads, statement_count, number
):
    for one in range(number):
        person = staff(roads, Role.AGENT, f"one{one}@roads.example")
        held(roads, person, unit=unit(roads, person), **late())
    console.get("/dashboard/")

    with statement_count("console: the dashboard"):
        console.get("/dashboard/")
