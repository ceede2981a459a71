import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from shared.complaints.models import Complaint
from tenants.isolation.schema_switch import agency_context
from tests.public_portal.api import corpus
from tests.public_portal.api.calls import COMPLAINT, fields
from tests.support.sampling import each_once

pytestmark = pytest.mark.django_db

MULTIPART = "multipart/form-data; boundary=x"
STRANGE: tuple[object, ...] = (None, 7, 1.5, True, [], {}, ["x"], {"x": "y"}, "\ud800 lone", "\x00")


def stored(agency):
    with agency_context(agency):
        return Complaint.objects.select_related("party").get()


def raw(caller, path, body, content_type="application/json"):
    return caller.client.generic("POST", f"/api/v1/{path}", body, content_type)


@pytest.mark.parametrize("kind", corpus.TEXTS_TO_REFUSE)
def test_a_body_that_is_no_text_is_refused_by_name(caller, kind):
    response = caller.submit(body=corpus.TEXTS_TO_REFUSE[kind])

    assert response.status_code == 400
    assert [field for field, _code in fields(response)] == ["body"]


@pytest.mark.parametrize("kind", corpus.by_class(corpus.TEXTS_TO_TAKE))
def test_a_strange_body_is_taken_as_text(caller, roads, kind):
    response = caller.submit(body=corpus.TEXTS_TO_TAKE[kind])

    assert response.status_code == 201
    assert "\x1b" not in stored(roads).body
    assert "\r" not in stored(roads).body


def test_arabic_is_stored_composed(caller, roads):
    caller.submit(body=corpus.ARABIC_DECOMPOSED)

    assert "آداب" in stored(roads).body


@pytest.mark.parametrize(
    ("name", "value"),
    each_once(["organisation", "kind", "subject", "body", "language", "privacy"], STRANGE),
)
def test_a_value_of_another_type_is_refused_by_name(caller, name, value):
    response = caller.submit(**{name: value})

    assert response.status_code == 400
    assert {field for field, _code in fields(response)} == {name}


@pytest.mark.parametrize(
    ("name", "value"),
    each_once(
        ["category", "remedy", "place", "party", "answers"],
        [7, 1.5, True, ["x"], "\ud800 lone", "\x00"],
    ),
)
def test_an_optional_value_of_another_type_is_refused_by_name(caller, name, value):
    response = caller.submit(**{name: value})

    assert response.status_code == 400
    assert {field.partition(".")[0] for field, _code in fields(response)} == {name}


def test_a_field_name_that_is_no_text_is_refused_too(caller):
    response = caller.submit(category="", answers={"\ud800": 7})

    assert response.status_code == 400


@pytest.mark.parametrize("email", corpus.EMAILS_TO_TAKE)
def test_every_real_email_address_is_taken(caller, roads, email):
    caller.submit(party={"name": "Test Person", "email": email})

    assert stored(roads).party.email == email


@pytest.mark.parametrize("email", corpus.EMAILS_TO_REFUSE)
def test_what_is_no_email_address_is_refused(caller, email):
    response = caller.submit(party={"name": "Test Person", "email": email})

    assert response.status_code == 400
    assert {field for field, _code in fields(response)} == {"party.email"}


@pytest.mark.parametrize("phone", corpus.PHONES_TO_TAKE)
def test_telephone_numbers_are_understood_as_people_write_them(caller, roads, phone):
    caller.submit(party={"name": "Test Person", "email": "p@example.ma", "phone": phone})

    assert stored(roads).party.phone == corpus.PHONES_TO_TAKE[phone]


@pytest.mark.parametrize("phone", corpus.PHONES_TO_REFUSE)
def test_what_is_no_telephone_number_is_refused(caller, phone):
    response = caller.submit(party={"name": "Test Person", "email": "p@example.ma", "phone": phone})

    assert fields(response) == [("party.phone", "invalid_phone")]


@pytest.mark.parametrize("number", corpus.NATIONAL_IDS_TO_TAKE)
def test_identity_numbers_are_understood_as_people_write_them(caller, roads, number):
    caller.submit(party={"name": "Test Person", "email": "p@example.ma", "national_id": number})

    assert stored(roads).party.national_id == corpus.NATIONAL_IDS_TO_TAKE[number]


@pytest.mark.parametrize("number", corpus.NATIONAL_IDS_TO_REFUSE)
def test_what_is_no_identity_number_is_refused(caller, number):
    response = caller.submit(
        party={"name": "Test Person", "email": "p@example.ma", "national_id": number}
    )

    assert fields(response) == [("party.national_id", "invalid_national_id")]


@pytest.mark.parametrize("name", corpus.NAMES_TO_TAKE)
def test_every_real_name_is_taken_as_it_is(caller, roads, name):
    caller.submit(party={"name": name, "email": "p@example.ma"})

    assert stored(roads).party.name == name


@pytest.mark.parametrize("name", corpus.NAMES_TO_REFUSE)
def test_what_is_no_name_is_refused(caller, name):
    response = caller.submit(party={"name": name, "email": "p@example.ma"})

    assert response.status_code == 400
    assert {field for field, _code in fields(response)} == {"party.name"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"nonsense",
        b"\xff\xfe\x00",
        b'{"body": NaN}',
        b"[" * 10_000 + b"]" * 10_000,
        b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        b'{"reference": ' + b"9" * 10_000 + b"}",
        b"[1, 2]",
        b'"text"',
        b"null",
        b"7",
    ],
    ids=["empty", "half", "no JSON", "no UTF-8", "NaN", "deep list", "deep object", "huge number",
         "a list", "a text", "null", "a number"],
)  # fmt: skip
@pytest.mark.parametrize("path", ["complaints/", "tracking/"])
def test_a_body_that_is_no_object_is_refused(caller, path, body):
    response = raw(caller, path, body)

    assert response.status_code == 400
    assert len(response.json()["errors"]) >= 1


def test_a_body_of_more_than_a_megabyte_is_refused(caller):
    body = json.dumps({**COMPLAINT, "body": "x" * 1_100_000}).encode()

    response = raw(caller, "complaints/", body)

    assert response.status_code == 400
    assert fields(response) == [("", "parse_error")]


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "multipart/mixed", "x"])
def test_another_kind_of_content_is_refused(caller, kind):
    response = raw(caller, "complaints/", b"x=1", content_type=kind)

    assert response.status_code == 415
    assert fields(response) == [("", "unsupported_media_type")]


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_another_method_is_refused(caller, method):
    response = caller.client.generic(method, "/api/v1/complaints/")

    assert response.status_code == 405
    assert fields(response) == [("", "method_not_allowed")]


def test_unknown_fields_are_left_aside(caller):
    assert caller.submit(status="closed", assignee=1, __class__="x").status_code == 201


@pytest.mark.parametrize("token", ["", "x", "x" * 5000, "é\u202e", "a b", "'; --"])
def test_a_token_that_was_never_given_opens_nothing(caller, token):
    response = caller.client.get(
        "/api/v1/tracking/case/", headers={"Authorization": f"Bearer {token}"}
    )

    assert response.status_code == 401
    assert response["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("header", ["", "Basic dXNlcjpwYXNz", "Token x", "bearer"])
def test_without_a_token_every_door_of_a_case_asks_for_one(caller, header):
    response = caller.client.get("/api/v1/tracking/case/", headers={"Authorization": header})

    assert response.status_code == 401
    assert fields(response) == [("", "not_authenticated")]


@pytest.mark.parametrize(
    "data",
    [
        {"resolved": "yes", "handling": 3},
        {"resolved": 1, "handling": 3},
        {"resolved": None, "handling": 3},
        {"resolved": True, "handling": "3"},
        {"resolved": True, "handling": 0},
        {"resolved": True, "handling": 6},
        {"resolved": True, "handling": 2**63},
        {"resolved": True, "handling": -1},
        {"resolved": True, "handling": 3.5},
        {"resolved": True, "handling": True},
        {"resolved": True, "handling": 3, "comment": "x" * 2001},
        {"resolved": True, "handling": 3, "comment": ["x"]},
        {},
    ],
)
def test_half_a_rating_is_refused(caller, data):
    caller.open(caller.submit().json())

    assert caller.post("tracking/case/rating/", data).status_code == 400


@pytest.mark.parametrize(
    "parts",
    [
        {},
        {"file": "a text"},
        {"file": SimpleUploadedFile("empty.pdf", b"")},
        {"file": SimpleUploadedFile("photo.jpg", b"MZ" + bytes(50))},
        {"other": SimpleUploadedFile("a.pdf", b"%PDF-1.7 %%EOF")},
    ],
    ids=["nothing", "text", "empty", "programme", "another field"],
)
def test_what_is_no_file_is_refused_by_name(caller, parts):
    caller.open(caller.submit().json())

    response = caller.send("tracking/case/attachments/", **parts)

    assert response.status_code == 400
    assert {field for field, _code in fields(response)} == {"file"}


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", MULTIPART),
        (b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\n', MULTIPART),
        (b"nonsense", MULTIPART),
        (b"nonsense", "multipart/form-data"),
        (b"", "multipart/form-data; boundary=" + "x" * 500),
    ],
)  # fmt: skip
def test_a_broken_multipart_form_is_refused(caller, body, kind):
    caller.open(caller.submit().json())

    response = caller.client.generic(
        "POST",
        "/api/v1/tracking/case/attachments/",
        body,
        kind,
        headers={"Authorization": f"Bearer {caller.token}"},
    )

    assert response.status_code == 400


def test_more_fields_than_a_form_may_have_are_refused(caller):
    caller.open(caller.submit().json())

    response = caller.send("tracking/case/attachments/", **{f"f{n}": "x" for n in range(1001)})

    assert response.status_code == 400
    assert len(response.json()["errors"]) == 1
