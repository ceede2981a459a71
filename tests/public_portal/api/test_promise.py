"""Four weeks after a reply that promises something, a programme says whether it was done."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.complaints import services
from shared.kernel import clock
from shared.kernel.actors import SYSTEM
from tenants.isolation.schema_switch import agency_context
from tests.public_portal.api.calls import fields
from tests.public_portal.tracking.visits import answer

pytestmark = pytest.mark.django_db

FILED = datetime(2026, 3, 1, 9, tzinfo=UTC)
ASKED = FILED + timedelta(days=28)


@pytest.fixture
def inside(caller, roads):
    """The programme with a token, after the reply and before anything was asked."""
    with clock.travel(FILED):
        receipt = caller.submit().json()
        answer(roads, receipt["reference"])
    with clock.travel(ASKED):
        caller.open(receipt)
        yield caller


@pytest.fixture
def asked(inside, roads):
    """The same, four weeks later."""
    with agency_context(roads):
        services.expired_deadlines_apply(actor=SYSTEM)
    return inside


@pytest.mark.parametrize("prefix", ["tracking/", "tracking/case/"])
@pytest.mark.parametrize("kept", [True, False])
def test_what_is_said_stands_in_the_case(asked, prefix, kept):
    assert asked.get("tracking/case/").json()["promise"] == {"kept": None}

    response = asked.post(f"{prefix}promise/", {"kept": kept})

    assert (response.status_code, response.json()["promise"]) == (201, {"kept": kept})
    assert response.json()["timeline"][-1]["kind"] == "promise_told"


def test_it_is_said_once(asked):
    asked.post("tracking/case/promise/", {"kept": False})

    again = asked.post("tracking/case/promise/", {"kept": True})

    assert (again.status_code, fields(again)) == (409, [("", "already_told")])
    assert asked.get("tracking/case/").json()["promise"] == {"kept": False}


def test_nothing_is_said_before_its_day(caller, roads):
    with clock.travel(FILED):
        receipt = caller.submit().json()
        answer(roads, receipt["reference"])
    with clock.travel(ASKED - timedelta(hours=1)):
        caller.open(receipt)
        early = caller.post("tracking/case/promise/", {"kept": True})

    assert (early.status_code, fields(early)) == (409, [("", "nothing_to_tell")])


@pytest.mark.parametrize("kept", ["yes", 1, None, [], "true"])
def test_only_true_and_false_are_answers(asked, kept):
    response = asked.post("tracking/case/promise/", {"kept": kept})

    assert response.status_code == 400
    assert [field for field, _code in fields(response)] == ["kept"]


def test_without_a_token_nothing_is_said(asked):
    token, asked.token = asked.token, ""

    assert asked.post("tracking/case/promise/", {"kept": True}).status_code == 401
    asked.token = token
    assert asked.get("tracking/case/").json()["promise"] == {"kept": None}
