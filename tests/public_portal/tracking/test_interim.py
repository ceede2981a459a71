"""FS12 and FS14 as the citizen sees them: the new day beside the legal one, and who was told."""

import html
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from shared.complaints import services
from shared.complaints.types import InterimDraft
from shared.kernel import clock
from shared.kernel.actors import SYSTEM
from tenants.isolation.schema_switch import agency_context
from tests.public_portal.tracking.mailbox import deliver
from tests.public_portal.tracking.visits import Visitor, answer
from tests.support.factories import filed, officer_actor, staff

pytestmark = pytest.mark.django_db

FILED, DUE = date(2026, 3, 2), date(2026, 5, 1)
DONE = "We measured the lamp and ordered the part."


def on(day, hour=10):
    return clock.travel(datetime(day.year, day.month, day.day, hour, tzinfo=UTC))


def text(page):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.content.decode())).split())


@pytest.fixture
def visitor():
    return Visitor(client=Client(headers={"host": "testserver"}), language="en")


@pytest.fixture
def receipt(roads):
    with on(FILED):
        return filed(roads)


@pytest.fixture
def interim(roads, receipt):
    """An interim reply of the tenth of March that announces the tenth of April."""
    officer = staff(roads)
    with on(date(2026, 3, 10)), agency_context(roads):
        services.interim_send(
            reference=receipt.reference,
            draft=InterimDraft(
                done=DONE,
                delay="The part is made abroad and comes in weeks.",
                until=date(2026, 4, 10),
            ),
            officer=officer,
            actor=officer_actor(officer),
            is_approved=False,
        )
    return receipt


def seen(visitor, receipt, day, path="case/"):
    with on(day):
        visitor.open(receipt.reference, receipt.receipt_code)
        return text(visitor.see(path))


def test_fs12_the_new_day_stands_beside_the_legal_one(visitor, interim):
    page = seen(visitor, interim, date(2026, 3, 11))

    assert "The administration announces a new date" in page
    assert "Reply at the latest by 1 May 2026" in page
    assert "Reply announced for 10 April 2026" in page
    assert DONE in page
    assert "1 May 2026 at the latest, by law" in page
    assert "The reply is announced for 10 April 2026 at the latest." in page
    assert "You were sent an interim reply with a new date" in page
    assert "Day 9 of 60 by law." in page


def test_fs12_the_page_says_that_the_day_has_passed(visitor, interim):
    page = seen(visitor, interim, date(2026, 4, 11))

    assert "It was announced for 10 April 2026" in page
    assert "The reply was announced for 10 April 2026. That day has passed without it." in page
    assert "Reply at the latest by 1 May 2026" in page


def test_after_the_reply_nothing_is_announced_any_more(visitor, roads, interim):
    with on(date(2026, 3, 20)):
        answer(roads, interim.reference)

    page = seen(visitor, interim, date(2026, 3, 21))
    assert "Announced in an interim reply" not in page
    assert "Reply announced for" not in page


@pytest.mark.parametrize(
    ("language", "said", "legal"),
    [
        ("ar", "10 أبريل 2026", "1 ماي 2026"),
        ("fr", "10 avril 2026", "1er mai 2026"),
        ("en", "10 April 2026", "1 May 2026"),
    ],
)
def test_fs12_the_letter_says_both_days_in_the_language_of_the_case(roads, language, said, legal):
    with on(FILED):
        receipt = filed(roads, language=language)
    officer = staff(roads)
    with on(date(2026, 3, 10)):
        deliver(roads)
        with agency_context(roads):
            services.interim_send(
                reference=receipt.reference,
                draft=InterimDraft(
                    done=DONE,
                    delay="The part is made abroad and comes in weeks.",
                    until=date(2026, 4, 10),
                ),
                officer=officer,
                actor=officer_actor(officer),
                is_approved=False,
            )
        letter = deliver(roads)[-1]

    for body in (letter.body, letter.alternatives[0].content):
        assert said in body
        assert legal in body
        assert DONE not in body
    assert letter.subject.startswith(receipt.reference)


def test_fs14_the_timeline_says_that_oversight_was_told_and_nothing_internal(
    visitor, roads, receipt
):
    for after in (-15, -5, 0, 1, 5, 15):
        with on(DUE + timedelta(after)), agency_context(roads):
            services.cases_escalate(actor=SYSTEM)

    page = seen(visitor, receipt, DUE + timedelta(16))

    assert "National oversight was told that the reply is late" in page
    assert "The legal deadline was reached" in page
    for words in ("First reminder", "Second reminder", "head of the unit", "head of the agency"):
        assert words not in page


def test_fs9_the_days_say_what_happened_and_count_on(visitor, roads, interim):
    for after in (-15, 0, 15):
        with on(DUE + timedelta(after)), agency_context(roads):
            services.cases_escalate(actor=SYSTEM)

    page = seen(visitor, interim, DUE + timedelta(16), "case/days/")

    assert "Interim reply: the reply is announced for 10 April 2026" in page
    assert "The last day of the legal term" in page
    assert "Overdue: brought to national oversight" in page
    assert "The administration was reminded" not in page
    assert "Day 76: the legal period of 60 days has passed." in page
