from datetime import datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext, override
from drf_spectacular.validation import validate_schema

from shared.kernel import clock
from shared.kernel.references import reference_make
from tests.public_portal.api.calls import Caller, fields
from tests.public_portal.tracking.visits import answer, ask
from tests.support.factories import BODY
from tests.support.samples import PDF
from tests.support.sampling import repeats

pytestmark = pytest.mark.django_db

EMAIL = "person@example.org"


@pytest.fixture
def receipt(caller):
    """A complaint to the roads; another one to the water stands beside it."""
    caller.submit(organisation="water", subject="Somebody else's water")
    return caller.submit().json()


@pytest.fixture
def inside(caller: Caller, receipt) -> Caller:
    """The programme with a token for the complaint to the roads."""
    return caller.open(receipt)


def case_of(caller):
    return caller.get("tracking/case/").json()


@pytest.mark.parametrize("half", ["email", "receipt_code"])
def test_both_pairs_bring_a_token_that_says_when_it_ends(caller, receipt, half):
    value = {"email": EMAIL, "receipt_code": receipt["receipt_code"]}[half]

    with clock.travel(clock.now()):
        response = caller.post("tracking/", {"reference": receipt["reference"], half: value})
        ends = clock.now() + timedelta(hours=8)

    assert response.status_code == 200
    assert sorted(response.json()) == ["expires_at", "scope", "token"]
    said = datetime.fromisoformat(response.json()["expires_at"])
    assert (said, said.utcoffset()) == (ends, ends.astimezone(clock.NATIONAL_ZONE).utcoffset())


def test_every_miss_gets_the_same_answer(caller, receipt):
    answers = [
        caller.post("tracking/", pair)
        for pair in (
            {"reference": reference_make(), "email": EMAIL},
            {"reference": receipt["reference"], "email": "someone@example.org"},
            {"reference": receipt["reference"], "receipt_code": "1234567890123456"},
            {"reference": reference_make(), "receipt_code": receipt["receipt_code"]},
        )
    ]

    assert {response.status_code for response in answers} == {404}
    assert len({response.content for response in answers}) == 1
    assert len({str(sorted(response.headers.items())) for response in answers}) == 1


def test_a_misread_digit_is_told_at_once(caller, receipt):
    wrong = receipt["reference"][:-1] + str((int(receipt["reference"][-1]) + 1) % 10)

    response = caller.post("tracking/", {"reference": wrong, "email": EMAIL})

    assert response.status_code == 400
    assert fields(response) == [("reference", "invalid_reference")]


def test_one_second_half_is_required(caller, receipt):
    response = caller.post("tracking/", {"reference": receipt["reference"]})

    assert response.status_code == 400
    assert [field for field, _code in fields(response)] == ["email"]


def test_too_many_failures_are_told_with_the_time_to_wait(caller, receipt):
    for number in range(10):
        pair = {"reference": receipt["reference"], "email": f"guess{number}@example.org"}
        caller.post("tracking/", pair)

    response = caller.post(
        "tracking/", {"reference": receipt["reference"], "email": "guess@example.org"}
    )

    assert response.status_code == 429
    assert fields(response) == [("", "too_many_attempts")]
    assert 0 < int(response["Retry-After"]) <= 3600


@pytest.mark.parametrize(
    ("proxies", "forwarded", "addresses"),
    repeats(
        [
            (0, ["1.1.1.1", "2.2.2.2"], 1),
            (1, ["1.1.1.1", "2.2.2.2"], 2),
            (1, ["9.9.9.9, 1.1.1.1", "8.8.8.8, 1.1.1.1"], 1),
            (2, ["1.1.1.1, 5.5.5.5", "2.2.2.2, 5.5.5.5"], 2),
            (1, ["2001:db8:1:2::1", "2001:db8:1:2:ffff::9"], 1),
            (1, ["2001:db8:1:2::1", "2001:db8:1:3::1"], 2),
        ],
        keep=4,
    ),
)
def test_the_address_that_is_counted_cannot_be_made_up(
    caller, settings, proxies, forwarded, addresses
):
    settings.TRUSTED_PROXIES = proxies
    moment = clock.now().replace(second=5)

    with clock.travel(moment):
        statuses = [
            caller.post(
                "tracking/",
                {"reference": reference_make(), "receipt_code": "1" * 16},
                **{"X-Forwarded-For": forwarded[number % 2]},
            ).status_code
            for number in range(40)
        ]

    assert statuses.count(404) == 20 * addresses


def test_the_case_says_where_it_stands(inside, receipt):
    case = case_of(inside)

    assert case["reference"] == receipt["reference"]
    assert case["status"] == "received"
    assert case["holder"] == {
        "code": "roads",
        "name": {"ar": "الطرق", "fr": "Routes", "en": "Roads"},
    }
    assert case["body"] == BODY
    assert case["due_on"] == receipt["due_on"]
    assert (case["clock"]["elapsed"], case["clock"]["left"]) == (0, 60)
    assert [event["kind"] for event in case["timeline"]] == ["received"]
    assert (case["messages"], case["attachments"], case["rating"]) == ([], [], None)


def test_a_token_opens_its_own_case_and_no_other(inside, caller, receipt):
    theirs = caller.submit(organisation="water", subject="Theirs").json()
    other = Caller(client=caller.client).open(theirs)

    assert case_of(other)["reference"] == theirs["reference"]
    assert case_of(inside)["reference"] == receipt["reference"]


def test_an_expired_token_opens_nothing(inside):
    with clock.travel(clock.now() + timedelta(hours=8, seconds=1)):
        response = inside.get("tracking/case/")

    assert response.status_code == 401
    assert fields(response) == [("", "token_not_found")]


@pytest.mark.parametrize("prefix", ["tracking/", "tracking/case/"])
def test_a_message_is_added_under_both_addresses(inside, prefix):
    response = inside.post(f"{prefix}messages/", {"body": "Still dark."})

    assert response.status_code == 201
    assert [(row["author"], row["body"]) for row in response.json()["messages"]] == [
        ("citizen", "Still dark.")
    ]


@pytest.mark.parametrize("body", ["", "  ", "\u200b", "x" * 10_001, None, 7, "\x00", "\ud800"])
def test_a_message_that_says_nothing_is_refused_by_name(inside, body):
    response = inside.post("tracking/case/messages/", {"body": body})

    assert response.status_code == 400
    assert {field for field, _code in fields(response)} == {"body"}


def test_a_file_is_added(inside):
    response = inside.send("tracking/case/attachments/", file=SimpleUploadedFile("lettre.pdf", PDF))

    assert response.status_code == 201
    assert [(row["name"], row["size"], row["scan"]) for row in response.json()["attachments"]] == [
        ("lettre.pdf", len(PDF), "not_scanned")
    ]


def test_notes_and_officers_stay_inside_the_administration(inside, receipt, roads):
    ask(roads, receipt["reference"], "Which street?")

    content = inside.get("tracking/case/").content.decode()

    assert "Which street?" in content
    assert "a note for colleagues" not in content
    assert "agent of roads" not in content


def test_a_reply_is_rated_once(inside, receipt, roads):
    answer(roads, receipt["reference"])

    first = inside.post("tracking/case/rating/", {"resolved": False, "handling": 2})
    second = inside.post("tracking/case/rating/", {"resolved": True, "handling": 5})

    assert first.status_code == 201
    assert (first.json()["rating"]["resolved"], first.json()["rating"]["handling"]) == (False, 2)
    assert second.status_code == 409
    assert fields(second) == [("", "already_rated")]


def test_nothing_can_be_rated_before_the_reply(inside):
    response = inside.post("tracking/case/rating/", {"resolved": True, "handling": 5})

    assert (response.status_code, fields(response)) == (409, [("", "nothing_to_rate")])


def test_reopening_takes_one_of_five_reasons(inside, receipt, roads):
    answer(roads, receipt["reference"])

    wrong = inside.post("tracking/case/reopen/", {"reason": "angry", "body": "No!"})
    right = inside.post("tracking/case/reopen/", {"reason": "wrong_facts", "body": "No lamp."})

    with override("fr"):
        reason = gettext("The facts in the reply are wrong")
    assert fields(wrong) == [("reason", "invalid_choice")]
    assert right.status_code == 200
    assert right.json()["status"] == "reopened"
    assert right.json()["messages"][-1]["body"] == f"{reason}\n\nNo lamp."


def test_reopening_what_was_not_answered_is_a_conflict(inside):
    response = inside.post("tracking/case/reopen/", {"reason": "other", "body": "Early."})

    assert (response.status_code, fields(response)) == (409, [("", "transition_not_allowed")])


def test_withdrawing_ends_the_case_once(inside):
    first = inside.post("tracking/case/withdraw/", {})
    second = inside.post("tracking/case/withdraw/", {})

    assert (first.status_code, first.json()["status"]) == (200, "withdrawn")
    assert second.status_code == 409


def test_no_answer_about_a_case_may_be_stored(inside):
    assert inside.get("tracking/case/")["Cache-Control"] == "no-store"


def test_the_schema_is_valid_and_names_every_door(caller):
    response = caller.client.get("/api/v1/schema/", headers={"accept": "application/json"})

    schema = response.json()
    validate_schema(schema)
    ours = ("/api/v1/complaints/", "/api/v1/tracking/")
    assert sorted(path for path in schema["paths"] if path.startswith(ours)) == [
        "/api/v1/complaints/",
        "/api/v1/tracking/",
        "/api/v1/tracking/attachments/",
        "/api/v1/tracking/case/",
        "/api/v1/tracking/joined/open/",
        "/api/v1/tracking/messages/",
        "/api/v1/tracking/parts/object/",
        "/api/v1/tracking/parts/open/",
        "/api/v1/tracking/promise/",
        "/api/v1/tracking/rating/",
        "/api/v1/tracking/reopen/",
        "/api/v1/tracking/review/",
        "/api/v1/tracking/withdraw/",
    ]
