"""Many workspaces from one list: what is read, what is refused by line, what a stop leaves."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from shared.directory.models import Organisation
from shared.jobs.enums import JobState
from shared.jobs.models import Job
from shared.jobs.selectors import job_summary
from shared.jobs.services.job_runner import job_cancel, job_next
from shared.kernel.actors import SYSTEM
from tenants.agencies.selectors import agency_infos
from tenants.agencies.types import AgencyInfo
from tenants.fleet.errors import (
    BulkColumnsMissing,
    BulkFileEmpty,
    BulkFileTooLarge,
    BulkFileUnreadable,
)
from tenants.fleet.services.bulk_creation import COLUMNS, bulk_ask, bulk_read, template_rows
from tenants.fleet.services.provisioning import agency_record
from tenants.fleet.services.provisioning.steps import STEPS
from tenants.isolation.database_roles import application_login
from tenants.models import Agency
from tenants.models.enums import ProvisioningStep
from tests.support.processes import in_child, signed_in

pytestmark = pytest.mark.django_db

NAMES = {
    "commune-1": "جماعة أولاد عيسى",
    "commune-2": "جماعة تارودانت",
    "commune-3": "جماعة أكادير",
}


@pytest.fixture(autouse=True)
def communes(roads):
    """Three communes of a region, and one outside it."""
    region = body("region-9", "region", "جهة سوس")
    province = body("province-9", "province", "إقليم تارودانت", parent=region)
    for code, name in NAMES.items():
        body(code, "commune", name, parent=province)
    body("commune-far", "commune", "جماعة بعيدة")


def body(code, kind, name, **more):
    names = {"name_ar": name, "name_fr": f"{code} fr", "name_en": f"{code} en"}
    return Organisation.objects.create(code=code, kind=kind, **names, **more)


def read(text, encoding="utf-8"):
    return bulk_read(content=text.encode(encoding))


def faults(sheet):
    return [(one.line, one.column, one.value, one.code) for one in sheet.faults]


def codes(sheet):
    return [(row.line, row.order.info.code) for row in sheet.rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("mark", [",", ";"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_list_is_read_as_spreadsheets_write_it(encoding, mark, end):
    lines = [
        ["Organisation", "name_ar", "admin_email", "admin_name"],
        ["commune-1", NAMES["commune-1"], "a@c1.example", "أمينة"],
        ["", "", "", ""],
        ["commune-2", "ignored", "", ""],
    ]

    sheet = read(end.join(mark.join(line) for line in lines), encoding)

    assert faults(sheet) == []
    assert codes(sheet) == [(2, "commune-1"), (4, "commune-2")]
    first = sheet.rows[0].order
    assert (first.info.name_ar, first.admin.name) == (NAMES["commune-1"], "أمينة")
    assert sheet.rows[1].order.admin is None


def test_a_cell_of_two_lines_does_not_shift_the_numbers_of_the_next_ones():
    sheet = read('organisation,admin_name\ncommune-1,"Two\nlines"\nnobody,x\n')

    assert codes(sheet) == [(2, "commune-1")]
    assert faults(sheet) == [(4, "organisation", "nobody", "organisation_not_found")]


def test_every_fault_is_named_with_its_line_and_its_column(water):
    Organisation.objects.filter(code="commune-3").update(agency_code="water")
    refusal = {f"refusal_{language}": "No." for language in ("ar", "fr", "en")}
    court = body("court", "institution", "المحكمة", accepts=False, **refusal)

    sheet = read(
        "organisation,code,admin_email,admin_language\n"
        "commune-1,,a@b.example,fr\n"
        "commune-1,again,,\n"
        "commune-2,water,,\n"
        "commune-2,No Code,not an address,darija\n"
        "commune-3,,,\n"
        f"{court.code},,,\n"
        ",alone,,\n"
        f"commune-far,{'x' * 51},{'x' * 250}@b.example,\n"
        "commune-2,oversight,,\n"
    )

    assert codes(sheet) == [(2, "commune-1")]
    assert faults(sheet) == [
        (3, "organisation", "commune-1", "bulk_twice"),
        (4, "code", "water", "agency_code_taken"),
        (5, "organisation", "commune-2", "bulk_twice"),
        (5, "code", "No Code", "agency_code_shape"),
        (5, "admin_email", "not an address", "bulk_email"),
        (5, "admin_language", "darija", "bulk_language"),
        (6, "organisation", "commune-3", "organisation_taken"),
        (7, "organisation", "court", "organisation_not_served"),
        (8, "organisation", "", "organisation_not_found"),
        (9, "code", "x" * 51, "agency_code_shape"),
        (9, "admin_email", f"{'x' * 250}@b.example", "bulk_email"),
        (10, "organisation", "commune-2", "bulk_twice"),
        (10, "code", "oversight", "agency_code_reserved"),
    ]


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", BulkColumnsMissing),
        (b"name,code\nx,y\n", BulkColumnsMissing),
        (b"organisation\n\n,\n", BulkFileEmpty),
        ("organisation\nجماعة\n".encode("utf-16"), BulkFileUnreadable),
        ("organisation\nCommune d'Agadir é\n".encode("latin-1"), BulkFileUnreadable),
        (b"organisation\nx\0y\n", BulkFileUnreadable),
        (b"organisation\n" + b"x" * 140_000 + b"\n", BulkFileUnreadable),
        (b"organisation\n" + b"x\n" * 2_001, BulkFileTooLarge),
        (b"organisation\n" + b"x" * 400_001, BulkFileTooLarge),
    ],
)
def test_what_is_not_such_a_list_is_refused_whole(content, refusal):
    with pytest.raises(refusal):
        bulk_read(content=content)


def test_the_template_of_a_region_holds_its_communes_that_have_no_workspace(water):
    Organisation.objects.filter(code="commune-3").update(agency_code="water")

    rows = list(template_rows(region="region-9"))

    assert [row[0] for row in rows] == ["commune-1", "commune-2"]
    text = "\n".join([",".join(COLUMNS), *(",".join(row) for row in rows)])
    assert codes(read(text)) == [(2, "commune-1"), (3, "commune-2")]


def ask(text="organisation\ncommune-1\ncommune-2\ncommune-3\n"):
    return bulk_ask(rows=read(text).rows, actor=SYSTEM)


def made():
    return [one.code for one in agency_infos() if one.code.startswith("commune")]


def test_a_list_is_made_and_the_line_that_cannot_be_is_told_with_its_number():
    job = ask()
    # Between the asking and the making somebody took the name of the second line.
    names = dict.fromkeys(("name_ar", "name_fr", "name_en"), "taken")
    agency_record(info=AgencyInfo(code="commune-2", **names), actor=SYSTEM)

    done = job_next(worker="w")

    assert (done.id, done.state) == (job.id, JobState.DONE)
    assert made() == ["commune-1", "commune-3"]
    assert done.result["made"] == 2
    assert done.result["refused"] == [
        {"line": 3, "code": "commune-2", "fault": "agency_code_taken"}
    ]
    assert Agency.objects.get(code="commune-2").name_ar == "taken"


def test_a_line_that_fails_midway_leaves_nothing_of_itself(water):
    ask()
    Organisation.objects.filter(code="commune-2").update(agency_code="water")

    done = job_next(worker="w")

    assert [one["fault"] for one in done.result["refused"]] == ["organisation_taken"]
    assert made() == ["commune-1", "commune-3"]
    assert not Agency.objects.filter(code="commune-2").exists()


def test_cancelling_lets_the_workspace_in_hand_be_finished_and_makes_no_further_one(monkeypatch):
    job = ask()
    tables = STEPS[ProvisioningStep.TABLES]

    def cancelled_meanwhile(agency, order, actor):
        tables(agency, order, actor)
        job_cancel(job_id=job.id, actor=SYSTEM)

    monkeypatch.setitem(STEPS, ProvisioningStep.TABLES, cancelled_meanwhile)
    ended = job_next(worker="w")

    assert (ended.state, made()) == (JobState.CANCELLED, ["commune-1"])
    assert Agency.objects.filter(code__startswith="commune").count() == 1
    assert job_summary(job_id=job.id).result["made"] == 1


def test_the_command_checks_without_making_and_makes_when_asked(tmp_path, monkeypatch):
    # The check of the login ends with closing its connection, which here is the test's own.
    monkeypatch.setattr(connection, "close", lambda: None)
    file = tmp_path / "communes.csv"
    file.write_text("organisation;admin_email\ncommune-1;a@c1.example\nnobody;\n")
    out, err = StringIO(), StringIO()

    with pytest.raises(CommandError, match="1 faults"):
        call_command("create_agencies", str(file), dry_run=True, stdout=out, stderr=err)
    assert (made(), out.getvalue()) == ([], "1 can be made\n")
    assert err.getvalue() == "line 3: organisation 'nobody': There is no such organisation.\n"

    call_command("create_agencies", str(file), stdout=out, stderr=err)
    assert made() == ["commune-1"]
    assert out.getvalue().splitlines()[-1] == "1 made, 0 refused"


def test_the_command_makes_nothing_under_the_login_without_rights(tmp_path, monkeypatch):
    monkeypatch.setattr(connection, "close", lambda: None)
    file = tmp_path / "communes.csv"
    file.write_text("organisation\ncommune-alone\n")
    out = StringIO()
    # Committed, for the other login's transaction sees nothing of this one.
    assert in_child(lambda: body("commune-alone", "commune", "جماعة")) == 0
    try:
        with signed_in(application_login()), pytest.raises(SystemExit, match="owner's login"):
            call_command("create_agencies", str(file), stdout=out)
    finally:
        assert in_child(Organisation.objects.filter(code="commune-alone").delete) == 0

    assert out.getvalue() == "1 can be made\n"
    assert (made(), Job.objects.count()) == ([], 0)


def test_the_command_refuses_what_is_no_list(tmp_path):
    with pytest.raises(CommandError, match="unreadable"):
        call_command("create_agencies", str(tmp_path / "missing.csv"))
