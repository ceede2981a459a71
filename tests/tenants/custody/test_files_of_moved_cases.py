"""A former holder of a case neither reads nor deletes its files, whatever its role writes."""

import logging

import pytest
from django.core.files.storage import default_storage
from django.db import connection

from agency_console.bulk_actions.enums import BulkActionKind, BulkState
from agency_console.bulk_actions.errors import ExportExpired
from agency_console.bulk_actions.models import BulkAction
from agency_console.bulk_actions.services.list_files import (
    bulk_export_delete,
    export_delete,
    list_file_read,
)
from shared.complaints import services
from shared.complaints.enums import ScanState
from shared.complaints.errors import AttachmentMissing
from shared.complaints.models import Attachment
from shared.complaints.services import files as file_services
from shared.complaints.services.draft_files import case_draft_file_remove
from shared.complaints.types import UploadedContent
from shared.files.types import Verdict
from shared.kernel import clock
from shared.kernel.identifiers import uuid7
from tenants.case_access import gateway
from tenants.custody.services.arbitration import arbitration_decide
from tenants.isolation.schema_switch import agency_context
from tests.shared.jobs.workers import run_queue
from tests.support.custody import DECISION, OVERSEER, hand_over, offer, request_filed
from tests.support.factories import staff
from tests.support.sampling import repeats
from tests.support.sessions import open_session

pytestmark = pytest.mark.django_db

BYTES = b"water in the cellar"


@pytest.fixture
def moved(roads, water):
    """A case with a file that roads has handed over to water; where the file was, and is."""
    one = request_filed(roads)
    gateway.attachment_add(
        token=one.token, upload=UploadedContent(name="cellar.txt", content=BYTES)
    )
    former = place_in(roads, one)
    hand_over(one, water)
    return one, former, place_in(water, one)


def place_in(agency, one):
    with agency_context(agency):
        return Attachment.objects.get(complaint__reference=one.reference).path


def read_by_the_citizen(one):
    (file,) = one.shown().attachments
    return gateway.attachment_read(token=one.token, attachment_id=str(file.id)).content


def row_laid(agency, path, **changes):
    """A row that the agency's own role adds to its own table, about a case of its own."""
    own = request_filed(agency)
    number = uuid7()
    with agency_context(agency), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO complaints_attachment (id, complaint_id, author, name, content_type,"
            " size, sha256, path, scan, question, at, draft_id)"
            " SELECT %s, id, 'agency', 'x.txt', 'text/plain', 1, %s, %s, %s, '', now(), %s"
            " FROM complaints_complaint WHERE reference = %s",
            [
                number,
                bytes(32),
                path,
                changes.get("scan", "clean"),
                changes.get("draft_id"),
                own.reference,
            ],
        )
    return own, number


@pytest.mark.parametrize("is_known", repeats([False, True], keep=1))
def test_former_holder_reads_no_file_by_a_row_of_its_own(roads, moved, is_known, caplog):
    one, former, present = moved
    own, number = row_laid(roads, present if is_known else former)

    with agency_context(roads):
        row = Attachment.objects.get(pk=number)
        with pytest.raises(AttachmentMissing):
            services.attachment_content(attachment=row)
    with pytest.raises(AttachmentMissing):
        gateway.attachment_read(token=own.token, attachment_id=str(number))

    assert read_by_the_citizen(one) == BYTES
    assert present not in caplog.text
    assert former not in caplog.text


def test_former_holder_reads_it_neither_on_a_page(client, roads, moved):
    _one, _former, present = moved
    own, number = row_laid(roads, present)
    officer = staff(roads)
    with agency_context(roads):
        open_session(client, officer)

    answer = client.get(
        f"/cases/{own.reference}/files/{number}/", headers={"host": "roads.testserver"}
    )

    assert answer.status_code == 409
    assert BYTES not in answer.content


@pytest.mark.parametrize("is_known", repeats([False, True], keep=1))
def test_former_holder_deletes_no_file_as_a_list(
    roads, moved, is_known, django_capture_on_commit_callbacks
):
    one, former, present = moved
    officer = staff(roads)
    with agency_context(roads):
        action = BulkAction.objects.create(
            id=uuid7(), officer=officer, kind=BulkActionKind.EXPORT, state=BulkState.DONE,
            path=present if is_known else former,
            case_ids=[], case_versions=[], arguments={}, skipped=[],
            created_at=clock.now(), changed_at=clock.now(), ended_at=clock.now(),
        )  # fmt: skip
        with pytest.raises(ExportExpired):
            list_file_read(action)
        bulk_export_delete.enqueue(action_id=str(action.pk))

    with django_capture_on_commit_callbacks(execute=True):
        run_queue()

    with agency_context(roads):
        assert BulkAction.objects.get().path == ""
    assert read_by_the_citizen(one) == BYTES


def test_no_list_is_the_file_of_a_case_of_ones_own(roads, django_capture_on_commit_callbacks):
    one = request_filed(roads)
    gateway.attachment_add(
        token=one.token, upload=UploadedContent(name="cellar.txt", content=BYTES)
    )
    officer = staff(roads)
    with agency_context(roads):
        action = BulkAction.objects.create(
            id=uuid7(), officer=officer, kind=BulkActionKind.EXPORT, state=BulkState.DONE,
            path=place_in(roads, one),
            case_ids=[], case_versions=[], arguments={}, skipped=[],
            created_at=clock.now(), changed_at=clock.now(), ended_at=clock.now(),
        )  # fmt: skip
        with django_capture_on_commit_callbacks(execute=True):
            export_delete(action_id=action.pk)

    assert read_by_the_citizen(one) == BYTES


@pytest.mark.parametrize("is_known", repeats([False, True], keep=1))
def test_former_holder_deletes_no_file_as_that_of_a_draft(roads, moved, is_known):
    one, former, present = moved
    draft = uuid7()
    _own, number = row_laid(roads, present if is_known else former, draft_id=draft)

    with agency_context(roads):
        case_draft_file_remove(draft_id=draft, attachment_id=number)

    assert read_by_the_citizen(one) == BYTES


@pytest.mark.parametrize("is_known", repeats([False, True], keep=1))
def test_former_holder_deletes_no_file_as_one_with_a_virus(roads, moved, is_known, monkeypatch):
    one, former, present = moved
    _own, number = row_laid(roads, present if is_known else former, scan=ScanState.PENDING)
    monkeypatch.setattr(file_services, "file_scan", lambda *_one, **_more: Verdict.INFECTED)

    with agency_context(roads):
        file_services.attachment_scan(attachment_id=number)

    assert read_by_the_citizen(one) == BYTES


def test_a_row_that_names_a_foreign_file_takes_nothing_along(roads, water, moved):
    one, _former, present = moved
    own, number = row_laid(roads, present)

    hand_over(own, water)

    with pytest.raises(AttachmentMissing):
        gateway.attachment_read(token=own.token, attachment_id=str(number))
    assert read_by_the_citizen(one) == BYTES


def test_the_log_names_the_agency_and_not_the_place(roads, moved, caplog):
    _one, _former, present = moved
    _own, number = row_laid(roads, present)
    with caplog.at_level(logging.ERROR), agency_context(roads):
        assert services.attachments_check().missing == (number,)
    assert "a row of a_roads names a place that is not its own" in caplog.text
    assert present not in caplog.text


def test_a_file_goes_along_and_back_and_is_read_after_each_move(roads, water, moved):
    one, former, present = moved
    # Whoever gets it back must be named by national oversight.
    assert offer(one, roads) is None
    arbitration_decide(
        reference=one.reference, organisation_code=roads.code, text=DECISION, actor=OVERSEER
    )
    assert one.holder == roads
    assert read_by_the_citizen(one) == BYTES
    assert place_in(roads, one) not in (former, present)
    assert not any(map(default_storage.exists, (former, present)))
