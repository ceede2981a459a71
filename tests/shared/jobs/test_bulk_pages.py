"""Oversight makes many workspaces: a list, its check that makes nothing, the start, the faults."""

import csv
import re
from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shared.accounts.enums import Role
from shared.directory.models import Organisation
from shared.jobs.models import Job
from shared.jobs.selectors import job_summary
from shared.jobs.services.job_runner import job_next
from tenants.agencies.selectors import agency_infos
from tests.support.refused_forms import is_refused

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def communes(db):
    region = body("region-9", "region", "جهة سوس")
    province = body("province-9", "province", "إقليم تارودانت", parent=region)
    body("commune-1", "commune", "جماعة أولاد عيسى", parent=province)
    body("commune-2", "commune", "=cmd|'/C calc'!A0", parent=province)


def body(code, kind, name, **more):
    names = dict.fromkeys(("name_ar", "name_fr", "name_en"), name)
    return Organisation.objects.create(code=code, kind=kind, **names, **more)


def upload(browser, content):
    file = SimpleUploadedFile("communes.csv", content)
    return browser.post("/workspaces/bulk/", {"file": file}, headers={"accept-language": "en"})


def cells(response):
    text = response.content.decode("utf-8-sig")
    return list(csv.reader(StringIO(text)))


LIST = b"organisation;admin_email\ncommune-1;a@c1.example\nnobody;=HYPERLINK(1)\n"


@pytest.mark.parametrize(
    ("role", "status"), [(Role.ANALYST, 200), (Role.OPERATOR, 200), (Role.AGENT, 403)]
)
def test_who_decides_on_workspaces_may_make_many(signed_in, role, status):
    assert signed_in(role).get("/workspaces/bulk/").status_code == status


def test_the_template_of_a_region_can_be_sent_back_as_it_is_and_runs_no_formula(analyst):
    file = analyst.get("/workspaces/bulk/template.csv", {"region": "region-9"})

    assert [row[0] for row in cells(file)] == ["organisation", "commune-2", "commune-1"]
    assert cells(file)[1][1] == "'=cmd|'/C calc'!A0"
    checked = upload(analyst, file.content).content.decode()
    assert "Make 2 workspaces" in checked
    assert "No line has an error." in checked


@pytest.mark.parametrize("region", ["", "region-1", "commune-1"])
def test_a_region_that_is_none_is_asked_for_again(analyst, region):
    page = analyst.get(
        "/workspaces/bulk/template.csv", {"region": region}, headers={"accept-language": "en"}
    )

    assert page.status_code == 400
    assert "Choose a region." in page.content.decode()


def test_the_check_makes_nothing_and_names_each_fault_with_its_line(analyst):
    page = upload(analyst, LIST).content.decode()

    assert "Make 1 workspace<" in page
    assert re.findall(r'<th scope="row" class="numeric">(\d+)</th>', page) == ["3", "3"]
    assert "There is no such organisation." in page
    assert "This is not an e-mail address." in page
    assert not Job.objects.exists()


def test_the_faults_come_as_a_file_that_runs_no_formula(analyst):
    file = analyst.post(
        "/workspaces/bulk/faults.csv",
        {"content": LIST.decode()},
        headers={"accept-language": "en"},
    )

    assert cells(file) == [
        ["Line", "Column", "Value", "What is wrong"],
        ["3", "organisation", "nobody", "There is no such organisation."],
        ["3", "admin_email", "'=HYPERLINK(1)", "This is not an e-mail address."],
    ]


def test_starting_asks_for_the_work_and_its_page_tells_what_was_made(analyst):
    started = analyst.post("/workspaces/bulk/start/", {"content": LIST.decode()})
    going = analyst.get(started["Location"], headers={"accept-language": "en"}).content.decode()
    job_next(worker="w")
    over = analyst.get(started["Location"], headers={"accept-language": "en"}).content.decode()

    assert started["Location"] == f"/jobs/{Job.objects.get().pk}/"
    assert "If you cancel, the current one is completed and what has been created remains." in going
    assert "<strong>1</strong> workspace is made." in over
    assert "commune-1" in [one.code for one in agency_infos()]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "This file is empty."),
        (b"organisation\n\xff\xfe\n", "This is not a table that can be read."),
        (b"name\nx\n", "The first line must name the columns"),
        (b"organisation\n", "There is no line in this list"),
        (b"organisation\n" + b"x" * 400_001, "This list is too long"),
    ],
)
def test_a_file_that_is_no_list_is_refused_beside_its_field(analyst, content, words):
    page = upload(analyst, content)

    assert is_refused(page)
    assert words in page.content.decode()


@pytest.mark.parametrize("content", ["", "name\nx", "organisation\nnobody\n"])
def test_a_list_of_nothing_starts_nothing(analyst, content):
    answer = analyst.post("/workspaces/bulk/start/", {"content": content})

    assert (answer.status_code, answer["Location"]) == (302, "/workspaces/bulk/")
    assert not Job.objects.exists()


def long_list(faults=0):
    """A list of 120 bodies that exist, behind some lines about nobody."""
    known = [f"of-many-{number}" for number in range(120)]
    for code in known:
        body(code, "commune", f"جماعة {code}")
    strange = [f"nobody-{number}" for number in range(faults)]
    return "\n".join(["organisation", *strange, *known]).encode()


def test_of_a_long_list_the_first_lines_are_shown_and_all_are_made(analyst):
    page = upload(analyst, long_list()).content.decode()

    assert "Make 120 workspaces" in page
    assert page.count('<td class="numeric">') == 100
    assert "The first 100 lines of 120 are shown." in page
    content = re.findall(r'name="content" value="([^"]*)"', page)
    assert len(content) == 1
    analyst.post("/workspaces/bulk/start/", {"content": content[0]})
    assert len(Job.objects.get().arguments["rows"]) == 120


def test_of_many_faults_the_first_are_shown_and_all_come_as_a_file(analyst):
    page = upload(analyst, long_list(faults=110)).content.decode()
    content = re.findall(r'name="content" value="([^"]*)"', page)
    file = analyst.post("/workspaces/bulk/faults.csv", {"content": content[0]})

    assert page.count('<th scope="row" class="numeric">') == 100
    assert "The first 100 lines of 110 are shown." in page
    assert len(cells(file)) == 111


def test_of_many_refused_lines_the_first_are_shown_on_the_page_of_the_work(analyst):
    refused = [{"line": n, "code": f"c-{n}", "fault": "agency_code_taken"} for n in range(1_503)]
    address = analyst.post("/workspaces/bulk/start/", {"content": LIST.decode()})["Location"]
    Job.objects.update(result={"refused": refused})

    page = analyst.get(address, headers={"accept-language": "en"}).content.decode()

    assert page.count('<th scope="row" class="numeric">') == 100
    assert "The first 100 lines of 1503 are shown." in page
    links = re.findall(r'<a href="([^"]*)">Download these lines', page)
    file = cells(analyst.get(links[0], headers={"accept-language": "en"}))
    assert file[:2] == [
        ["Line", "Code", "What is wrong"],
        ["0", "c-0", "An administration with this code exists already."],
    ]
    assert (len(file), file[-1][:2]) == (1_504, ["1502", "c-1502"])


def test_the_refused_lines_as_a_file_run_no_formula(analyst):
    refused = [{"line": 7, "code": "=HYPERLINK(1)", "fault": "agency_code_taken"}]
    address = analyst.post("/workspaces/bulk/start/", {"content": LIST.decode()})["Location"]
    Job.objects.update(result={"refused": refused})

    assert cells(analyst.get(f"{address}refused.csv"))[1][:2] == ["7", "'=HYPERLINK(1)"]


def test_a_job_without_refused_lines_offers_no_file(analyst):
    address = analyst.post("/workspaces/bulk/start/", {"content": LIST.decode()})["Location"]

    assert "refused.csv" not in analyst.get(address).content.decode()


@pytest.mark.parametrize("role", [Role.AGENT, Role.CITIZEN])
def test_the_refused_lines_are_for_national_staff(signed_in, analyst, role):
    address = analyst.post("/workspaces/bulk/start/", {"content": LIST.decode()})["Location"]

    assert signed_in(role).get(f"{address}refused.csv").status_code in (302, 403)


@pytest.mark.parametrize("path", ["faults.csv", "start/"])
def test_address_of_a_form_leads_back_to_the_page_of_the_list(analyst, path):
    answer = analyst.get(f"/workspaces/bulk/{path}")

    assert (answer.status_code, answer["Location"]) == (302, "/workspaces/bulk/")


def test_how_far_a_list_is_follows_from_its_lines_alone(analyst):
    analyst.post("/workspaces/bulk/start/", {"content": LIST.decode()})
    Job.objects.update(state="running", step="make", done=300, total=1_500)

    assert job_summary(job_id=Job.objects.get().pk).percent == 20


def test_who_watches_the_work_does_not_read_its_list_each_second(analyst):
    address = analyst.post("/workspaces/bulk/start/", {"content": LIST.decode()})["Location"]

    with CaptureQueriesContext(connection) as asked:
        analyst.get(address)
        analyst.get("/jobs/")

    assert [one["sql"] for one in asked.captured_queries if '"arguments"' in one["sql"]] == []
