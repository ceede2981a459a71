"""Files are shown inside the page of their case, where that is safe, and downloaded everywhere."""

import re

import pytest

from shared.complaints.enums import Author, ScanState
from shared.complaints.services import attachment_add
from shared.complaints.types import UploadedContent
from shared.kernel.actors import CITIZEN
from tenants.isolation.schema_switch import agency_context
from tests.agency_console.conftest import text_of
from tests.support import samples

PDF = UploadedContent(name="facture.pdf", content=samples.PDF)
PICTURE = UploadedContent(name="photo.png", content=samples.PNG)
TEXT = UploadedContent(name="page.txt", content=samples.TEXT)


def attached(console, reference, upload, scan=None):
    with agency_context(console.agency):
        file = attachment_add(
            reference=reference, upload=upload, author=Author.CITIZEN, actor=CITIZEN
        )
        if scan is not None:
            file.scan = scan
            file.save(update_fields=["scan"])
    return file


@pytest.mark.parametrize(
    ("upload", "shown", "kind"),
    [(PDF, "iframe", "application/pdf"), (PICTURE, "img", "image/png")],
)
def test_a_safe_file_is_shown_in_the_page(console, agent, reference, upload, shown, kind):
    file = attached(console, reference, upload)
    address = f"/cases/{reference}/files/{file.pk}/view/"

    page = text_of(console.get(f"/cases/{reference}/"))
    answer = console.get(address)

    assert re.search(rf'<{shown} src="{address}"', page)
    assert answer["Content-Type"] == kind
    assert answer["Content-Disposition"].startswith("inline")
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"].startswith("default-src 'none'")
    assert "script-src" not in answer["Content-Security-Policy"]


def test_any_other_file_is_downloaded_alone(console, agent, reference):
    file = attached(console, reference, TEXT)

    page = text_of(console.get(f"/cases/{reference}/"))

    assert f'href="/cases/{reference}/files/{file.pk}/"' in page
    assert f"{file.pk}/view/" not in page
    assert console.get(f"/cases/{reference}/files/{file.pk}/view/").status_code == 404


@pytest.mark.parametrize("kind", ["text/html", "image/svg+xml", "text/plain"])
def test_no_markup_is_shown_whatever_its_row_says(console, agent, reference, kind):
    file = attached(console, reference, PDF)
    with agency_context(console.agency):
        file.content_type = kind
        file.save(update_fields=["content_type"])

    assert console.get(f"/cases/{reference}/files/{file.pk}/view/").status_code == 404


@pytest.mark.parametrize("scan", [ScanState.PENDING, ScanState.INFECTED])
def test_a_file_that_may_hold_a_virus_is_not_shown(console, agent, reference, scan):
    file = attached(console, reference, PDF, scan)

    page = text_of(console.get(f"/cases/{reference}/"))

    assert f"{file.pk}/view/" not in page
    assert console.get(f"/cases/{reference}/files/{file.pk}/view/").status_code == 409


def test_only_the_page_of_a_case_may_show_frames_and_sound(console, agent, reference):
    of_case = console.get(f"/cases/{reference}/")["Content-Security-Policy"]
    of_inbox = console.get("/")["Content-Security-Policy"]

    assert ("frame-src 'self'" in of_case, "media-src 'self'" in of_case) == (True, True)
    assert ("frame-src" in of_inbox, "media-src" in of_inbox) == (False, False)


def test_the_paper_has_due_date_holder_and_party_and_notes_only_when_asked(console, mine, agent):
    console.client.cookies["language"] = "en"
    console.post(f"/cases/{mine}/note/", {"body": "Ask Karim first."})

    plain, with_notes = (
        text_of(console.get(f"/cases/{mine}/{query}")) for query in ("", "?notes=1")
    )

    (paper,) = re.findall(r'<dl class="print-only.*?</dl>', plain, re.DOTALL)
    assert [word in paper for word in ("Due date", agent.name, "Test Person")] == [True] * 3
    assert ("prints-notes" in plain, "prints-notes" in with_notes) == (False, True)
