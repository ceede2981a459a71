"""Errors, files and figures: what is not a page of a case says nothing of one."""

import csv
import io
import uuid
from datetime import timedelta

import pytest
from django.db import DatabaseError

from shared.kernel import clock
from shared.register.models import RegisterCase
from shared.register.services import register_project
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency
from tests.support.factories import filed
from tests.support.sampling import one_in
from tests.tenants.isolation.browsers import Browser, addresses
from tests.tenants.isolation.canaries import words_in

pytestmark = pytest.mark.django_db

PUBLIC = [one for one in addresses("config.urls_public") if one.route]
HOSTS = ["testserver", "dunes.testserver", "oversight.testserver", "nobody.testserver"]


@pytest.fixture
def figures(dunes, oases):
    """Four cases of the other agency and one of ours in the register, beside the canaries'."""
    for agency in (dunes, oases, oases, oases, oases):
        filed(agency)
    register_project(limit=1000)
    return {
        code: RegisterCase.objects.filter(agency_code=code).count() for code in ("dunes", "oases")
    }


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize(
    "path",
    ["/no-such-page/", "/cases/x/", "/api/v1/no-such/", "/fr/no-such/", "/%00", "/cases/%F0%9F/"],
)
def test_an_error_page_carries_no_word_of_any_agency(canaries, host, path):
    answer = Browser(host=host).get(path)

    assert 300 <= answer.status_code < 500
    assert words_in(answer) == set()


@pytest.mark.parametrize("failure", [RuntimeError, DatabaseError, KeyError])
def test_a_failure_that_names_another_agencys_word_does_not_pass_it_on(
    console, citizen, theirs, monkeypatch, failure
):
    def fail(*_given):
        raise failure(f"Key (email)=({theirs.word}) already exists in a_oases")

    monkeypatch.setattr("agency_console.access.views.agency_info", fail)
    monkeypatch.setattr("public_portal.statistics.api.agency_infos", fail)

    answers = [console.get("/"), citizen.get("/api/v1/statistics/")]

    assert [answer.status_code for answer in answers] == [500, 500]
    assert [words_in(answer) for answer in answers] == [set(), set()]
    assert not any(b"a_oases" in answer.content for answer in answers)


def test_an_agency_that_is_behind_says_so_without_a_word_of_its_own(console, dunes, mine):
    Agency.objects.filter(pk=dunes.pk).update(version="0" * 64)

    answers = [console.get("/"), console.get(f"/cases/{mine.reference}/")]

    assert [answer.status_code for answer in answers] == [503, 503]
    assert [words_in(answer) for answer in answers] == [set(), set()]


@pytest.mark.parametrize("address", one_in(3, PUBLIC), ids=lambda address: address.route)
def test_the_citizens_site_shows_no_word_of_any_agency(citizen, canaries, mine, address):
    values = {
        "code": mine.code,
        "agency_code": mine.code,
        "slug": "no-such",
        "visit_id": uuid.UUID(int=1),
        "key": "no-such",
        "token": mine.token,
        "attachment_id": mine.attachment_id,
        "file_id": mine.attachment_id,
    }
    path = address.path(values)

    answer = citizen.get(path)

    assert answer.status_code < 500
    assert words_in(answer) == set()
    assert not any(canary.betrayed_by(answer, asked=path) for canary in canaries.values())


def rows_of(answer):
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def counted(answer):
    """The number of requests that a file of figures speaks of."""
    return {int(cell) for row in rows_of(answer) for cell in row if cell.isdecimal()}


def test_the_file_of_ones_own_figures_counts_ones_own_cases(console, figures):
    assert figures == {"dunes": 3, "oases": 6}

    plain = console.get("/reports/download/")
    asked = console.get("/reports/download/?agency=oases&agency_code=oases")

    assert plain.status_code == 200
    assert 3 in counted(plain)
    assert 6 not in counted(plain)
    assert asked.content == plain.content
    assert "dunes" in plain["Content-Disposition"]


def test_the_public_file_says_the_same_to_everybody(console, citizen, figures):
    path = "/fr/statistics/figures.csv?agency=oases"
    console.host = "testserver"

    assert 6 in counted(citizen.get(path))
    assert console.get(path).content == citizen.get(path).content


def test_the_statistics_of_one_agency_are_the_same_with_a_session_of_another(
    console, citizen, figures
):
    path = "/api/v1/statistics/?agency=oases"
    on_the_console = console.get(path)
    console.host = "testserver"

    def said(browser):
        return {key: value for key, value in browser.get(path).json().items() if key != "as_of"}

    assert on_the_console.status_code == 404
    assert said(console) == said(citizen)
    assert said(citizen)["agency"] == "oases"
    assert words_in(citizen.get(path)) == set()


def test_inside_an_agency_the_register_holds_its_own_cases_alone(dunes, figures):
    assert RegisterCase.objects.count() >= 9

    with agency_context(dunes):
        assert set(RegisterCase.objects.values_list("agency_code", flat=True)) == {"dunes"}


def test_figures_of_the_past_are_ones_own_too(console, figures):
    day = (clock.today() - timedelta(days=400)).isoformat()

    answer = console.get(f"/reports/download/?from={day}&agency=oases&months=1")

    assert answer.status_code == 200
    assert 6 not in counted(answer)
