"""Two requests whose names differ are joined once the citizen has said that both are theirs."""

import pytest

from shared.complaints.types import PartyDraft
from shared.kernel import clock
from tenants.case_access import gateway
from tenants.case_access.enums import KeyKind
from tenants.case_access.errors import PersonNotAsked, ProofRequired
from tenants.case_access.services.both_mine import (
    CLAIM_LIFE,
    both_mine_ask,
    both_mine_asked_at,
    both_mine_say,
)
from tenants.case_access.services.same_person import person_links
from tenants.case_access.services.tokens import keys_prune
from tenants.isolation.schema_switch import agency_context
from tenants.models import SamePersonClaim
from tests.public_portal.tracking.test_merged import by_code, visit
from tests.support.factories import filed, filed_and_proved, officer_actor, staff

pytestmark = pytest.mark.django_db

SHARED = "family@example.org"


@pytest.fixture
def couple(roads):
    """Requests of two people who share a mailbox."""
    names = ("Amina Kadiri", "Said Kadiri")
    return [
        filed_and_proved(roads, subject=name, party=PartyDraft(name=name, email=SHARED))
        for name in names
    ]


def ask(roads, pair):
    both_mine_ask(
        agency=roads,
        reference=pair[0].reference,
        other=pair[1].reference,
        actor=officer_actor(staff(roads)),
    )


def may_merge(roads, pair):
    one, other = (receipt.reference for receipt in pair)
    return person_links(agency=roads, reference=one, others=[other])[other].may_merge


def test_both_pages_ask_and_neither_tells_of_the_other_request(roads, client, couple):
    with agency_context(roads):
        ask(roads, couple)

    for own, other in (couple, reversed(couple)):
        page = visit(client, by_code(own))[0]

        assert 'id="both-mine"' in page
        assert other.reference not in page
        assert other.subject not in page


def test_two_requests_are_joined_once_both_pages_have_said_both_are_mine(roads, client, couple):
    with agency_context(roads):
        ask(roads, couple)
    answers = []
    for receipt in couple:
        visit(client, by_code(receipt))
        client.post("/en/track/case/both-mine/", {"answer": "yes"})
        answers.append(may_merge(roads, couple))

    assert answers == [False, True]
    assert both_mine_asked_at(reference=couple[0].reference) is None


def test_no_or_nothing_joins_nothing(roads, client, couple):
    with agency_context(roads):
        ask(roads, couple)
    both_mine_say(token=by_code(couple[0]), is_mine=True)
    visit(client, by_code(couple[1]))
    client.post("/en/track/case/both-mine/", {"answer": ""})
    assert SamePersonClaim.objects.count() == 1

    client.post("/en/track/case/both-mine/", {"answer": "no"})

    assert not SamePersonClaim.objects.exists()
    assert not may_merge(roads, couple)


def test_reference_and_address_alone_do_not_say_that_both_are_mine(roads, couple):
    with agency_context(roads):
        ask(roads, couple)
    token = gateway.tracking_open(
        reference=couple[0].reference, kind=KeyKind.EMAIL, value=SHARED
    ).token

    with pytest.raises(ProofRequired):
        both_mine_say(token=token, is_mine=True)


def test_question_is_forgotten_after_its_days_and_what_was_said_by_both_stays(roads, couple):
    with agency_context(roads):
        ask(roads, couple)
    both_mine_say(token=by_code(couple[0]), is_mine=True)
    with clock.travel(clock.now() + CLAIM_LIFE * 2):
        assert both_mine_asked_at(reference=couple[1].reference) is None
        assert not may_merge(roads, couple)
        keys_prune()
        assert not SamePersonClaim.objects.exists()
        with agency_context(roads):
            both_mine_ask(
                agency=roads,
                reference=couple[0].reference,
                other=couple[1].reference,
                actor=officer_actor(staff(roads, email="again@roads.example")),
            )
        for receipt in couple:
            both_mine_say(token=by_code(receipt), is_mine=True)
    with clock.travel(clock.now() + CLAIM_LIFE * 5):
        keys_prune()
        assert may_merge(roads, couple)


def test_request_whose_mailbox_never_answered_is_asked_nothing(roads):
    pair = filed_and_proved(roads), filed(roads)
    with agency_context(roads), pytest.raises(PersonNotAsked):
        ask(roads, pair)
    assert not SamePersonClaim.objects.exists()
