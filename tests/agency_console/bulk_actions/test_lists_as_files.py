"""A list of cases as a file: what it holds, for whom, and for how long."""

import csv
import re
from datetime import timedelta
from io import BytesIO, StringIO
from typing import Any
from xml.etree.ElementTree import fromstring
from zipfile import ZipFile

import pytest
from django.core.files.storage import default_storage

from agency_console.bulk_actions.enums import BulkState
from agency_console.bulk_actions.models import BulkAction
from agency_console.bulk_actions.selectors import export_places
from agency_console.bulk_actions.services.list_files import export_delete
from agency_console.bulk_actions.services.runner import bulk_action_run
from shared.accounts.enums import Role
from shared.audit.models import AuditEntry
from shared.complaints.services import case_label, complaint_assign, label_create
from shared.files.examination import file_examine
from shared.kernel import clock
from shared.units.models import Unit, UnitMember
from tenants.agency_export.services.table_copy import LEFT_OUT
from tenants.fleet.services.file_places import files_named
from tenants.isolation.schema_switch import agency_context
from tests.agency_console.bulk_actions.conftest import path_of
from tests.agency_console.conftest import text_of
from tests.support.factories import filed, officer_actor

pytestmark = pytest.mark.django_db

FORMULA = '=HYPERLINK("https://example.org","x")'
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def rows_of(console, action, **parts):
    assert console.get(f"{path_of(action)}file/").status_code == 200
    return list(csv.reader(StringIO(console.received.decode("utf-8-sig"))))


def call(action) -> Any:
    return {"action_id": str(action.pk), "_schema": "a_roads"}


def grouped(reference):
    return " ".join(reference[start : start + 4] for start in range(0, 16, 4))


def test_csv_has_a_line_for_each_case_in_the_order_of_the_list(bulk, console, agent, references):
    with agency_context(console.agency):
        label = label_create(name="Clinic").pk
        hand = officer_actor(agent)
        case_label(reference=references[0], actor=hand, add=[label])
        complaint_assign(reference=references[0], officer=agent, actor=hand)

    action = bulk.done("export", which="matching", query="view=all", format="csv")

    heading, *lines = rows_of(console, action)
    assert len(heading) == 12
    # The latest first.
    assert [line[0] for line in lines] == [grouped(one) for one in reversed(references)]
    assert lines[-1][2] == "Lamp 0"
    assert lines[-1][9] == agent.name
    assert lines[-1][11] == "Clinic"
    case = console.case(references[0])
    assert lines[-1][5] == case.due_on.isoformat()


def test_no_cell_is_a_formula(bulk, console, agent, roads):
    for start in ("=1+1", "+1", "-1", "@SUM(A1)", FORMULA):
        filed(roads, subject=start)

    in_csv = bulk.done("export", which="matching", query="view=all", format="csv")
    in_xlsx = bulk.done("export", which="matching", query="view=all", format="xlsx")

    cells = [cell for line in rows_of(console, in_csv) for cell in line]
    assert [one for one in cells if one.startswith(("=", "+", "-", "@"))] == []
    assert f"'{FORMULA}" in cells
    console.get(f"{path_of(in_xlsx)}file/")
    with ZipFile(BytesIO(console.received)) as archive:
        sheet = fromstring(archive.read("xl/worksheets/sheet1.xml"))  # noqa: S314
    assert list(sheet.iter(f"{MAIN}f")) == []
    texts = {
        cell.get("t") for cell in sheet.iter(f"{MAIN}c") if "".join(cell.itertext()) == FORMULA
    }
    assert texts == {"inlineStr"}


def test_spreadsheet_is_one_that_the_portal_itself_would_accept(bulk, console, agent, references):
    action = bulk.done("export", references, format="xlsx")

    page = console.get(f"{path_of(action)}file/")

    assert page["Content-Disposition"].endswith('.xlsx"')
    assert page["Cache-Control"] == "no-store, private"
    found = file_examine(name="cases.xlsx", content=console.received)
    assert found.content_type.endswith("spreadsheetml.sheet")


def test_arabic_spreadsheet_begins_at_the_right_with_whole_references(bulk, console, agent, roads):
    reference = filed(roads, subject="مصباح <معطل> & \x0b").reference
    console.client.cookies["language"] = "ar"

    action = bulk.done("export", [reference], format="xlsx")

    console.get(f"{path_of(action)}file/")
    with ZipFile(BytesIO(console.received)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert 'rightToLeft="1"' in sheet
    assert f">{reference}</t>" in sheet
    fromstring(sheet)  # noqa: S314


def test_export_is_written_in_the_audit_log(bulk, console, agent, references):
    action = bulk.done("export", references, format="csv")

    with agency_context(console.agency):
        entry = AuditEntry.objects.get(action="bulk.export")
        assert (entry.actor_id, entry.subject) == (agent.pk, f"bulk action {action.pk}: 3 cases")


def test_only_its_officer_gets_the_file(bulk, console, agent, references):
    action = bulk.done("export", references, format="csv")
    console.sign_in_as(Role.ADMINISTRATOR)

    assert console.get(f"{path_of(action)}file/").status_code == 404


def test_cases_that_left_the_unit_are_not_in_the_file(bulk, console, agent, references):
    path = bulk.previewed("export", references, format="csv")
    with agency_context(console.agency):
        unit = Unit.objects.create(name_ar="a", name_fr="a", name_en="a")
        UnitMember.objects.create(unit=unit, user=agent)
        case = console.case(references[0])
        case.unit = unit
        case.save(update_fields=["unit"])

    console.post(f"{path}start/")

    action = bulk.row(path)
    assert (action.done, len(action.skipped)) == (1, 2)
    assert [line[0] for line in rows_of(console, action)[1:]] == [grouped(references[0])]


def test_file_is_not_given_after_a_day_and_then_deleted(bulk, console, agent, references):
    action = bulk.done("export", references, format="csv")
    with agency_context(console.agency):
        yesterday = clock.now() - timedelta(hours=24, minutes=1)
        BulkAction.objects.filter(pk=action.pk).update(ended_at=yesterday)
    assert default_storage.exists(action.path)

    page = console.get(f"{path_of(action)}file/")
    bulk.done("export", references, format="csv")

    assert page["Location"] == path_of(action)
    assert "file/" not in text_of(console.get(path_of(action)))
    assert bulk.row(path_of(action)).path == ""


def test_task_deletes_the_file(
    bulk, console, agent, references, django_capture_on_commit_callbacks
):
    action = bulk.done("export", references, format="csv")

    with agency_context(console.agency), django_capture_on_commit_callbacks(execute=True):
        assert export_delete(action_id=action.pk)

    assert not default_storage.exists(action.path)
    with agency_context(console.agency):
        assert not export_delete(action_id=action.pk)
        assert bulk_action_run.func(**call(action))


def test_file_is_destroyed_with_its_agency_and_travels_with_none(bulk, console, agent, references):
    action = bulk.done("export", references, format="csv")

    assert re.fullmatch(r"exports/[0-9a-f]{4}/[0-9a-f]{48}", action.path)
    with agency_context(console.agency):
        assert export_places() == [action.path]
    # It lives for a day; the sweeping of files takes what nobody names after a week.
    assert action.path not in files_named(prefix="exports/")
    assert "bulk_actions_bulkaction" in LEFT_OUT


def test_large_list_is_made_by_the_worker(bulk, console, agent, references, monkeypatch):
    monkeypatch.setattr("agency_console.bulk_actions.views.MAX_AT_ONCE", 2)

    action = bulk.done("export", references, format="csv")
    assert (action.state, action.path) == (BulkState.RUNNING, "")
    assert 'hx-trigger="every 1s"' in text_of(console.get(path_of(action)))

    with agency_context(console.agency):
        bulk_action_run.func(**call(action))

    assert bulk.row(path_of(action)).state == BulkState.DONE
