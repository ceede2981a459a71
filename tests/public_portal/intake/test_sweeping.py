"""Bytes that nothing names go after a week; whatever a draft or a case names stays."""

import os
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import ProgrammingError, connection

from public_portal.intake.models import Draft, DraftFile
from public_portal.intake.selectors.drafts import form_draft_find
from public_portal.intake.services import files
from public_portal.intake.services.drafts import answers_file
from public_portal.intake.services.files import files_sweep, form_file_add
from public_portal.intake.tasks import sweep_files
from shared.complaints import services
from shared.complaints.enums import Author
from shared.complaints.models import Attachment
from shared.complaints.types import UploadedContent
from shared.files.storage_listing import SLICES
from shared.files.upload_storage import file_stored
from shared.kernel import clock
from shared.kernel.actors import CITIZEN
from tenants.isolation.database_roles import agency_role
from tenants.isolation.schema_switch import agency_context, as_owner
from tenants.models.enums import AgencyState
from tests.support.factories import filed
from tests.support.samples import PDF

pytestmark = pytest.mark.django_db

WEEK = timedelta(days=7)


@pytest.fixture(autouse=True)
def storage(settings, tmp_path: Path) -> Path:
    """A storage of the test's own: what lies in it can be counted."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def left(storage):
    return {str(path.relative_to(storage)) for path in storage.rglob("*") if path.is_file()}


def orphan():
    """Bytes whose row was never written, or is gone."""
    with file_stored(PDF) as path:
        return path


def of_a_draft(citizen, name="letter.pdf"):
    if not citizen.client.session.get("draft"):
        citizen.answer_all("check/")
    token = citizen.client.session["draft"]
    form_file_add(token=token, upload=SimpleUploadedFile(name, PDF))
    return DraftFile.objects.latest("at").path


def of_a_case(agency):
    reference = filed(agency).reference
    with agency_context(agency):
        return services.attachment_add(
            reference=reference,
            upload=UploadedContent(name="letter.pdf", content=PDF),
            author=Author.CITIZEN,
            actor=CITIZEN,
        ).path


def sweep(*, after=WEEK + timedelta(minutes=1)):
    """All of the storage, as if so much time had passed since everything was written."""
    with clock.travel(clock.now() + after):
        return sum(files_sweep(begins=begins) for begins in SLICES)


def test_what_nothing_names_goes_and_what_is_named_stays(citizen, roads, water, storage):
    kept = {of_a_draft(citizen), of_a_case(roads), of_a_case(water)}
    gone = {orphan() for _number in range(3)}
    assert left(storage) == kept | gone

    assert sweep() == 3

    assert left(storage) == kept
    assert sweep() == 0


def test_within_a_week_nothing_goes(storage):
    path = orphan()

    assert sweep(after=WEEK - timedelta(minutes=1)) == 0
    assert left(storage) == {path}


def test_the_bytes_of_answers_that_went_without_them_are_swept(citizen, storage):
    path = of_a_draft(citizen)
    # As when the process dies between the commit and the deleting of the bytes.
    Draft.objects.all().delete()
    assert left(storage) == {path}

    assert sweep() == 1
    assert left(storage) == set()


@pytest.mark.parametrize("state", [AgencyState.SUSPENDED, AgencyState.ARCHIVED])
def test_files_of_an_agency_stay_however_it_stands(roads, storage, state):
    path = of_a_case(roads)
    roads.state = state
    roads.version = "of another release"
    roads.save()

    assert sweep() == 0
    assert left(storage) == {path}


def test_a_file_that_is_being_sent_at_this_instant_stays(citizen, roads, storage):
    path = of_a_draft(citizen)
    token = citizen.client.session["draft"]
    kept = form_draft_find(token=token)
    sent: list[bool] = []

    def send_after_drafts_were_read(execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        if '"intake_draftfile"."path"::text LIKE' in sql and not sent:
            sent.append(True)
            answers_file(kept=kept)
        return result

    with connection.execute_wrapper(send_after_drafts_were_read):
        assert sweep() == 0

    assert sent == [True]
    with agency_context(roads):
        (row,) = Attachment.objects.all()
    # The draft's own place goes with the commit, which a test does not make.
    assert left(storage) == {path, row.path}


def test_a_file_that_is_sent_before_drafts_are_read_stays(citizen, roads, storage):
    path = of_a_draft(citizen)
    citizen.send()

    assert sweep() == 1
    with agency_context(roads):
        (row,) = Attachment.objects.all()
    assert left(storage) == {row.path} != {path}


def test_when_an_agency_cannot_be_read_nothing_goes(roads, storage):
    path = orphan()
    role = connection.ops.quote_name(agency_role(schema_name=roads.schema_name))
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(f'REVOKE SELECT ON "{roads.schema_name}".complaints_attachment FROM {role}')

    with pytest.raises(ProgrammingError):
        sweep()

    assert left(storage) == {path}


def test_nearly_all_of_many_is_no_leftover(storage, monkeypatch, caplog):
    monkeypatch.setattr(files, "MAX_SWEPT", 2)
    folder = storage / "attachments" / "abcd"
    folder.mkdir(parents=True)
    for _number in range(3):
        (folder / secrets.token_hex(16)).write_bytes(PDF)

    assert sweep() == 0
    assert len(left(storage)) == 3
    assert "3 of 3 files have no row" in caplog.text


def test_nothing_but_attachments_is_looked_at(storage):
    other = storage / "outbox" / "letter.eml"
    other.parent.mkdir()
    other.write_bytes(b"letter")
    os.utime(other, (0, 0))

    assert sweep() == 0
    assert other.is_file()


def test_in_sixteen_hours_the_task_comes_through_all_of_the_storage(storage):
    for number in range(16):
        folder = storage / "attachments" / f"{number:x}000"
        folder.mkdir(parents=True)
        (folder / secrets.token_hex(16)).write_bytes(PDF)
    start = clock.now() + WEEK + timedelta(minutes=1)

    run: Any = sweep_files.func
    swept = []
    for hour in range(16):
        with clock.travel(start + timedelta(hours=hour)):
            swept.append(run(_schema="public"))

    assert swept == [1] * 16
    assert left(storage) == set()
