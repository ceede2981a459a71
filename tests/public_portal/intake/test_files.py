"""C8: files wait with the answers, survive whatever happens on the way, and go along."""

import re
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django_tasks_db.models import DBTaskResult

from public_portal.intake.models import Draft, DraftFile
from public_portal.intake.selectors.drafts import form_draft_find
from public_portal.intake.services.drafts import answers_file, form_drafts_prune
from public_portal.intake.services.files import form_file_add, form_file_remove
from shared.complaints.enums import ScanState
from shared.complaints.models import Attachment
from shared.files.upload_storage import file_read
from shared.kernel import clock
from tenants.isolation.schema_switch import agency_context
from tests.public_portal.intake.journey import Citizen, errors_on, filed_in, summary_on, text
from tests.support.samples import JPEG, PDF, PNG, docx

pytestmark = pytest.mark.django_db


@pytest.fixture
def writer(citizen):
    """A citizen in English who has answered everything but the last questions."""
    citizen.language = "en"
    citizen.answer_all("privacy")
    return citizen


def upload(name="letter.pdf", content=PDF):
    return SimpleUploadedFile(name, content)


def add(writer, *files, button="add", query=""):
    url = f"{writer.url('files/')}{query}"
    return writer.post(url, {"uploads": list(files), button: "yes"})


def names_on(page):
    return re.findall(r"<li><span><bdi>(.*?)</bdi>", text(page))


def kept():
    return list(DraftFile.objects.order_by("at", "id"))


def paths():
    return [file.path for file in kept()]


def test_c8_files_stand_on_their_page_and_can_be_removed_one_by_one(writer):
    page = add(writer, upload(), upload("صورة.png", PNG), upload("photo.jpg", JPEG))
    assert page["Location"] == "/en/submit/files/#files"
    assert names_on(writer.see("files/")) == ["letter.pdf", "صورة.png", "photo.jpg"]
    stored = paths()

    writer.client.post(writer.url(f"files/{kept()[0].pk}/remove/"))

    assert names_on(writer.see("files/")) == ["صورة.png", "photo.jpg"]
    assert [default_storage.exists(path) for path in stored[1:]] == [True, True]


def test_c8_without_any_file_the_journey_goes_on(writer):
    page = writer.client.post(writer.url("files/"), {})

    assert page["Location"] == "/en/submit/privacy/"


def test_c8_files_that_are_chosen_are_kept_by_continue_and_by_later_too(writer):
    assert add(writer, upload("a.pdf"), button="go")["Location"] == "/en/submit/privacy/"
    assert add(writer, upload("b.pdf"), button="later")["Location"] == "/en/submit/later/"

    assert [file.name for file in kept()] == ["a.pdf", "b.pdf"]


def test_c8_what_is_wrong_is_said_by_name_and_nothing_else_is_lost(writer):
    add(writer, upload("before.pdf"))

    page = add(
        writer,
        upload("good.pdf"),
        upload("photo.heic", b"\0\0\0\x18ftypheic" + bytes(20)),
        upload("macros.docx", docx(**{"word/vbaProject.bin": "x"})),
        upload("empty.txt", b""),
        button="go",
    )

    assert page.status_code == 200
    assert names_on(page) == ["before.pdf", "good.pdf"]
    starts = [line.partition("\u2069: ")[0].lstrip("\u2068") for line in errors_on(page)]
    assert starts == ["photo.heic", "macros.docx", "empty.txt"]
    assert [target for target, _words in summary_on(page)] == ["id_uploads"] * 3


def test_c8_an_eleventh_file_is_refused_and_ten_stay(writer):
    add(writer, *[upload(f"{n}.pdf") for n in range(10)])

    page = add(writer, upload("11.pdf"))

    assert page.status_code == 200
    assert [file.name for file in kept()] == [f"{n}.pdf" for n in range(10)]


def test_c8_files_survive_the_way_back_and_an_error_on_another_page(writer):
    add(writer, upload())

    writer.see("wish")
    writer.answer("wish", language="xx")
    writer.answer("privacy", privacy="")
    writer.answer("wish")

    assert names_on(writer.see("files/")) == ["letter.pdf"]


def test_c8_the_check_page_names_the_files_and_leads_back_to_them(writer):
    writer.answer_all("check/")
    assert add(writer, upload("صورة.png", PNG), query="?change=1")["Location"] == (
        "/en/submit/files/?change=1#files"
    )

    page = text(writer.see("check/"))

    assert "صورة.png" in page
    assert 'href="/en/submit/files/?change=1"' in page


def test_c8_files_go_along_and_the_receipt_counts_them(writer, roads):
    add(writer, upload(), upload("photo.jpg", JPEG))
    stored = [file_read(path, owner="public") for path in paths()]

    receipt = writer.file()

    (complaint,) = filed_in(roads)
    with agency_context(roads):
        rows = [
            (row.name, file_read(row.path), row.author, row.at == complaint.received_at)
            for row in Attachment.objects.filter(complaint=complaint).order_by("id")
        ]
    assert rows == [
        ("letter.pdf", stored[0], "citizen", True),
        ("photo.jpg", stored[1], "citizen", True),
    ]
    assert kept() == []
    counted = re.findall(r"<dt>Files sent along</dt><dd><bdi.*?>(\d+)</bdi>", text(receipt))
    assert counted == ["2"]


def test_c8_sent_twice_it_is_one_complaint_with_its_files(writer, roads):
    add(writer, upload())
    writer.answer_all("check/")
    token = writer.client.session["draft"]
    as_looked_at = form_draft_find(token=token)

    first, second = answers_file(kept=as_looked_at), answers_file(kept=as_looked_at)

    assert first.reference == second.reference
    assert (first.is_repeat, second.is_repeat) == (False, True)
    with agency_context(roads):
        assert Attachment.objects.count() == 1


def test_c8_a_file_that_came_after_the_last_look_is_not_sent_unseen(writer, roads):
    writer.answer_all("check/")
    seen = writer.see("check/")
    add(writer, upload())

    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="(.*?)">', text(seen)))
    page = writer.post(writer.url("check/"), hidden)

    assert page.status_code == 200
    assert filed_in(roads) == []


@pytest.mark.django_db(transaction=False)
@pytest.mark.parametrize("way", ["discard", "prune"])
def test_c8_forgotten_answers_take_their_files_with_them(
    writer, way, django_capture_on_commit_callbacks
):
    add(writer, upload(), upload("b.pdf"))
    stored = paths()

    with django_capture_on_commit_callbacks(execute=True):
        if way == "discard":
            writer.client.post(writer.url("discard/"))
        else:
            Draft.objects.update(expires_at=clock.now() - timedelta(days=1))
            form_drafts_prune()

    assert kept() == []
    assert [default_storage.exists(path) for path in stored] == [False, False]


def test_c8_a_removed_files_bytes_are_deleted(writer, django_capture_on_commit_callbacks):
    add(writer, upload(), upload("b.pdf"))
    first, second = paths()

    with django_capture_on_commit_callbacks(execute=True):
        writer.client.post(writer.url(f"files/{kept()[0].pk}/remove/"))

    assert (default_storage.exists(first), default_storage.exists(second)) == (False, True)


def test_c8_nobody_removes_a_file_of_somebody_elses_answers(writer, client):
    add(writer, upload())
    stranger = Citizen(client=Client(headers={"host": "testserver"}), language="en")
    stranger.answer_all("privacy")

    stranger.client.post(stranger.url(f"files/{kept()[0].pk}/remove/"))

    assert names_on(writer.see("files/")) == ["letter.pdf"]
    assert names_on(stranger.see("files/")) == []


def test_c8_a_file_that_was_sent_cannot_be_taken_back(writer, roads):
    add(writer, upload())
    token, file = writer.client.session["draft"], kept()[0]
    writer.file()

    form_file_remove(token=token, file_id=file.pk)

    assert default_storage.exists(file.path)


def test_c8_a_file_without_answers_leads_to_the_first_question(citizen):
    page = citizen.client.post(citizen.url("files/"), {"uploads": [upload()]})

    assert page["Location"] == "/ar/submit/"
    assert kept() == []


def test_c8_a_file_answers_a_question_of_the_category(writer, roads):
    token = writer.client.session["draft"]

    form_file_add(token=token, upload=upload("plate.png", PNG), question="photo")
    writer.file()

    with agency_context(roads):
        assert [row.question for row in Attachment.objects.all()] == ["photo"]


def test_c8_a_file_that_waits_for_the_scanner_goes_along_and_is_scanned_there(
    writer, roads, settings
):
    settings.CLAMD_URL = "unix:///nowhere/clamd.ctl"
    add(writer, upload())
    assert "waits for the virus check" in text(writer.see("files/"))

    writer.file()

    with agency_context(roads):
        assert [row.scan for row in Attachment.objects.all()] == [ScanState.PENDING]
    tasks = DBTaskResult.objects.filter(task_path__endswith="attachments_scan")
    assert [row.args_kwargs["kwargs"]["_schema"] for row in tasks] == [roads.schema_name]


@pytest.mark.parametrize(
    "data",
    [
        {"uploads": "a text"},
        {"uploads": ["../../etc/passwd", "x"]},
        {"add": "yes"},
        {"add": "yes", "uploads": ""},
        {"later": "\x00"},
    ],
)
def test_c8_words_in_place_of_files_are_no_files(writer, data):
    page = writer.client.post(writer.url("files/"), data)

    assert page.status_code == 302
    assert kept() == []


def test_c8_only_the_pages_with_a_recorder_may_play_a_recording(writer):
    pages = {step: writer.see(step)["Content-Security-Policy"] for step in ("files/", "wish")}

    assert {step: "media-src 'self' blob:" in policy for step, policy in pages.items()} == {
        "files/": True,
        "wish": False,
    }


def test_c8_files_of_the_same_name_are_numbered(writer):
    add(writer, upload("a.png", PNG), upload("a.png", PNG))
    add(writer, upload("a.png", PNG))

    assert names_on(writer.see("files/")) == ["a.png", "a (2).png", "a (3).png"]
