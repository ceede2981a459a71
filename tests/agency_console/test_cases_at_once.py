"""Officers who do the same to one case at the same moment, each in a browser of their own."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import pytest
from django.http import HttpResponse
from django.test import Client

from agency_console.casework.models import CaseDraft
from agency_console.casework.services.dispatch import case_draft_send
from shared.accounts.enums import Role
from shared.accounts.models import User
from shared.complaints.enums import EventKind, Status
from shared.kernel import clock
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency
from tests.agency_console.conftest import REFUSAL, WORDS, Console, sent, text_of, typed_in
from tests.support.factories import filed, staff
from tests.support.refused_forms import is_refused
from tests.support.sampling import repeats
from tests.tenants.isolation.committed import at_once, committed_canaries, in_thread

pytestmark = pytest.mark.django_db

OFFICERS = 50
ROUNDS = repeats(range(5))
LEAVES = "A colleague is sending a decision on this case at this moment."
CHANGED = "Somebody changed this case while you were reading it."


@dataclass(frozen=True)
class Office:
    """A committed agency and its officers, each signed in in a browser of their own."""

    agency: Agency
    people: list[User]
    browsers: list[Console]

    def case(self):
        """A new case that nobody holds."""
        return in_thread(lambda: filed(self.agency).reference)


@pytest.fixture(scope="module")
def office(django_db_setup, django_db_blocker):
    """Every thread sees it; gone afterwards."""
    with django_db_blocker.unblock(), committed_canaries():
        yield in_thread(_office)


def _office() -> Office:
    agency = Agency.objects.get(code="dunes")
    people = [staff(agency, Role.AGENT, f"at{number}@dunes.example") for number in range(OFFICERS)]
    browsers = []
    for person in people:
        browser = Console(client=Client(), agency=agency)
        browser.client.cookies["language"] = "en"
        browser.sign_in(person)
        browsers.append(browser)
    return Office(agency=agency, people=people, browsers=browsers)


def stored(office: Office, reference: str):
    """Holder and status of a case, and how often each thing has happened to it."""

    def read():
        case = office.browsers[0].case(reference)
        with agency_context(office.agency):
            kinds = case.events.values_list("kind", flat=True)
            return case.assignee_id, case.status, Counter(kinds)

    return in_thread(read)


def drafts(office: Office, reference: str) -> dict[int, CaseDraft]:
    def read():
        with agency_context(office.agency):
            rows = CaseDraft.objects.filter(complaint__reference=reference)
            return {row.officer_id: row for row in rows}

    return in_thread(read)


def leave(office: Office, reference: str) -> list[bool]:
    """The tasks of all texts of a case, eleven seconds after "send" was pressed."""
    with agency_context(office.agency), clock.travel(clock.now() + timedelta(seconds=11)):
        rows = CaseDraft.objects.filter(complaint__reference=reference)
        return [case_draft_send(draft_id=pk) for pk in list(rows.values_list("pk", flat=True))]


def press(browser: Console, reference: str, act: str, word: str) -> HttpResponse:
    """Send a text that was checked and has a word of its own."""
    texts = {
        **WORDS,
        **REFUSAL,
        "rule": f"Rule of {word}.",
        "explanation": f"The national road of {word}.",
    }
    return browser.post(f"/cases/{reference}/{act}/", {**texts, "version": "1", "step": "send"})


# --- one case, fifty officers --------------------------------------------------------------------


@pytest.mark.all_cores
@pytest.mark.slow
def test_of_fifty_officers_who_take_a_case_one_has_it(office):
    reference = office.case()

    def take(browser: Console) -> HttpResponse:
        return browser.post(f"/cases/{reference}/take/", {"version": "1"})

    answers = at_once(*[partial(take, browser) for browser in office.browsers])

    holder, status, events = stored(office, reference)
    assert (status, events[EventKind.ASSIGNED]) == (Status.IN_PROGRESS, 1)
    assert {page.status_code for page in answers} == {302}
    told = [text_of(in_thread(partial(one.get, f"/cases/{reference}/"))) for one in office.browsers]
    winners = [
        person.pk
        for person, page in zip(office.people, told, strict=True)
        if "The case is assigned to you." in page
    ]
    assert winners == [holder]
    assert sum(CHANGED in page for page in told) == OFFICERS - 1


# --- one case, two replies -----------------------------------------------------------------------


@pytest.mark.parametrize("acts", [("reply", "reply"), ("reply", "refuse")])
@pytest.mark.parametrize("turn", ROUNDS)
def test_of_two_replies_pressed_at_once_one_is_sent_and_both_are_shown(office, acts, turn):
    reference = office.case()
    words = ("the first", "the second")
    pairs = list(zip(office.browsers[:2], acts, words, strict=True))

    answers = at_once(*[partial(press, one, reference, act, word) for one, act, word in pairs])

    assert sorted(is_refused(page) for page in answers) == [False, True]
    lost = [is_refused(page) for page in answers].index(True)
    page, kept = answers[lost], drafts(office, reference)
    name, own = ("rule", "Rule") if acts[lost] == "reply" else ("explanation", "The national road")
    other = "Rule" if acts[1 - lost] == "reply" else "The national road"
    assert LEAVES in text_of(page)
    assert f"{other} of {words[1 - lost]}." in text_of(page)
    assert typed_in(page, name) == f"{own} of {words[lost]}."
    assert kept[office.people[lost].pk].parts[name] == f"{own} of {words[lost]}."
    assert kept[office.people[lost].pk].pressed_at is None

    assert sorted(in_thread(partial(leave, office, reference))) == [False, True]

    ((_kind, body),) = in_thread(partial(sent, office.browsers[0], reference))
    _holder, status, events = stored(office, reference)
    assert f"{other} of {words[1 - lost]}." in body
    assert status == (Status.ANSWERED if acts[1 - lost] == "reply" else Status.INADMISSIBLE)
    assert events[EventKind.ANSWERED] + events[EventKind.INADMISSIBLE] == 1
    assert list(drafts(office, reference)) == [office.people[lost].pk]


@pytest.mark.parametrize("turn", ROUNDS)
def test_a_reply_pressed_while_another_one_leaves_is_not_sent_and_is_kept(office, turn):
    reference = office.case()
    first, second = office.browsers[:2]
    in_thread(partial(press, first, reference, "reply", "the first"))

    _left, page = at_once(
        partial(leave, office, reference), partial(press, second, reference, "reply", "the second")
    )

    in_thread(partial(leave, office, reference))
    ((_kind, body),) = in_thread(partial(sent, first, reference))
    assert isinstance(page, HttpResponse)
    assert is_refused(page)
    assert "Rule of the first." in body
    assert "Rule of the first." in text_of(page)
    assert typed_in(page, "rule") == "Rule of the second."
    assert drafts(office, reference)[office.people[1].pk].parts["rule"] == "Rule of the second."
