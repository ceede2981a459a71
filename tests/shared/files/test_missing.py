"""A file whose bytes are gone is said to be missing, to whoever asks for it and to operators."""

import logging
from io import StringIO

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from prometheus_client import generate_latest

from public_portal.pages.selectors import fleet_state
from shared.accounts.enums import Role
from shared.complaints.enums import Author, ScanState
from shared.complaints.errors import AttachmentMissing
from shared.complaints.models import Attachment
from shared.complaints.services import attachment_add, attachment_content
from shared.complaints.types import UploadedContent
from shared.kernel.actors import CITIZEN
from tenants.fleet.enums import HealthIssue
from tenants.fleet.services.health.agency_list import agency_health
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency
from tests.agency_console.conftest import Console
from tests.public_portal.tracking.visits import Visitor
from tests.support.factories import filed
from tests.support.samples import PDF
from tests.support.sampling import repeats

pytestmark = pytest.mark.django_db

NAME = "witness.pdf"
HEADING = {
    "ar": "تعذر فتح هذا الملف",
    "fr": "Ce fichier ne peut pas être ouvert",
    "en": "This file cannot be opened",
}


def file_of(agency: Agency, reference: str) -> Attachment:
    """One file of a case."""
    upload = UploadedContent(name=NAME, content=PDF)
    with agency_context(agency):
        return attachment_add(
            reference=reference, upload=upload, author=Author.CITIZEN, actor=CITIZEN
        )


def row_of(agency: Agency, attachment: Attachment) -> Attachment:
    """The file as it stands in the database now."""
    with agency_context(agency):
        return Attachment.objects.get(pk=attachment.pk)


@pytest.mark.parametrize("language", repeats(["ar", "fr", "en"], keep=1))
def test_citizen_reads_that_a_file_is_missing_and_the_log_names_nobody(
    client, roads, language, caplog
):
    client.defaults["HTTP_HOST"] = "testserver"
    citizen = Visitor(client=client, language=language)
    citizen.open(filed(roads).reference)
    citizen.do("files/", uploads=[SimpleUploadedFile(NAME, PDF)])
    with agency_context(roads):
        attachment = Attachment.objects.get()
    default_storage.delete(attachment.path)

    with caplog.at_level(logging.ERROR):
        page = citizen.see(f"case/files/{attachment.pk}/")

    assert page.status_code == 409
    assert HEADING[language] in page.content.decode()
    assert [record.getMessage() for record in caplog.records] == [
        f"the file of attachment {attachment.pk} is missing: FileNotFoundError"
    ]
    assert row_of(roads, attachment).missing_since is not None


def test_officer_reads_that_a_file_is_missing(client, roads):
    console = Console(client=client, agency=roads)
    console.sign_in_as(Role.AGENT)
    console.client.cookies["language"] = "en"
    reference = filed(roads).reference
    attachment = file_of(roads, reference)
    default_storage.delete(attachment.path)

    page = console.get(f"/cases/{reference}/files/{attachment.pk}/")

    assert page.status_code == 409
    assert HEADING["en"] in page.content.decode()


def test_storage_that_cannot_be_read_is_a_missing_file_too(roads, settings, tmp_path):
    attachment = file_of(roads, filed(roads).reference)
    # As a folder that was not mounted, with a file in its place.
    (tmp_path / "media").write_text("")
    settings.MEDIA_ROOT = tmp_path / "media"

    with agency_context(roads), pytest.raises(AttachmentMissing):
        attachment_content(attachment=attachment)


def test_operators_see_missing_files_until_they_are_there_again(roads, water):
    kept, lost = (file_of(roads, filed(roads).reference) for _ in range(2))
    file_of(water, filed(water).reference)
    default_storage.delete(lost.path)
    said = StringIO()

    with pytest.raises(CommandError, match="1 files are missing"):
        call_command("check_files", stdout=said)

    assert said.getvalue().splitlines() == [
        f"roads: attachment {lost.pk} is missing",
        "roads: 2 files, 1 missing, 0 found again",
        "water: 1 files, 0 missing, 0 found again",
    ]
    assert row_of(roads, kept).missing_since is None
    assert HealthIssue.FILES in agency_health(code="roads").issues
    assert HealthIssue.FILES not in agency_health(code="water").issues
    assert b"insaf_files_missing 1.0" in generate_latest(fleet_state())

    with default_storage.open(lost.path, "wb") as stored:
        stored.write(PDF)
    said = StringIO()
    call_command("check_files", agency="roads", stdout=said)

    assert said.getvalue() == "roads: 2 files, 0 missing, 1 found again\n"
    assert row_of(roads, lost).missing_since is None
    assert HealthIssue.FILES not in agency_health(code="roads").issues


def test_a_file_with_a_virus_has_no_bytes_and_is_not_missing(roads):
    attachment = file_of(roads, filed(roads).reference)
    default_storage.delete(attachment.path)
    with agency_context(roads):
        Attachment.objects.update(scan=ScanState.INFECTED)

    call_command("check_files", agency="roads", stdout=StringIO())

    assert row_of(roads, attachment).missing_since is None
