"""C8 and fault 7: while the scanner is away a file is kept, and given to nobody."""

from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django_tasks_db.models import DBTaskResult

from shared.complaints.enums import ScanState
from shared.complaints.models import Attachment
from shared.complaints.services import attachments_scan, expired_deadlines_apply
from shared.files.errors import ScannerUnavailable
from shared.kernel.actors import SYSTEM
from tenants.isolation.schema_switch import agency_context
from tests.public_portal.tracking.visits import Visitor
from tests.shared.files.scanners import EICAR, stand_in
from tests.support.factories import filed
from tests.support.refused_forms import is_refused
from tests.support.samples import JPEG, PDF

pytestmark = pytest.mark.django_db

AWAY = "unix:///nowhere/clamd.ctl"
WICKED = EICAR
WAITS = "waits for the virus check: nobody can open it until then"


@pytest.fixture
def citizen(client, roads):
    """A citizen in the space of a request, in English."""
    client.defaults["HTTP_HOST"] = "testserver"
    visitor = Visitor(client=client, language="en")
    visitor.open(filed(roads).reference)
    return visitor


@pytest.fixture
def short(tmp_path_factory):
    """A folder whose path is short enough for a socket."""
    return tmp_path_factory.mktemp("s")


def sent(citizen, *contents, name="letter.pdf"):
    named = [("words.txt" if content == WICKED else name, content) for content in contents]
    files = [SimpleUploadedFile(*one) for one in named]
    return citizen.do("files/", uploads=files)


def rows(agency):
    with agency_context(agency):
        return list(Attachment.objects.order_by("at", "id"))


def tasks():
    return DBTaskResult.objects.filter(task_path__endswith="attachments_scan").count()


def opened(citizen, row):
    return citizen.see(f"case/files/{row.pk}/").status_code


def scan_now(agency):
    run: Any = attachments_scan.func
    return run(_schema=agency.schema_name)


def test_c8_without_a_scanner_a_citizen_reads_nothing_about_one(citizen, roads):
    sent(citizen, PDF)

    (row,) = rows(roads)
    assert row.scan == ScanState.NOT_SCANNED
    assert "scanned" not in citizen.see().content.decode()
    assert opened(citizen, row) == 200


def test_c8_a_virus_is_refused_and_the_other_files_are_kept(citizen, roads, settings, short):
    with stand_in(short) as (settings.CLAMD_URL, _scanner):
        page = sent(citizen, WICKED, PDF)

    assert is_refused(page)
    assert "A virus was found in this file" in page.content.decode()
    assert [(row.scan, row.size) for row in rows(roads)] == [(ScanState.CLEAN, len(PDF))]


def test_c8_what_is_scanned_is_what_is_kept(citizen, roads, settings, short):
    with stand_in(short) as (settings.CLAMD_URL, scanner):
        sent(citizen, JPEG, name="photo.jpg")

    (row,) = rows(roads)
    with default_storage.open(row.path) as stored:
        assert [stored.read()] == scanner.heard


def test_c8_while_the_scanner_is_away_a_file_is_kept_and_given_to_nobody(citizen, roads, settings):
    settings.CLAMD_URL = AWAY

    sent(citizen, PDF)

    (row,) = rows(roads)
    page = citizen.see().content.decode()
    assert (row.scan, tasks()) == (ScanState.PENDING, 1)
    assert WAITS in page
    assert f"files/{row.pk}/" not in page
    assert opened(citizen, row) == 409


def test_c8_when_it_is_back_the_file_is_released(citizen, roads, settings, short):
    settings.CLAMD_URL = AWAY
    sent(citizen, PDF)
    with pytest.raises(ScannerUnavailable):
        scan_now(roads)

    with stand_in(short) as (settings.CLAMD_URL, _scanner):
        assert (scan_now(roads), scan_now(roads)) == (1, 0)

    (row,) = rows(roads)
    assert (row.scan, opened(citizen, row)) == (ScanState.CLEAN, 200)


def test_c8_a_virus_that_is_found_later_is_deleted_and_said(citizen, roads, settings, short):
    settings.CLAMD_URL = AWAY
    sent(citizen, WICKED, PDF)
    with stand_in(short) as (settings.CLAMD_URL, _scanner):
        assert scan_now(roads) == 2

    hostile, harmless = rows(roads)
    assert (hostile.scan, harmless.scan) == (ScanState.INFECTED, ScanState.CLEAN)
    assert default_storage.exists(harmless.path)
    assert not default_storage.exists(hostile.path)
    assert opened(citizen, hostile) == 409
    assert "the file has been deleted" in citizen.see().content.decode()


def test_c8_the_upkeep_of_every_hour_sets_a_scan_going_that_has_given_up(citizen, roads, settings):
    settings.CLAMD_URL = AWAY
    sent(citizen, PDF)
    DBTaskResult.objects.all().delete()

    with agency_context(roads):
        expired_deadlines_apply(actor=SYSTEM)

    assert tasks() == 1


def test_c8_several_files_at_once_say_by_name_what_is_wrong_and_keep_the_rest(citizen, roads):
    page = citizen.do(
        "files/",
        uploads=[
            SimpleUploadedFile("one.pdf", PDF),
            SimpleUploadedFile("film.mp4", b"\0\0\0\x18ftypheic" + bytes(20)),
            SimpleUploadedFile("empty.pdf", b""),
        ],
    )

    said = page.context["attachment_form"].errors["uploads"]
    assert [line.partition(":")[0].strip("\u2068\u2069") for line in said] == [
        "film.mp4",
        "empty.pdf",
    ]
    assert [row.name for row in rows(roads)] == ["one.pdf"]


def test_c8_more_than_ten_at_once_are_refused_before_one_is_read(citizen, roads):
    page = sent(citizen, *[PDF] * 11)

    assert is_refused(page)
    assert rows(roads) == []


def test_c8_a_full_disk_is_said_and_leaves_nothing_behind(citizen, roads, settings):
    # A file stands where the folder should be.
    blocked = settings.MEDIA_ROOT.parent / f"{settings.MEDIA_ROOT.name}-full"
    blocked.write_text("")
    settings.MEDIA_ROOT = blocked
    try:
        page = sent(citizen, PDF)
    finally:
        blocked.unlink()

    assert is_refused(page)
    assert "Files cannot be kept just now" in page.content.decode()
    assert rows(roads) == []
