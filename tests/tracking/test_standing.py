"""What the space says of where a request stands, in every state it can be in."""

from datetime import UTC, datetime

import pytest

from shared.kernel import clock
from tests.tracking.mailbox import deliver
from tests.tracking.visits import ask

pytestmark = pytest.mark.django_db


def text(page):
    return page.content.decode()


def test_the_question_names_the_last_day_for_the_answer_in_space_letter_and_rest(
    visitor, receipt, roads
):
    visitor.open(receipt.reference)
    deliver(roads)
    with clock.travel(datetime(2026, 11, 26, 9, tzinfo=UTC)):
        ask(roads, receipt.reference, "Which street?")
    (letter,) = deliver(roads)
    token = visitor.client.session["tracking_token"]
    rest = visitor.client.get(
        "/api/v1/tracking/case/", headers={"authorization": f"Bearer {token}"}
    ).json()

    assert "avant le 11 décembre 2026 inclus" in text(visitor.see())
    for part in (letter.body, letter.alternatives[0].content):
        assert "avant le 11 décembre 2026 inclus" in part
    assert rest["answer_by"] == "2026-12-11"
    visitor.do("messages/", body="The street of the mosque.")
    assert visitor.see().context["space"].case.answer_by is None
