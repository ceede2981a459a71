"""A reply that names a day: asked on that day, in the calendar, and said in the space."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import icalendar
import pytest
from django.test import Client

from shared.complaints import services
from shared.complaints.enums import EventKind, Outcome, Privacy, Status
from shared.complaints.models import ComplaintEvent
from shared.complaints.selectors import complaint_get, promises_to_ask
from shared.complaints.types import PartyDraft
from shared.kernel import clock
from shared.kernel.actors import CITIZEN, SYSTEM
from shared.register.models import RegisterCase
from shared.register.services import register_project
from tenants.isolation.schema_switch import agency_context
from tests.public_portal.tracking.mailbox import deliver, links_in
from tests.public_portal.tracking.visits import Visitor, answer
from tests.support.factories import REPLY, filed, officer_actor, staff

pytestmark = pytest.mark.django_db

FILED = datetime(2026, 3, 1, 9, tzinfo=UTC)
ANSWERED = FILED + timedelta(days=10)
DAY = date(2026, 5, 20)
NOON = datetime(2026, 5, 20, 12, tzinfo=UTC)
# 18:30 in Casablanca.
EVENING = datetime(2026, 5, 20, 17, 30, tzinfo=UTC)
PROMISE = replace(REPLY, remedy="The lamp is replaced by our workshop.", promised_on=DAY)


def keep(agency, at):
    with clock.travel(at), agency_context(agency):
        services.expired_deadlines_apply(actor=SYSTEM)


def kinds(agency, reference):
    with agency_context(agency):
        rows = ComplaintEvent.objects.filter(complaint__reference=reference)
        return list(rows.order_by("position").values_list("kind", flat=True))


def asked_times(agency, reference):
    return kinds(agency, reference).count(EventKind.PROMISE_ASKED)


def promised(agency, draft=PROMISE, **changes):
    """A request whose reply names the twentieth of May."""
    with clock.travel(FILED):
        receipt = filed(agency, **changes)
    with clock.travel(ANSWERED):
        answer(agency, receipt.reference, draft)
    return receipt


@pytest.fixture
def case(roads):
    return promised(roads)


# --- asked on the day --------------------------------------------------------------------------


def test_fc24_a_citizen_is_asked_on_the_named_day_once(case, roads):
    counts = []
    for at in (
        ANSWERED + timedelta(days=28),
        NOON - timedelta(days=1),
        NOON,
        EVENING,
        EVENING + timedelta(hours=1),
        EVENING + timedelta(days=5),
    ):
        keep(roads, at)
        counts.append(asked_times(roads, case.reference))

    # The case was closed by then: it is asked all the same, on the evening of the day and once.
    assert counts == [0, 0, 0, 1, 1, 1]
    assert kinds(roads, case.reference)[-2:] == [EventKind.CLOSED, EventKind.PROMISE_ASKED]


def test_the_letter_names_the_day_and_its_link_works_for_a_closed_case(visitor, case, roads):
    keep(roads, NOON)
    keep(roads, EVENING)
    with clock.travel(EVENING):
        message = deliver(roads)[-1]
        (link, _no) = [one for one in links_in(message) if "/promise/" in one]
    with clock.travel(EVENING + timedelta(days=29)):
        done = visitor.client.post(link, {"kept": "yes"})
        case_shown = visitor.see().context["space"].case

    assert "20 mai 2026" in message.body
    assert done["Location"] == "/fr/track/case/"
    assert (case_shown.status, case_shown.promise.kept) == (Status.CLOSED, True)


def test_after_a_short_stop_of_the_upkeep_it_is_asked_and_after_a_long_one_not(case, roads):
    other = promised(roads, replace(PROMISE, promised_on=DAY - timedelta(days=35)))

    keep(roads, EVENING + timedelta(days=10))

    assert [asked_times(roads, one.reference) for one in (case, other)] == [1, 0]


@pytest.mark.parametrize(
    ("changes", "is_asked"),
    [
        ({"privacy": Privacy.ANONYMOUS, "party": PartyDraft()}, False),
        ({"party": PartyDraft(name="Test Person", phone="0612345678")}, False),
        (
            {
                "privacy": Privacy.CONFIDENTIAL,
                "party": PartyDraft(name="Test Person", phone="0612345678"),
            },
            False,
        ),
        (
            {
                "privacy": Privacy.CONFIDENTIAL,
                "party": PartyDraft(name="Test Person", email="person@example.org"),
            },
            True,
        ),
    ],
    ids=["anonymous", "telephone", "confidential-telephone", "confidential-email"],
)
@pytest.mark.parametrize("draft", [PROMISE, REPLY], ids=["day", "no day"])
def test_nobody_without_an_address_is_asked(roads, changes, is_asked, draft):
    receipt = promised(roads, draft, **changes)
    asked_at = EVENING if draft.promised_on else ANSWERED + timedelta(days=28)

    keep(roads, asked_at)

    assert asked_times(roads, receipt.reference) == is_asked
    with clock.travel(asked_at):
        letters = [one for one in deliver(roads) if "/promise/" in one.body]
    assert len(letters) == is_asked


def test_who_has_said_it_already_is_not_asked(visitor, case, roads):
    with clock.travel(NOON):
        visitor.open(case.reference, case.receipt_code)
        visitor.do("promise/", kept="yes")

    keep(roads, EVENING)

    assert asked_times(roads, case.reference) == 0


def test_after_a_reopening_nobody_is_asked_and_a_new_reply_names_a_new_day(visitor, case, roads):
    with clock.travel(ANSWERED + timedelta(days=5)):
        visitor.open(case.reference, case.receipt_code)
        visitor.do("reopen/", reason="other", body="This is not what I asked for.")
    with agency_context(roads):
        cleared = complaint_get(reference=case.reference).promised_on
    keep(roads, EVENING)
    before = asked_times(roads, case.reference)
    other = staff(roads, email="other@roads.example")
    with clock.travel(EVENING), agency_context(roads):
        services.complaint_reply(
            reference=case.reference,
            draft=replace(PROMISE, promised_on=DAY + timedelta(days=10)),
            officer=other,
            actor=officer_actor(other),
        )
    keep(roads, EVENING + timedelta(days=9))
    early = asked_times(roads, case.reference)
    keep(roads, EVENING + timedelta(days=10))

    assert (cleared, before, early) == (None, 0, 0)
    assert asked_times(roads, case.reference) == 1


def test_a_reply_that_does_not_uphold_announces_no_day(roads):
    receipt = promised(roads, replace(PROMISE, outcome=Outcome.NOT_UPHELD))

    keep(roads, EVENING)

    with agency_context(roads):
        case = complaint_get(reference=receipt.reference)
    assert (case.promised_on, asked_times(roads, receipt.reference)) == (None, 0)


def test_asking_many_costs_no_more_queries_to_find_them_than_asking_one(
    roads, django_assert_num_queries
):
    promised(roads)
    with agency_context(roads), django_assert_num_queries(2):
        one = promises_to_ask(at=EVENING)
    hidden = {"privacy": Privacy.CONFIDENTIAL}
    for _ in range(3):
        promised(roads)
        promised(roads, **hidden)
    with agency_context(roads), django_assert_num_queries(3):
        many = promises_to_ask(at=EVENING)

    assert (len(one), len(many)) == (1, 7)


# --- said in the space -------------------------------------------------------------------------


def test_an_anonymous_citizen_says_it_from_the_day_on(visitor, roads):
    receipt = promised(roads, privacy=Privacy.ANONYMOUS, party=PartyDraft())
    pages = []
    for at in (NOON - timedelta(days=1), NOON):
        with clock.travel(at):
            visitor.open(receipt.reference, receipt.receipt_code)
            early = visitor.do("promise/", kept="no").status_code
            pages.append((early, visitor.see().context["space"].case.promise))

    assert [status for status, _promise in pages] == [200, 302]
    assert (pages[0][1], pages[1][1].kept) == (None, False)


def test_the_page_names_the_day_and_asks_on_it(visitor, case):
    with clock.travel(NOON - timedelta(days=1)):
        visitor.open(case.reference, case.receipt_code)
        before = visitor.see().text
    with clock.travel(NOON):
        visitor.open(case.reference, case.receipt_code)
        on_it = visitor.see().text
        form = visitor.see("case/promise/").text

    assert "20 mai 2026" in before
    assert "/fr/track/case/promise/" not in before
    assert "/fr/track/case/promise/" in on_it
    assert "20 mai 2026" in form


def test_reopening_because_it_was_not_done_says_so_of_the_promise(visitor, roads):
    receipt = promised(roads, replace(PROMISE, promised_on=ANSWERED.date() + timedelta(days=3)))
    with clock.travel(ANSWERED + timedelta(days=4)):
        visitor.open(receipt.reference, receipt.receipt_code)
        visitor.do("reopen/", reason="not_done", body="The lamp is still dark.")
    register_project(limit=1000)

    known = RegisterCase.objects.get(reference=receipt.reference)
    assert kinds(roads, receipt.reference)[-2:] == [EventKind.PROMISE_TOLD, EventKind.REOPENED]
    assert (known.promise_asked, known.promise_kept) == (True, False)


@pytest.mark.parametrize("reason", ["not_done", "other"])
def test_reopening_before_the_day_says_nothing_of_the_promise(visitor, case, roads, reason):
    with clock.travel(ANSWERED + timedelta(days=4)):
        visitor.open(case.reference, case.receipt_code)
        visitor.do("reopen/", reason=reason, body="The lamp is still dark.")
    register_project(limit=1000)

    known = RegisterCase.objects.get(reference=case.reference)
    assert EventKind.PROMISE_TOLD not in kinds(roads, case.reference)
    assert (known.promised_on, known.promise_kept) == (None, None)


# --- in the calendar ---------------------------------------------------------------------------


def entry(visitor, case, language="fr", at=ANSWERED):
    visitor.language = language
    with clock.travel(at + timedelta(hours=1)):
        visitor.open(case.reference, case.receipt_code)
        return visitor.see("case/promise.ics")


def test_fc24_the_named_day_is_a_calendar_entry(visitor, case):
    page = entry(visitor, case)

    calendar = icalendar.Calendar.from_ical(page.content)
    (event,) = calendar.walk("VEVENT")
    assert page["Content-Type"] == "text/calendar; charset=utf-8"
    disposition = f'attachment; filename="insaf-{case.reference}.ics"'
    assert page["Content-Disposition"] == disposition
    assert page["Cache-Control"] == "no-store, private"
    assert (event.decoded("DTSTART"), event.decoded("DTEND")) == (DAY, DAY + timedelta(days=1))
    assert event.decoded("DTSTAMP") == ANSWERED
    assert (str(calendar["METHOD"]), str(calendar["VERSION"])) == ("PUBLISH", "2.0")
    assert event["URL"].endswith(f"/fr/track/?reference={case.reference}")


@pytest.mark.parametrize(
    ("language", "words"),
    [("fr", "Jour annoncé par"), ("en", "Day announced by"), ("ar", "موعد أعلنته")],
)
def test_the_entry_speaks_the_language_of_the_page_and_keeps_its_number(
    visitor, case, language, words
):
    page = entry(visitor, case, language)

    (event,) = icalendar.Calendar.from_ical(page.content).walk("VEVENT")
    (other,) = icalendar.Calendar.from_ical(entry(visitor, case).content).walk("VEVENT")
    assert words in str(event["SUMMARY"])
    assert event["UID"] == other["UID"]


def test_the_entry_says_nothing_of_the_person_or_the_request(visitor, case):
    text = icalendar.Calendar.from_ical(entry(visitor, case).content).to_ical().decode()
    text = text.replace("\r\n ", "")

    for word in ("Test Person", "person@example.org", "lamp", "Street", "workshop"):
        assert word not in text


def test_the_link_stands_on_the_page_until_the_day_has_passed(visitor, case):
    shown = []
    for at in (ANSWERED, NOON, NOON + timedelta(days=1)):
        with clock.travel(at + timedelta(hours=1)):
            visitor.open(case.reference, case.receipt_code)
            shown.append('href="/fr/track/case/promise.ics"' in visitor.see().text)

    assert shown == [True, True, False]


def test_nobody_gets_the_entry_without_the_token_of_its_case(visitor, case, roads):
    other = promised(roads, REPLY)
    stranger = Visitor(client=Client(headers={"host": "testserver"}))

    by_nobody = stranger.see("case/promise.ics")
    of_another = entry(visitor, other)
    late = entry(visitor, case)
    with clock.travel(ANSWERED + timedelta(hours=10)):
        after = visitor.see("case/promise.ics")

    assert by_nobody["Location"] == "/fr/track/"
    assert of_another.status_code == 404
    assert late.status_code == 200
    assert after["Location"].startswith("/fr/track/")


def test_without_a_named_day_or_after_a_reopening_there_is_no_entry(visitor, case, roads):
    with agency_context(roads), clock.travel(ANSWERED + timedelta(hours=1)):
        services.complaint_reopen(reference=case.reference, body="Why so late?", actor=CITIZEN)

    assert entry(visitor, case).status_code == 404
