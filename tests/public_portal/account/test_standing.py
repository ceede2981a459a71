"""What a line of the list says to its citizen of where a request stands."""

from datetime import timedelta

import pytest

from shared.complaints import services
from shared.complaints.types import RatingDraft
from shared.kernel import clock
from shared.kernel.actors import CITIZEN, SYSTEM
from tenants.case_access.services import owned_cases, reviews
from tenants.isolation.schema_switch import agency_context
from tests.public_portal.account.door import text
from tests.public_portal.account.test_complaints import kept
from tests.public_portal.tracking.visits import answer

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


def test_while_national_oversight_has_it_the_list_says_so_to_the_citizen(citizen, roads):
    receipt = kept(citizen, roads)
    number = citizen.user().pk
    with clock.travel(clock.now() + timedelta(days=61)):
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
