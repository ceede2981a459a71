"""Four weeks after a reply that promises something: was it done? And what follows if it was not."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from public_portal.intake.models import Draft
from shared.complaints import services
from shared.complaints.enums import EventKind, Outcome, Privacy, Status
from shared.complaints.models import ComplaintEvent
from shared.complaints.types import PartyDraft
from shared.kernel import clock
from shared.kernel.actors import SYSTEM
from shared.register.models import RegisterCase
from shared.register.services import register_project
from tenants.isolation.schema_switch import agency_context
from tests.public_portal.tracking.mailbox import deliver, links_in
from tests.public_portal.tracking.visits import answer
from tests.support.factories import REPLY, filed, officer_actor, staff
from tests.support.refused_forms import is_refused

pytestmark = pytest.mark.django_db

FILED = datetime(2026, 3, 1, 9, tzinfo=UTC)
ANSWERED = FILED + timedelta(days=10)
ASKED = ANSWERED + timedelta(days=28)


def keep(agency):
    with agency_context(agency):
        return services.expired_deadlines_apply(actor=SYSTEM)


def kinds(agency, reference):
    with agency_context(agency):
        rows = ComplaintEvent.objects.filter(complaint__reference=reference)
        return list(rows.order_by("position").values_list("kind", "resolved"))


def with_outcome(outcome):
    return replace(REPLY, outcome=outcome)


@pytest.fixture
def case(roads):
    """A request that was upheld on the eleventh of March."""
    with clock.travel(FILED):
        receipt = filed(roads)
    with clock.travel(ANSWERED):
        answer(roads, receipt.reference)
    return receipt


@pytest.fixture
def asked(case, roads):
    """The same, its citizen asked; the links of the letter."""
    with clock.travel(ASKED):
        keep(roads)
        return [link for link in links_in(deliver(roads)[-1]) if "/promise/" in link]


@pytest.mark.parametrize(
    ("outcome", "is_asked"),
    [
        (Outcome.UPHELD, True),
        (Outcome.PARTLY_UPHELD, True),
        (Outcome.NOT_UPHELD, False),
        (Outcome.EXPLAINED, False),
    ],
)
def test_only_a_reply_that_promises_is_asked_about(roads, outcome, is_asked):
    with clock.travel(ANSWERED):
        receipt = filed(roads)
        answer(roads, receipt.reference, with_outcome(outcome))
    with clock.travel(ASKED):
        keep(roads)

    events = [kind for kind, _kept in kinds(roads, receipt.reference)]
    assert (EventKind.PROMISE_ASKED in events) is is_asked


def test_it_is_asked_on_the_twenty_eighth_day_and_once(case, roads):
    with clock.travel(ASKED - timedelta(minutes=1)):
        early = keep(roads)
    with clock.travel(ASKED):
        first, second = keep(roads), keep(roads)
    with clock.travel(ASKED + timedelta(days=1)):
        later = keep(roads)

    assert (early, first, second, later) == (0, 1, 0, 0)


def test_after_a_pause_of_the_upkeep_it_is_asked_before_the_case_closes(case, roads):
    with clock.travel(ANSWERED + timedelta(days=40)):
        keep(roads)

    assert [kind for kind, _kept in kinds(roads, case.reference)][-2:] == [
        EventKind.PROMISE_ASKED,
        EventKind.CLOSED,
    ]


def test_an_anonymous_citizen_is_not_asked_and_can_say_it_in_the_space(visitor, roads):
    with clock.travel(ANSWERED):
        receipt = filed(roads, privacy=Privacy.ANONYMOUS, party=PartyDraft())
        answer(roads, receipt.reference)
    with clock.travel(ASKED):
        keep(roads)
        letters = deliver(roads)
        visitor.open(receipt.reference, receipt.receipt_code)
        page = visitor.see()

    assert letters == []
    assert EventKind.PROMISE_ASKED not in [kind for kind, _kept in kinds(roads, receipt.reference)]
    assert 'href="/fr/track/case/promise/"' in page.text


def test_the_letter_has_a_link_for_yes_and_one_for_no(asked):
    assert [link.partition("?")[2] for link in asked] == ["kept=yes", "kept=no"]


def test_looking_says_nothing(visitor, asked, case, roads):
    with clock.travel(ASKED):
        page = visitor.client.get(asked[1])

    assert page.status_code == 200
    assert 'value="no"' in page.text.partition("checked")[0].rpartition("<input")[2]
    assert kinds(roads, case.reference)[-1] == (EventKind.PROMISE_ASKED, None)


@pytest.mark.parametrize("word", ["yes", "no"])
def test_what_the_citizen_says_is_written_down(visitor, asked, case, roads, word):
    with clock.travel(ASKED):
        visitor.client.post(asked[0], {"kept": word})

    assert kinds(roads, case.reference)[-1] == (EventKind.PROMISE_TOLD, word == "yes")


def test_a_promise_that_was_kept_leads_to_the_space(visitor, asked):
    with clock.travel(ASKED):
        page = visitor.client.post(asked[0], {"kept": "yes"})
        case = visitor.see().context["space"].case

    assert page["Location"] == "/fr/track/case/"
    assert case.promise.kept is True


def test_a_broken_promise_leads_to_reopening_while_there_is_time(visitor, asked):
    with clock.travel(ASKED):
        page = visitor.client.post(asked[1], {"kept": "no"})
        reopened = visitor.do("reopen/", reason="not_done", body="Rien.")
        case = visitor.see().context["space"].case

    assert page["Location"] == "/fr/track/case/reopen/"
    assert reopened.status_code == 302
    assert (case.status, case.promise) == (Status.REOPENED, None)


def test_a_broken_promise_after_the_term_leads_to_a_new_request(visitor, asked, roads):
    with clock.travel(ASKED + timedelta(days=10)):
        keep(roads)
        page = visitor.client.post(asked[1], {"kept": "no"}, follow=True)

    assert page.redirect_chain == [("/fr/track/case/", 302)]
    assert 'href="/fr/track/case/follow/"' in page.text


def test_it_is_said_once(visitor, asked, case, roads):
    with clock.travel(ASKED):
        visitor.client.post(asked[0], {"kept": "yes"})
        by_link = visitor.client.post(asked[1], {"kept": "no"})
        tracking_required = visitor.do("promise/", kept="no")

    assert (by_link.status_code, is_refused(tracking_required)) == (410, True)
    assert kinds(roads, case.reference)[-1] == (EventKind.PROMISE_TOLD, True)


def test_who_said_it_in_the_space_is_told_so_by_the_letter(visitor, asked, case):
    with clock.travel(ASKED):
        visitor.open(case.reference, case.receipt_code)
        visitor.do("promise/", kept="no")
        page = visitor.client.get(asked[0])

    assert page.status_code == 200
    assert page.context["case"].promise.kept is False
    assert '<input type="radio"' not in page.text


@pytest.mark.parametrize("data", [{}, {"kept": "maybe"}, {"kept": ""}])
def test_half_an_answer_is_refused(visitor, asked, data):
    with clock.travel(ASKED):
        page = visitor.client.post(asked[0], data)

    assert is_refused(page)
    assert list(page.context["form"].errors) == ["kept"]


def test_before_anybody_asked_there_is_nothing_to_tell(visitor, case):
    with clock.travel(ANSWERED + timedelta(days=1)):
        visitor.open(case.reference, case.receipt_code)
        page = visitor.do("promise/", kept="yes")
        html = visitor.see().text

    assert is_refused(page)
    assert "/fr/track/case/promise/" not in html


def test_a_new_round_is_asked_about_again(visitor, asked, case, roads):
    with clock.travel(ASKED):
        visitor.open(case.reference, case.receipt_code)
        visitor.do("reopen/", reason="not_done", body="Rien.")
        other = staff(roads, email="other@roads.example")
        with agency_context(roads):
            services.complaint_reply(
                reference=case.reference, draft=REPLY, officer=other, actor=officer_actor(other)
            )
    with clock.travel(ASKED + timedelta(days=27)):
        early = keep(roads)
    with clock.travel(ASKED + timedelta(days=28)):
        again = keep(roads)

    assert (early, again) == (0, 1)


def test_the_figures_keep_to_the_rating(visitor, asked, case, roads):
    with clock.travel(ASKED):
        visitor.open(case.reference, case.receipt_code)
        visitor.do("rating/", resolved="yes", handling="4")
        visitor.do("promise/", kept="no")
        register_project(limit=1000)

    known = RegisterCase.objects.get(reference=case.reference)
    assert (known.resolved, known.handling, known.status) == (True, 4, "answered")


def test_an_untold_promise_leaves_the_figures_without_a_rating(asked, case):
    register_project(limit=1000)

    known = RegisterCase.objects.get(reference=case.reference)
    assert (known.resolved, known.rated_at) == (None, None)


# --- a request that follows --------------------------------------------------------------------


def follow(visitor, case, days):
    with clock.travel(ANSWERED + timedelta(days=days)):
        visitor.open(case.reference, case.receipt_code)
        return visitor.see("case/follow/")["Location"]


def test_a_new_request_takes_over_what_is_known_and_names_the_first(visitor, case, roads):
    address = follow(visitor, case, 35)
    with clock.travel(ANSWERED + timedelta(days=35)):
        shown = visitor.client.get(address)
        visitor.client.post(address, {"kind": "complaint"})

    draft = Draft.objects.get()
    assert shown.status_code == 200
    assert (draft.follows, draft.kind, draft.organisation) == (
        case.reference,
        "complaint",
        "roads",
    )


def test_after_a_day_the_address_follows_nothing(visitor, case):
    address = follow(visitor, case, 35)
    with clock.travel(ANSWERED + timedelta(days=36, minutes=1)):
        visitor.client.post(address, {"kind": "complaint"})

    assert Draft.objects.get().follows == ""


def test_the_offer_stands_after_the_term_and_not_before(visitor, case):
    pages = []
    for days in (5, 35):
        with clock.travel(ANSWERED + timedelta(days=days)):
            visitor.open(case.reference, case.receipt_code)
            pages.append("/fr/track/case/follow/" in visitor.see().text)

    assert pages == [False, True]


@pytest.mark.parametrize(
    "spoil", [lambda one: one[:-1], lambda one: one.replace("follows=", "follows=e", 1)]
)
def test_a_forged_address_follows_nothing(visitor, case, spoil):
    address = follow(visitor, case, 35)
    with clock.travel(ANSWERED + timedelta(days=35)):
        page = visitor.client.post(spoil(address), {"kind": "complaint"})

    assert page.status_code == 302
    assert Draft.objects.get().follows == ""


def test_nobody_without_a_visit_is_led_to_a_request_that_follows(visitor, case):
    assert visitor.see("case/follow/")["Location"] == "/fr/track/"
