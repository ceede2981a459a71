"""All agencies on one page: found, sorted, counted, and at a cost that does not grow with them."""

import csv
import html
import re
from io import StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shared.accounts.enums import Role
from shared.kernel import clock, zone_data
from shared.ui.dates import day_text
from tenants.billing.enums import EventState
from tenants.billing.models import Plan, StripeEvent, Subscription
from tenants.fleet.services.health.summary import zone_health
from tenants.fleet.services.health.usage import usage_measure
from tenants.isolation.leak_test import leak_test
from tenants.models import Agency, AgencyUsage
from tenants.models.enums import AgencyState, ProvisioningStep
from tests.support.factories import filed, staff
from tests.support.zone_files import zone_file

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(signed_in):
    """An operator of the platform."""
    return signed_in(Role.OPERATOR)


def rows(page):
    """The texts of each agency's row, without markup."""
    found = re.findall(r'<tr data-agency="([\w-]+)">(.*?)</tr>', page.content.decode(), re.DOTALL)
    return {
        code: [
            html.unescape(re.sub(r"<[^>]+>", "", cell)).strip()
            for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)
        ]
        for code, row in found
    }


def figures(page):
    """The numbers above the list, by their label."""
    found = re.findall(
        r'figure-value">([^<]*)</span> <span class="figure-label">([^<]*)', page.content.decode()
    )
    return {html.unescape(label): value for value, label in found}


def english(client, path):
    client.cookies["language"] = "en"
    return client.get(path)


@pytest.mark.parametrize("path", ["/agencies/", "/agencies.csv", "/agencies/roads/workspace/"])
def test_nobody_reads_it_without_signing_in(anybody, roads, path):
    answer = anybody.get(path)

    assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next={path}")


@pytest.mark.parametrize("role", [Role.ANALYST, Role.OPERATOR])
@pytest.mark.parametrize("path", ["/agencies/", "/agencies.csv", "/agencies/roads/workspace/"])
def test_analysts_and_operators_read_it(signed_in, roads, role, path):
    assert signed_in(role).get(path).status_code == 200


def test_an_operator_who_signs_in_comes_to_the_workspaces(operator, roads):
    answer = operator.get("/")

    assert (answer.status_code, answer["Location"]) == (302, "/agencies/")


def test_the_navigation_leads_nobody_to_a_closed_door(signed_in, anybody, roads):
    for role in (Role.ANALYST, Role.OPERATOR):
        client = signed_in(role)
        page = client.get("/agencies/").content.decode()
        nav = page[page.index("<nav") : page.index("</nav>")]
        for link in re.findall(r'href="([^"]+)"', nav):
            assert client.get(link).status_code == 200, (role, link)


def test_each_agency_stands_there_with_what_it_uses(operator, roads, water):
    filed(roads)
    staff(roads, Role.ADMINISTRATOR)
    names = {"name_ar": "x", "name_fr": "x", "name_en": "x"}
    plan = Plan.objects.create(code="town", kind="seats", lookup_key="town", **names)
    Subscription.objects.create(agency=roads, plan=plan, seats=7)
    usage_measure(agency=roads)
    AgencyUsage.objects.filter(agency=water).delete()

    page = rows(english(operator, "/agencies/"))

    roads_row, water_row = page["roads"], page["water"]
    assert roads_row[0].startswith("Roads")
    assert roads_row[1:12] == [
        "Active", "In order", "Nothing", "1", "7", "0\xa0bytes", "1", "0", "1", "0", "Current",
    ]  # fmt: skip
    assert water_row[3:5] == ["Not measured for several hours", "–"]


def test_the_head_counts_all_of_them_and_the_machine(operator, roads, water):
    Agency.objects.filter(pk=roads.pk).update(state=AgencyState.SUSPENDED)
    filed(water)
    leak_test()
    for number, state in enumerate((EventState.DEAD, EventState.APPLIED)):
        StripeEvent.objects.create(
            id=f"evt_{number}", type="x", created_at=clock.now(), received_at=clock.now(),
            payload={}, state=state,
        )  # fmt: skip

    page = english(operator, "/agencies/")

    shown = figures(page)
    assert (shown["Active"], shown["Suspended"], shown["Destroyed"]) == ("1", "1", "0")
    assert shown["Background processes that run"] == "0"
    assert shown["Events from Stripe that failed"] == "1"
    assert "Every attempt was refused" in page.content.decode()


def test_the_head_says_whose_zone_data_shows_other_hours(operator, tmp_path, monkeypatch):
    folder = zone_file(tmp_path, hours=7)
    monkeypatch.setattr(zone_data, "MACHINE_PATHS", ())
    zone_health.cache_clear()
    quiet = figures(english(operator, "/agencies/"))
    monkeypatch.setattr(zone_data, "MACHINE_PATHS", (folder,))
    zone_health.cache_clear()
    day = day_text(clock.today(), language="en")

    shown = figures(english(operator, "/agencies/"))

    zone_health.cache_clear()
    label = "From then on the server's time zone data shows other hours"
    assert shown[label].startswith(day)
    assert label not in quiet


def test_it_is_filtered_sorted_and_downloaded_by_the_same_question(operator, roads, water):
    Agency.objects.filter(pk=roads.pk).update(state=AgencyState.SUSPENDED)
    for agency in (roads, water):
        usage_measure(agency=agency)
    AgencyUsage.objects.filter(agency=water).update(open_cases=9)

    assert list(rows(english(operator, "/agencies/?state=suspended"))) == ["roads"]
    assert list(rows(english(operator, "/agencies/?q=eau"))) == ["water"]
    assert list(rows(english(operator, "/agencies/?order=open"))) == ["water", "roads"]
    assert rows(english(operator, "/agencies/?q=nobody")) == {}
    file = english(operator, "/agencies.csv?state=suspended").content.decode("utf-8-sig")
    lines = list(csv.DictReader(StringIO(file)))
    assert [(line["code"], line["state"]) for line in lines] == [("roads", "suspended")]


@pytest.mark.parametrize("query", ["state=no", "standing=__class__", "order=password", "page=-1"])
def test_a_question_that_means_nothing_is_no_failure(operator, roads, query):
    assert operator.get(f"/agencies/?{query}").status_code == 200
    assert operator.get(f"/agencies.csv?{query}").status_code in (200, 400)


@pytest.mark.slow
def test_two_thousand_agencies_cost_as_many_queries_as_two(operator, roads, water):
    queries = _queries(operator)
    names = {"name_ar": "إدارة", "name_fr": "Corps", "name_en": "Body"}
    Agency.objects.bulk_create(
        Agency(
            code=f"body-{number}", schema_name=f"a_body_{number}", version=roads.version,
            state=AgencyState.ACTIVE, step=ProvisioningStep.READY, **names,
        )
        for number in range(2_000)
    )  # fmt: skip
    made = Agency.objects.filter(code__startswith="body-")
    AgencyUsage.objects.bulk_create(
        AgencyUsage(
            agency=agency, staff=1, open_cases=1, late_cases=0, file_bytes=0, mails_waiting=0,
            mails_failing=0, measured_at=clock.now(),
        )
        for agency in made
    )  # fmt: skip

    assert _queries(operator) == queries
    page = english(operator, "/agencies/?page=3")
    assert (len(rows(page)), figures(page)["Active"]) == (50, "2002")


def _queries(client):
    with CaptureQueriesContext(connection) as seen:
        for query in ("", "?unhealthy=on", "?order=late&standing=paid"):
            client.get(f"/agencies/{query}")
    return len(seen)


def test_french_states_agree_with_one_workspace_or_several(operator, roads, water):
    Agency.objects.filter(pk=water.pk).update(state=AgencyState.SUSPENDED)
    operator.cookies["language"] = "fr"

    page = operator.get("/agencies/")

    choices = re.findall(
        r'<option value="(active|suspended|archived|destroyed)"[^>]*>([^<]*)',
        page.content.decode().partition('name="standing"')[0],
    )
    assert choices == [
        ("active", "Actifs"), ("suspended", "Suspendus"), ("archived", "Archivés"),
        ("destroyed", "Détruits"),
    ]  # fmt: skip
    assert figures(page)["Suspendus"] == "1"
    assert [rows(page)[code][1] for code in ("roads", "water")] == ["Actif", "Suspendu"]
