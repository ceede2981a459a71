"""A body that is read without the serializer has the values that the serializer gives it."""

import json
from contextlib import suppress

import pytest
from hypothesis import example, given, settings, strategies as st
from rest_framework.exceptions import ValidationError

from public_portal.intake.api import endpoints
from public_portal.intake.api.plain_body import plain_draft
from public_portal.intake.api.serializers import ComplaintSerializer
from shared.complaints.enums import Declaration, Kind, Language, PartyKind, Privacy
from shared.complaints.models import Complaint
from tenants.isolation.schema_switch import agency_context
from tests.public_portal.api.calls import COMPLAINT, fields

PERSON = {"name": "Une citoyenne", "email": "person@example.org"}
PLAIN = {
    "organisation": "roads",
    "kind": "complaint",
    "language": "fr",
    "privacy": "named",
    "subject": "Lampadaire en panne",
    "body": "Le lampadaire devant le numéro douze est en panne depuis le mois de mars.",
    "party": PERSON,
}
# Values of another type, and texts that a check refuses or changes.
STRANGE = st.one_of(
    st.sampled_from(
        [
            None, True, False, 0, 1, 7.5, [], {}, ["fr"], {"fr": 1}, "", " ", "\x00", "a\x00bcd",
            "\ud800 lone", "\u200b\u200b\u200b", "\x1b[1mbold", "line\r\nline\u2028line",
            "e\u0301 decomposed text of words", "x" * 64, "x" * 65, "x" * 200, "x" * 201,
            " x" * 100, "x" * 10_000, "x" * 10_001, "1899-12-31", "1900-01-01", "2024-02-30",
            "9999-01-01", "2024-2-3", "٢٠٢٤-٠١-٠١", "2024-01-01\n", "مرحبا بكم في البوابة الوطنية",
        ]
    ),
    st.text(max_size=40),
    st.text(alphabet="ab \t\n\r\x00\x85\u2028\ud800é\u0301\u200f", max_size=30),
)  # fmt: skip
EMAILS = st.one_of(
    STRANGE,
    st.emails(),
    st.from_regex(r"[a-z.\-]{1,6}@[a-z0-9.\-]{1,12}", fullmatch=True),
    st.sampled_from(
        [
            " person@example.org ", "person@localhost", '"a b"@example.org', "a..b@example.org",
            "a@-b.org", "a@b-.org", "a@b.o", "a@b.org.", "é@example.org", "a@é.org", "a@b.c1",
            "a@[127.0.0.1]", "a@b.org\n", f"{'a' * 65}@b.org", f"a@{'b' * 64}.org", "K@b.org",
            f"a@{'.'.join(['b' * 60] * 5)}.org", f"{'a' * 60}@{'.'.join(['b' * 60] * 4)}.org",
        ]
    ),
)  # fmt: skip


def codes(choices):
    return st.one_of(st.sampled_from(choices.values), STRANGE)


PARTIES = st.fixed_dictionaries(
    {},
    optional={
        "name": st.one_of(st.just("Une citoyenne"), STRANGE),
        "email": EMAILS,
        "phone": st.one_of(st.sampled_from(["", "0612345678", "٠٦١٢٣٤٥٦٧٨", "12"]), STRANGE),
        "national_id": st.one_of(st.sampled_from(["", "ab 123456", "!"]), STRANGE),
        "kind": codes(PartyKind),
        "more": STRANGE,
    },
)
CHANGES = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(
            ("organisation", "subject", "body", "category", "remedy", "place"), STRANGE
        ),
        "happened_on": STRANGE,
        "kind": codes(Kind),
        "language": codes(Language),
        "privacy": codes(Privacy),
        "party": st.one_of(PARTIES, STRANGE),
        "declarations": st.one_of(st.lists(codes(Declaration), max_size=6), STRANGE),
        "answers": st.one_of(st.just({}), st.just({"a": "b"}), STRANGE),
        "more": STRANGE,
    },
)


def by_serializer(content):
    """The draft that the serializer makes; ``None`` if it refuses the body."""
    serializer = ComplaintSerializer.checking(content)
    with suppress(ValidationError):
        serializer.is_valid(raise_exception=True)
        assert not serializer.validated_data.get("answers")
        return serializer.to_draft()
    return None


@settings(max_examples=400)
@given(
    changes=CHANGES,
    without=st.sets(st.sampled_from(sorted(PLAIN)), max_size=1),
)
@example(changes={}, without=set())
@example(changes={"privacy": "anonymous"}, without={"party"})
@example(changes={"privacy": "anonymous", "party": {"email": "a@"}}, without=set())
@example(changes={"party": {**PERSON, "email": "a@b.org\n"}}, without=set())
@example(changes={"party": {**PERSON, "email": ""}}, without=set())
@example(changes={"party": {"email": "person@example.org"}}, without=set())
@example(changes={"happened_on": "9999-01-01"}, without=set())
@example(changes={"happened_on": "1899-12-31"}, without=set())
@example(changes={"declarations": ["none", "none"] * 9}, without=set())
@example(changes={"subject": "\x1bab"}, without=set())
@example(changes={"subject": "ab"}, without=set())
@example(changes={"remedy": "a\r\nb\x1b", "place": "e\u0301"}, without=set())
@example(changes={"happened_on": "20240131"}, without=set())
@example(changes={"happened_on": "٢٠٢٤-٠١-٠١"}, without=set())
@example(changes={"place": "\ud800"}, without=set())
@example(changes={"place": "a  b"}, without=set())
@example(changes={"place": "x" * 201}, without=set())
@example(changes={"kind": True}, without=set())
def test_plain_body_has_the_values_of_the_serializer(changes, without):
    content = {**PLAIN, **changes}
    for name in without:
        del content[name]

    plain = plain_draft(content)

    if plain is not None:
        assert repr(plain) == repr(by_serializer(content))


@settings(max_examples=200)
@given(email=EMAILS)
def test_plain_email_is_accepted_by_the_serializer(email):
    content = {**PLAIN, "party": {**PERSON, "email": email}}

    plain = plain_draft(content)

    if plain is not None:
        assert repr(plain) == repr(by_serializer(content))


FULL = {
    "category": "", "remedy": "Réparer", "place": "Rabat", "happened_on": "2024-01-31",
    "declarations": [Declaration.values[0]],
    "party": {**PERSON, "phone": "0612345678", "national_id": "AB123456", "kind": "company"},
}  # fmt: skip


@pytest.mark.parametrize(
    "changes", [{}, FULL, {"body": "لم يتم إصلاح المصباح منذ شهر مارس أمام البيت"}]
)
def test_usual_body_is_read_without_the_serializer(changes):
    assert repr(plain_draft({**PLAIN, **changes})) == repr(by_serializer({**PLAIN, **changes}))


@pytest.mark.parametrize("content", [None, [], "x", 1, [PLAIN], {"answers": {}, **PLAIN}])
def test_other_json_is_left_to_the_serializer(content):
    assert plain_draft(content) is None


@pytest.fixture
def without_serializer(monkeypatch):
    """Make each use of the serializer fail."""

    def refuse(_content):
        raise AssertionError("the serializer was used")

    monkeypatch.setattr(ComplaintSerializer, "checking", refuse)


@pytest.mark.django_db
def test_usual_request_does_not_use_the_serializer(caller, without_serializer):
    assert caller.submit().status_code == 201


def headers(response):
    """The headers of an answer; REST framework lists methods in any order."""
    return {**response.headers, "Allow": {*response["Allow"].split(", ")}}


@pytest.mark.django_db
def test_answer_is_that_of_the_serializer(caller, roads, monkeypatch):
    plain = caller.submit()
    monkeypatch.setattr(endpoints, "plain_draft", lambda _content: None)
    usual = caller.submit()

    assert headers(plain) == headers(usual)
    assert [*plain.json()] == [*usual.json()]
    assert [type(one) for one in plain.json().values()] == [
        type(one) for one in usual.json().values()
    ]
    with agency_context(roads):
        kept = list(Complaint.objects.values("subject", "body", "channel", "party__email"))
    assert kept[0] == kept[1]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("text/plain", json.dumps(COMPLAINT).encode(), 415),
        ("application/json", json.dumps(COMPLAINT).encode("utf-16"), 400),
        ("application/json", b"\xef\xbb\xbf" + json.dumps(COMPLAINT).encode(), 400),
        ("application/json", b'{"a": NaN}', 400),
        ("application/json", b"[" * 60_000, 400),
        ("application/json", json.dumps(COMPLAINT).encode()[:-1], 400),
    ],
)
def test_body_that_is_no_plain_json_is_refused(caller, content_type, body, status):
    response = caller.client.generic("POST", "/api/v1/complaints/", body, content_type)

    assert response.status_code == status
    assert response.json()["errors"]


@pytest.mark.django_db
def test_long_body_is_left_to_rest_framework(caller, without_serializer):
    body = json.dumps(COMPLAINT) + " " * endpoints.MAX_PLAIN_BYTES

    with pytest.raises(AssertionError, match="the serializer was used"):
        caller.client.generic("POST", "/api/v1/complaints/", body, "application/json")


@pytest.mark.django_db
def test_error_of_a_plain_body_has_the_usual_shape(caller, without_serializer):
    response = caller.submit(organisation="nobody")

    assert response.status_code == 400
    assert [field for field, _code in fields(response)] == ["organisation"]
