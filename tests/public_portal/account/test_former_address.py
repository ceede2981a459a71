"""Another address takes a request's place: accounts that proved the former one alone lose it."""

import pytest

from shared.complaints.types import PartyDraft
from shared.kernel.actors import CITIZEN
from tenants.case_access import gateway
from tenants.case_access.errors import CaseNotFound
from tenants.case_access.services.email_changes import email_set
from tenants.case_access.services.owned_cases import owned_case_open
from tenants.models import OwnedRoute, Route
from tests.public_portal.account.test_complaints import references
from tests.support.factories import draft, filed

pytestmark = pytest.mark.django_db

NEW = "fresh@example.org"


@pytest.fixture
def receipt(citizen, roads):
    return filed(roads, party=PartyDraft(name="Nadia", email=citizen.email))


def address_changes(receipt):
    email_set(route=Route.objects.get(reference=receipt.reference), email=NEW)


def test_kept_by_the_former_address_it_opens_no_more(citizen, receipt):
    citizen.do("add/", reference=receipt.reference)
    user_id = citizen.user().pk

    address_changes(receipt)

    with pytest.raises(CaseNotFound):
        owned_case_open(user_id=user_id, reference=receipt.reference)
    assert references(citizen.see()) == []


def test_kept_by_the_receipt_code_it_stays(citizen, receipt):
    citizen.do("add/", reference=receipt.reference)
    citizen.do("add/", reference=receipt.reference, code=receipt.receipt_code)

    address_changes(receipt)

    assert references(citizen.see()) == [receipt.reference]


def test_the_weaker_proof_takes_nothing_from_the_stronger(citizen, receipt):
    citizen.do("add/", reference=receipt.reference, code=receipt.receipt_code)
    citizen.do("add/", reference=receipt.reference)

    address_changes(receipt)

    assert references(citizen.see()) == [receipt.reference]


def test_sent_while_signed_in_it_stays(citizen, roads):
    sent = gateway.complaint_file(draft=draft(roads), actor=CITIZEN, owner_id=citizen.user().pk)

    address_changes(sent)

    assert references(citizen.see()) == [sent.reference]


def test_taken_out_before_it_is_not_put_back_after(citizen, receipt):
    citizen.do("add/", reference=receipt.reference)
    citizen.do("remove/", reference=receipt.reference)

    address_changes(receipt)
    citizen.do("put-back/")

    assert OwnedRoute.objects.count() == 0


def test_taken_out_by_mistake_it_is_put_back(citizen, receipt):
    for proof in ({}, {"code": receipt.receipt_code}):
        citizen.do("add/", reference=receipt.reference, **proof)
        citizen.do("remove/", reference=receipt.reference)

        citizen.do("put-back/")

        assert references(citizen.see()) == [receipt.reference]
