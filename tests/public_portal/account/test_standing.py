"""What a line of the list says to its citizen of where a request stands."""

import pytest

from shared.complaints import services
from shared.complaints.enums import Ground
from shared.complaints.types import RatingDraft, RefusalDraft
from shared.kernel import clock
from shared.kernel.actors import CITIZEN, SYSTEM
from tenants.case_access.services import owned_cases, reviews
from tenants.isolation.schema_switch import agency_context
from tests.public_portal.account.door import text
from tests.public_portal.account.test_complaints import kept
from tests.public_portal.tracking.test_directed import direct
from tests.public_portal.tracking.visits import answer
from tests.support.factories import officer_actor, organisation_of, staff
from tests.support.moments import days_later

pytestmark = pytest.mark.django_db


def test_what_is_done_is_not_asked_for_again(citizen, roads):
    receipt = kept(citizen, roads)
    answer(roads, receipt.reference)
    with agency_context(roads):
        rating = RatingDraft(resolved=True, handling=4)
        services.rating_give(reference=receipt.reference, draft=rating, actor=CITIZEN)

    page = text(citizen.see())

    assert "You have an answer, and you have rated it." in page
    assert "You rated the reply" in page
    assert "Tell us whether the matter is settled" not in page


def refuse(agency, reference):
    officer = staff(agency, email="r@roads.example")
    draft = RefusalDraft(
        ground=Ground.BEFORE_COURTS,
        explanation="A judge has this case now.",
        way_on="The court of appeal.",
    )
    with agency_context(agency):
        services.complaint_refuse(
            reference=reference, draft=draft, officer=officer, actor=officer_actor(officer)
        )


def test_a_direction_is_not_called_a_refusal(citizen, roads, water):
    organisation_of(water)
    receipt = kept(citizen, roads)
    direct(roads, receipt.reference)

    page = text(citizen.see())

    assert "Another body is competent. Read which one, and how to reach it." in page
    assert "You were told which body is competent" in page
    assert "It cannot be examined." not in page


def test_a_refusal_after_a_direction_is_called_one(citizen, roads, water):
    organisation_of(water)
    receipt = kept(citizen, roads)
    direct(roads, receipt.reference)
    with agency_context(roads):
        services.complaint_reopen(
            reference=receipt.reference, body="It is the roads.", actor=CITIZEN
        )
    refuse(roads, receipt.reference)

    page = text(citizen.see())

    assert "It cannot be examined. Read why, and where to turn." in page
    assert "Your request was refused" in page
    assert "Another body is competent." not in page


def test_while_national_oversight_has_it_the_list_says_so_to_the_citizen(citizen, roads):
    receipt = kept(citizen, roads)
    number = citizen.user().pk
    with clock.travel(days_later(61)):
        token = owned_cases.owned_case_open(user_id=number, reference=receipt.reference).token
        reviews.review_ask(token=token, reason="Nobody has answered for two months.")
    waiting = text(citizen.see())
    answer(roads, receipt.reference)
    answered = text(citizen.see())
    with agency_context(roads):
        services.review_decided(reference=receipt.reference, is_sent_back=False, actor=SYSTEM)
    decided = text(citizen.see())

    under_review = "National oversight examines it, as you asked."
    assert [under_review in page for page in (waiting, answered, decided)] == [True, True, False]
    assert "You asked national oversight for a review" in waiting
    assert "The citizen asked" not in waiting
