"""Both clocks in the citizen's space, day by day, and the list of those who looked."""

import html
import re
from datetime import UTC, date, datetime

import pytest
from django.test import Client

from shared.accounts.enums import Role
from shared.audit.services import audit_record
from shared.catalogue.models import Holiday
from shared.complaints import services
from shared.complaints.enums import CASE_VIEWED
from shared.kernel import clock
from shared.kernel.actors import CITIZEN
from tenants.isolation.schema_switch import agency_context
from tests.public_portal.tracking.visits import EMAIL, Visitor, answer, ask
from tests.support.factories import filed, officer_actor, staff

pytestmark = pytest.mark.django_db


def on(day):
    """The clock stands at that day of March 2026 (the 2nd is a Monday)."""
    return clock.travel(datetime(2026, 3, day, 10, tzinfo=UTC))


def text(page):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.content.decode())).split())


@pytest.fixture
def visitor():
    """A citizen who reads English: the words are those of the code."""
    return Visitor(client=Client(headers={"host": "testserver"}), language="en")


@pytest.fixture
def reference(roads, water):
    with on(2):
        filed(water)
        return filed(roads).reference


def seen(visitor, reference, day, path="case/"):
    with on(day):
        visitor.open(reference)
        return text(visitor.see(path))


def test_both_clocks_are_told_in_words(visitor, reference):
    page = seen(visitor, reference, 13)

    assert "Day 11 of 60 by law." in page
    assert "Working day 9 of the 20 promised working days." in page
    assert "1 May 2026 at the latest, by law 30 March 2026, as this administration promises" in page


def test_a_pause_says_since_when_and_why(visitor, reference, roads):
    with on(3):
        ask(roads, reference, "Which street?")

    page = seen(visitor, reference, 5)
    paused = "Paused since 3 March 2026, because your answer"

    assert f"Working day 1 of the 20 promised working days. {paused}" in page
    assert "An officer of Roads, who waits for your answer." in page
    assert "Waiting for your answer" in page
    assert "Waiting for the citizen" not in page


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (2, "The 20 promised working days begin on the next working day."),
        (30, "Working day 20 of the 20 promised working days."),
        (31, "Working day 21: the 20 promised working days have passed."),
    ],
    ids=["first-day", "last-day", "late"],
)
def test_the_promise_has_words_for_every_stage(visitor, reference, day, words):
    assert words in seen(visitor, reference, day)


def test_an_answered_request_says_on_which_working_day(visitor, reference, roads):
    with on(12):
        answer(roads, reference)

    page = seen(visitor, reference, 20)

    assert "Answered on day 10 of 60 by law." in page
    assert "Answered on working day 8 of the 20 promised working days." in page
    assert "as this administration promises" not in page


def test_a_reply_on_the_day_of_filing_names_no_day_zero(visitor, reference, roads):
    with on(2):
        answer(roads, reference)

    page = seen(visitor, reference, 20)

    assert "Answered on the same day; the law gives 60 days." in page
    assert "Answered before the first of the 20 promised working days." in page
    assert "day 0" not in page


def test_a_withdrawn_request_says_where_it_stopped(visitor, reference, roads):
    with on(5), agency_context(roads):
        services.complaint_withdraw(reference=reference, actor=CITIZEN)

    page = seen(visitor, reference, 20)

    assert "Stopped on working day 3 of the 20 promised working days." in page


def test_a_request_that_is_withdrawn_at_once_has_no_working_day_0(visitor, reference, roads):
    with on(2), agency_context(roads):
        services.complaint_withdraw(reference=reference, actor=CITIZEN)

    page = seen(visitor, reference, 20)

    assert "Withdrawn on the same day; the law gives 60 days." in page
    assert "Stopped before the first of the 20 promised working days." in page


def test_the_days_say_why_each_counts_or_not(visitor, reference, roads):
    Holiday.objects.create(
        key="feast", day=date(2026, 3, 5), name_ar="عيد", name_fr="Fête", name_en="The Feast",
        is_lunar=False, state="confirmed",
    )  # fmt: skip
    with on(3):
        ask(roads, reference, "Which street?")
    with on(6):
        visitor.open(reference)
        visitor.do("messages/", body="That one.")

    page = seen(visitor, reference, 9, "case/days/")

    rows = [
        "Monday 2 0 – Not counted: the day of filing",
        "Tuesday 3 1 1 Counted",
        "Wednesday 4 2 – Paused: your answer was awaited",
        "Thursday 5 3 – Not counted: The Feast",
        "Friday 6 4 – Paused: your answer was awaited",
        "Saturday 7 5 – Not counted: Saturday",
        "Sunday 8 6 – Not counted: Sunday",
        "Monday 9 7 2 Counted",
    ]
    assert " ".join(rows) in page
    assert "Counted: 2. Not counted: 4. Paused: 2. In all: 8." in page


def test_the_days_of_an_observation_have_no_number_by_law(visitor, roads):
    with on(2):
        observation = filed(roads, kind="observation").reference

    page = seen(visitor, observation, 3, "case/days/")

    assert "Tuesday 3 1 Counted" in page
    assert "By law" not in page


def test_a_second_round_is_set_apart(visitor, reference, roads):
    with on(5):
        answer(roads, reference)
    with on(9), agency_context(roads):
        services.complaint_reopen(reference=reference, body="No.", actor=CITIZEN)

    page = seen(visitor, reference, 10, "case/days/")

    first, second = page.split("After the re-opening")
    assert first.count("Not counted: the day of filing") == 1
    day = "Monday 9 0 – Not counted: the day of re-opening Re-opened: a new term begins"
    assert f"{day} Tuesday 10 1 1 Counted" in second


def test_who_looked_is_told_by_role_the_latest_first(visitor, reference, roads):
    with agency_context(roads):
        officer = staff(roads, Role.AGENT)
        for day in (3, 4):
            with on(day):
                audit_record(actor=officer_actor(officer), action=CASE_VIEWED, subject=reference)

    page = seen(visitor, reference, 5)

    assert "An officer of Roads 4 March 2026, 10:00 An officer of Roads 3 March 2026, 10:00" in page
    assert officer.name not in page


def test_nobody_sees_the_days_without_having_opened_the_request(visitor, reference):
    assert visitor.see("case/days/")["Location"] == "/en/track/"


def test_the_interface_gives_both_clocks_and_the_ledger(reference, roads):
    caller = Client(headers={"host": "testserver"})
    with on(3):
        ask(roads, reference, "Which street?")
    with on(4):
        halves = {"reference": reference, "email": EMAIL}
        token = caller.post("/api/v1/tracking/", halves, content_type="application/json").json()
        case = caller.get(
            "/api/v1/tracking/case/", headers={"authorization": f"Bearer {token['token']}"}
        ).json()

    assert case["working_clock"] == {
        "filed_on": "2026-03-02",
        "due_on": "2026-03-31",
        "term": 20,
        "counted": 1,
        "not_counted": 1,
        "paused": 1,
        "left": 19,
        "paused_since": "2026-03-03",
        "is_overdue": False,
    }
    assert [
        (one["day"], one["legal"], one["working"], one["reason"]) for one in case["ledger"]
    ] == [
        ("2026-03-02", 0, 0, "filing"),
        ("2026-03-03", 1, 1, "counted"),
        ("2026-03-04", 2, 1, "paused"),
    ]
