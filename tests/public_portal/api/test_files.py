"""A request that comes with its files: all of it is filed once, or nothing."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django_tasks_db.models import DBTaskResult

from demo.sample_files import sample_receipt_pdf
from shared.catalogue.models import Category, Question
from shared.complaints.models import Attachment, Complaint
from shared.limits.models import Attempt
from tenants.case_access import gateway
from tenants.isolation.schema_switch import agency_context
from tenants.models import SubmissionKey
from tests.public_portal.api.calls import COMPLAINT, fields
from tests.shared.files.scanners import EICAR, stand_in
from tests.support.samples import JPEG, PDF, PNG, SECRET_PLACE, photo_with_place

pytestmark = pytest.mark.django_db

OTHER = sample_receipt_pdf(number="2", place="Rabat")


@pytest.fixture(autouse=True)
def storage(settings, tmp_path: Path) -> Path:
    """A storage of the test's own: what lies in it can be counted."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def upload(name="letter.pdf", content=PDF):
    return SimpleUploadedFile(name, content)


def send(caller, *files, key="", content=None, **parts):
    """File a complaint with files."""
    written = json.dumps(COMPLAINT | (content or {}))
    headers = {"Idempotency-Key": key} if key else {}
    return caller.client.post(
        "/api/v1/complaints/",
        {"complaint": written, "file": list(files), **parts},
        headers=headers | {"Accept-Language": "en"},
    )


def kept(agency):
    """Name, question, size and author of every file of an agency, in the order they came."""
    with agency_context(agency):
        rows = Attachment.objects.order_by("id")
        return list(rows.values_list("name", "question", "scan", "author"))


def filed(agency):
    with agency_context(agency):
        return Complaint.objects.count()


def stored(storage):
    return sorted(str(path.relative_to(storage)) for path in storage.rglob("*") if path.is_file())


@pytest.fixture
def lamps(db):
    """A category that asks for a photo, and for a word."""
    names = {f"name_{language}": "Lamps" for language in ("ar", "fr", "en")}
    category = Category.objects.create(code="lamps", kinds=["complaint"], position=1, **names)
    texts = {f"text_{language}": "Asked" for language in ("ar", "fr", "en")}
    for position, (code, kind) in enumerate((("photo", "file"), ("street", "text"))):
        Question.objects.create(category=category, code=code, kind=kind, position=position, **texts)


def test_files_go_along_and_their_owner_sees_them(
    caller, roads, water, storage, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        receipt = send(caller, upload(), upload("صورة.png", PNG))

    case = caller.open(receipt.json()).get("tracking/case/").json()
    assert receipt.status_code == 201
    assert [row["name"] for row in case["attachments"]] == ["letter.pdf", "صورة.png"]
    assert [author for *_rest, author in kept(roads)] == ["citizen", "citizen"]
    assert kept(water) == []
    with agency_context(roads):
        assert stored(storage) == sorted(Attachment.objects.values_list("path", flat=True))


def test_the_request_itself_may_come_as_a_file_of_its_own_type(caller, roads):
    written = SimpleUploadedFile("c.json", json.dumps(COMPLAINT).encode(), "application/json")

    assert send(caller, upload(), complaint=written).status_code == 201
    assert len(kept(roads)) == 1


def test_a_photo_loses_its_place_on_the_way(
    caller, roads, storage, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        send(caller, upload("photo.jpg", photo_with_place()))

    (path,) = stored(storage)
    assert SECRET_PLACE not in (storage / path).read_bytes()


@pytest.mark.usefixtures("lamps")
def test_a_file_answers_a_question_of_the_category(caller, roads):
    page = send(
        caller, upload(), content={"category": "lamps"}, **{"file.photo": upload("p.png", PNG)}
    )

    assert page.status_code == 201
    assert sorted(row[:2] for row in kept(roads)) == [("letter.pdf", ""), ("p.png", "photo")]


@pytest.mark.usefixtures("lamps")
@pytest.mark.parametrize("code", ["street", "nothing"])
def test_a_file_for_a_question_that_wants_none_is_refused(caller, roads, storage, code):
    name = f"file.{code}"

    page = send(caller, content={"category": "lamps"}, **{name: upload()})

    assert (page.status_code, fields(page)) == (400, [(name, "answer_unknown")])
    assert (filed(roads), stored(storage)) == (0, [])


@pytest.mark.parametrize(
    "parts", [{"photo": upload()}, {"file.": upload()}, {"file": "a text"}, {"file.x": "a text"}]
)
def test_nothing_that_was_sent_is_passed_over_in_silence(caller, roads, parts):
    page = send(caller, **parts)

    assert page.status_code == 400
    assert [field for field, _code in fields(page)] == list(parts)
    assert filed(roads) == 0


@pytest.mark.parametrize("written", [[], ["{}", "{}"]])
def test_the_request_itself_comes_once(caller, roads, written):
    page = send(caller, upload(), complaint=written)

    assert (page.status_code, fields(page)[0][0]) == (400, "complaint")


@pytest.mark.parametrize("written", ["", "{", "[1]", "null", "{}", "[" * 100_000, "\x00", "7"])
def test_what_is_no_request_is_refused(caller, roads, storage, written):
    page = send(caller, upload(), complaint=written)

    assert page.status_code == 400
    assert (filed(roads), stored(storage)) == (0, [])


@pytest.mark.parametrize("kind", ["multipart/form-data", "multipart/form-data; boundary=x"])
def test_a_form_that_cannot_be_read_is_refused(caller, roads, kind):
    page = caller.client.generic("POST", "/api/v1/complaints/", b"--y\r\n\r\n", content_type=kind)

    assert (page.status_code, filed(roads)) == (400, 0)


def test_what_is_wrong_with_each_file_is_said_and_nothing_is_filed(caller, roads, storage):
    page = send(
        caller,
        upload(),
        upload("empty.txt", b""),
        upload("clip.heic", b"\0\0\0\x18ftypheic" + bytes(20)),
    )

    assert fields(page) == [("file", "file_empty"), ("file", "file_heic")]
    assert [row["message"].split("\u2069")[0] for row in page.json()["errors"]] == [
        "\u2068empty.txt",
        "\u2068clip.heic",
    ]
    assert (filed(roads), stored(storage)) == (0, [])


def test_ten_files_are_taken_and_eleven_refused(caller, roads, storage):
    eleven = send(caller, *[upload(f"{n}.pdf") for n in range(11)])
    assert (eleven.status_code, fields(eleven)) == (409, [("", "too_many_attachments")])
    assert (filed(roads), stored(storage)) == (0, [])

    ten = send(caller, *[upload(f"{n}.pdf") for n in range(10)])

    assert ten.status_code == 201
    assert len(kept(roads)) == 10


def test_a_file_of_more_than_fifteen_megabytes_is_refused(caller, roads, storage):
    page = send(caller, upload("big.pdf", PDF + bytes(15 * 1024 * 1024)))

    assert fields(page) == [("file", "file_too_large")]
    assert (filed(roads), stored(storage)) == (0, [])


def test_the_same_key_files_once_and_keeps_the_files_once(caller, roads, storage):
    first = send(caller, upload(), upload("p.jpg", JPEG), key="k1")
    before = stored(storage)

    again = send(caller, upload(), upload("p.jpg", JPEG), key="k1")

    assert (again.status_code, again.json()) == (201, first.json())
    assert (filed(roads), len(kept(roads))) == (1, 2)
    assert stored(storage) == before


def test_the_same_key_again_examines_nothing(caller, roads, storage, settings):
    first = send(caller, upload(), upload("p.jpg", JPEG), key="k1")
    # What is examined is kept next: nothing could be kept there.
    (storage / "full").write_text("a file, no folder")
    settings.MEDIA_ROOT = storage / "full"

    again = send(caller, upload(), upload("p.jpg", JPEG), key="k1")
    other = send(caller, upload(), upload("p.jpg", PDF), key="k1")
    new = send(caller, upload(), key="k2")

    assert (again.status_code, again.json()) == (201, first.json())
    assert (other.status_code, fields(other)) == (409, [("", "idempotency_key_reused")])
    assert new.status_code == 503


def test_a_key_that_older_code_wrote_is_known_by_its_files(caller, roads, storage):
    first = send(caller, upload(), key="k1")
    SubmissionKey.objects.update(sent=None)

    again = send(caller, upload(), key="k1")

    assert (again.status_code, again.json(), filed(roads)) == (201, first.json(), 1)


@pytest.mark.parametrize(
    "files", [[], [upload("other.pdf")], [upload(content=OTHER)], [upload(), upload()]]
)
def test_the_same_key_with_other_files_is_a_conflict(caller, roads, storage, files):
    send(caller, upload(), key="k1")
    before = stored(storage)

    page = send(caller, *files, key="k1")

    assert (page.status_code, fields(page)) == (409, [("", "idempotency_key_reused")])
    assert (filed(roads), stored(storage)) == (1, before)


def test_a_repeat_is_not_counted_as_one_more(caller, settings):
    settings.TRUSTED_PROXIES = 1
    headers = {"X-Forwarded-For": "198.51.100.7", "Idempotency-Key": "k1"}
    for _time in range(3):
        caller.post("complaints/", COMPLAINT, **headers)

    assert set(Attempt.objects.values_list("count", flat=True)) == {1}


def test_a_refusal_of_the_domain_leaves_no_bytes(caller, storage):
    page = send(caller, upload(), content={"organisation": "nowhere"})

    assert fields(page) == [("organisation", "organisation_unknown")]
    assert stored(storage) == []


def test_bytes_stay_when_nobody_knows_whether_the_request_was_filed(caller, storage, monkeypatch):
    def lost(**_values):
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(gateway.services, "complaint_file", lost)

    with pytest.raises(OperationalError):
        send(caller, upload())

    # Under the name of the portal and that of the agency: whichever a row names, it is there.
    assert len({(storage / one).stat().st_ino for one in stored(storage)}) == 1


def test_what_waits_for_the_scanner_goes_along_and_is_scanned_there(caller, roads, settings):
    settings.CLAMD_URL = "unix:///nowhere/clamd.ctl"

    send(caller, upload())

    assert [scan for _name, _question, scan, _author in kept(roads)] == ["pending"]
    tasks = DBTaskResult.objects.filter(task_path__endswith="attachments_scan")
    assert [row.args_kwargs["kwargs"]["_schema"] for row in tasks] == [roads.schema_name]


def test_a_file_that_the_scanner_knows_stops_the_whole_request(caller, roads, storage, settings):
    with TemporaryDirectory() as folder, stand_in(folder) as (url, _scanner):
        settings.CLAMD_URL = url
        page = send(caller, upload(), upload("virus.txt", EICAR))

    assert fields(page) == [("file", "file_infected")]
    assert (filed(roads), stored(storage)) == (0, [])


def test_the_schema_says_how_files_are_sent(caller):
    schema = caller.client.get("/api/v1/schema/", headers={"accept": "application/json"}).json()

    content = schema["paths"]["/api/v1/complaints/"]["post"]["requestBody"]["content"]
    assert sorted(content) == ["application/json", "multipart/form-data"]
    whole = schema["components"]["schemas"]["Whole"]
    added = schema["components"]["schemas"]["Attachment"]["properties"]["file"]
    assert (added["type"], added["format"]) == ("string", "binary")
    assert whole["required"] == ["complaint"]
    assert whole["properties"]["file"]["items"] == {"type": "string", "format": "binary"}
    assert whole["properties"]["file"]["maxItems"] == 10
