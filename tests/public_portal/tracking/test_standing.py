"""What the space says of where a request stands, in every state it can be in."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from shared.accounts.enums import Role
from shared.complaints import services
from shared.complaints.enums import Ground
from shared.complaints.types import RefusalDraft
from shared.kernel import clock
from shared.kernel.actors import CITIZEN
from tenants.isolation.schema_switch import agency_context
from tests.public_portal.tracking.mailbox import deliver
from tests.public_portal.tracking.visits import Visitor, answer, ask
from tests.support.factories import filed, officer_actor, staff

pytestmark = pytest.mark.django_db


FILED = datetime(2026, 3, 2, 10, tzinfo=UTC)
REFUSAL = RefusalDraft(
    ground=Ground.BEFORE_COURTS,
    explanation="A judge has this case now.",
    way_on="The court of appeal.",
)


def text(page):
    return page.content.decode()


def told(visitor):
    space = visitor.see().context["space"]
    return space.state_text.next


@pytest.fixture
def english():
    """A citizen who reads English: the words are those of the code."""
    return Visitor(client=Client(headers={"host": "testserver"}), language="en")


@pytest.mark.parametrize(
    ("resolved", "words"),
    [("yes", "You said that it is settled. If it"), ("no", "You said that it is not settled. You")],
)
def test_after_a_rating_nobody_is_asked_again_whether_it_is_settled(
    english, receipt, roads, resolved, words
):
    answer(roads, receipt.reference)
    english.open(receipt.reference, receipt.receipt_code)
    before = told(english)
    english.do("rating/", resolved=resolved, handling=4)

    assert before.startswith("Tell us whether it is settled.")
    assert told(english).startswith(words)


def test_the_space_shows_the_decision_and_what_the_citizen_said_of_it(english, receipt, roads):
    answer(roads, receipt.reference)
    english.open(receipt.reference, receipt.receipt_code)
    before = text(english.see())
    english.do("rating/", resolved="no", handling=2, comment="Still dark.")
    after = text(english.see())
    english.do("reopen/", reason="not_done", body="It is still dark.")
    space = english.see().context["space"]

    assert "Decision of the administration</dt><dd>Upheld" in before
    assert "What you said of the reply" not in before
    assert [part in after for part in ("<dd>No</dd>", "<dd>Bad</dd>", "Still dark.")] == [True] * 3
    assert space.decision == ""
    assert [(one.handling, one.is_earlier) for one in space.ratings] == [("Bad", True)]


def test_nobody_is_asked_whether_a_refusal_has_settled_it(english, receipt, roads):
    officer = staff(roads, role=Role.SUPERVISOR, email="chief@roads.example")
    with agency_context(roads):
        services.complaint_refuse(
            reference=receipt.reference,
            draft=REFUSAL,
            officer=officer,
            actor=officer_actor(officer),
        )
    english.open(receipt.reference, receipt.receipt_code)

    page = text(english.see())

    assert told(english).startswith("If you do not agree, you can re-open it until")
    assert "whether the matter is settled" not in page


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0, "Withdrawn on the same day; the law gives 60 days."),
        (12, "Withdrawn on day 12 of 60 by law."),
    ],
)
def test_the_clock_stands_at_the_day_of_the_withdrawal(english, roads, days, words):
    with clock.travel(FILED):
        receipt = filed(roads)
    with clock.travel(FILED + timedelta(days=days)), agency_context(roads):
        services.complaint_withdraw(reference=receipt.reference, actor=CITIZEN)
    with clock.travel(FILED + timedelta(days=70)):
        english.open(receipt.reference, receipt.receipt_code)
        page = english.see()

    look = page.context["space"].clock
    assert (look.words, look.elapsed, look.is_late, look.is_running) == (
        words, days, False, False,
    )  # fmt: skip
    assert "The clock never stops" not in text(page)


def test_the_question_names_the_last_day_for_the_answer_in_space_letter_and_rest(
    visitor, receipt, roads
):
    visitor.open(receipt.reference, receipt.receipt_code)
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
