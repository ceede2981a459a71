"""A file is read through its own case, by who may read that case, and by no other way."""

import pytest
from django.core.files.storage import default_storage
from django.db import connection

from demo.sample_files import sample_receipt_pdf
from shared.complaints import services
from shared.complaints.enums import Author
from shared.complaints.errors import AttachmentNotFound
from shared.complaints.models import Attachment
from shared.complaints.types import UploadedContent
from shared.kernel.actors import CITIZEN
from tenants.agencies.selectors import agency_by_code
from tenants.case_access import gateway
from tenants.case_access.errors import TokenNotFound
from tenants.isolation.schema_switch import agency_context
from tests.support.factories import filed
from tests.support.samples import PDF
from tests.tenants.isolation.browsers import Browser
from tests.tenants.isolation.canaries import at_home, words_in

pytestmark = pytest.mark.django_db


def set_path(schema, attachment_id, path):
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {schema}.complaints_attachment SET path = %s WHERE id = %s",
            [path, attachment_id],
        )


def test_a_file_is_read_through_its_own_case(console, mine):
    answer = console.get(f"/cases/{mine.reference}/files/{mine.attachment_id}/")

    assert answer.status_code == 200
    assert at_home(answer, mine.code)
    assert answer["Content-Disposition"].startswith("attachment;")


@pytest.mark.parametrize(
    ("case", "file"), [("dunes", "oases"), ("oases", "dunes"), ("oases", "oases")]
)
def test_a_file_of_another_agency_is_found_by_no_address(console, canaries, case, file):
    address = f"/cases/{canaries[case].reference}/files/{canaries[file].attachment_id}/"

    answer = console.get(address)

    assert answer.status_code == 404
    assert words_in(answer) == set()


def test_a_citizen_reads_no_file_of_another_agency_with_a_token(mine, theirs):
    with pytest.raises(AttachmentNotFound):
        gateway.attachment_read(token=mine.token, attachment_id=theirs.attachment_id)


def test_a_citizen_reads_no_file_of_another_citizen_of_the_same_agency(citizen, dunes, mine):
    other = filed(dunes)
    with agency_context(dunes):
        upload = UploadedContent(
            name="theirs.pdf", content=sample_receipt_pdf(number="1", place="x")
        )
        row = services.attachment_add(
            reference=other.reference, upload=upload, author=Author.CITIZEN, actor=CITIZEN
        )
    citizen.post("/fr/track/", {"reference": mine.reference, "secret": mine.receipt_code})

    own = citizen.get(f"/fr/track/case/files/{mine.attachment_id}/")
    others = citizen.get(f"/fr/track/case/files/{row.pk}/")

    assert (own.status_code, others.status_code) == (200, 404)
    assert b"somebody else's" not in others.content


def test_a_citizens_browser_reads_no_file_of_another_agency(citizen, mine, theirs):
    citizen.post("/fr/track/", {"reference": mine.reference, "secret": mine.receipt_code})

    answer = citizen.get(f"/fr/track/case/files/{theirs.attachment_id}/")

    assert answer.status_code == 404
    assert words_in(answer) == set()


def test_without_a_token_no_file_is_read(citizen, mine):
    answer = citizen.get(f"/fr/track/case/files/{mine.attachment_id}/")

    assert (answer.status_code, answer["Location"]) == (302, "/fr/track/")
    with pytest.raises(TokenNotFound):
        gateway.attachment_read(token="", attachment_id=mine.attachment_id)


@pytest.mark.parametrize("host", ["testserver", "dunes.testserver", "oases.testserver"])
@pytest.mark.parametrize(
    "folder", ["", "media/", "static/", "static/../", "files/", "attachments/"]
)
def test_a_stored_file_has_no_address_of_its_own(mine, host, folder):
    answer = Browser(host=host).get(f"/{folder}{mine.path}")

    assert answer.status_code == 404
    assert words_in(answer) == set()


@pytest.mark.parametrize(
    "part",
    [
        "../../{path}",
        "..%2f..%2f{path}",
        "{path}",
        "{id}/../{id}",
        "{ID}%00",
        "%2e%2e/%2e%2e/etc/passwd",
    ],
)
def test_no_path_in_an_address_leads_out_of_the_case(console, mine, theirs, part):
    asked = part.format(path=theirs.path, id=theirs.attachment_id, ID=theirs.attachment_id.upper())

    answer = console.get(f"/cases/{mine.reference}/files/{asked}/")

    assert answer.status_code == 404
    assert words_in(answer) == set()


@pytest.mark.parametrize("path", ["../../../../../etc/passwd", "/etc/passwd"])
def test_a_path_that_leaves_the_folder_is_not_opened_though_it_stands_in_the_row(
    console, dunes, mine, path
):
    with agency_context(dunes):
        set_path(dunes.schema_name, mine.attachment_id, path)

    answer = console.get(f"/cases/{mine.reference}/files/{mine.attachment_id}/")

    assert answer.status_code == 409
    assert b"root:" not in answer.content


def test_the_places_of_files_are_random_and_name_neither_agency_nor_case(canaries):
    for canary in canaries.values():
        with agency_context(agency_by_code(canary.code)):
            paths = list(Attachment.objects.values_list("path", flat=True))
        assert len(set(paths)) == len(paths) == 2
        for path in paths:
            folder, two, rest = path.split("/")
            assert (folder, len(two), len(rest)) == ("attachments", 4, 48)
            assert canary.code not in path
            assert canary.reference not in path


def test_a_name_with_folders_in_it_stays_a_name(dunes):
    with agency_context(dunes):
        row = services.attachment_add(
            reference=filed_in(dunes),
            upload=UploadedContent(name="../../a_oases/x.pdf", content=PDF),
            author=Author.CITIZEN,
            actor=CITIZEN,
        )

    assert row.name == "x.pdf"
    assert default_storage.exists(row.path)


def filed_in(agency):
    return Attachment.objects.order_by("pk").first().complaint.reference
