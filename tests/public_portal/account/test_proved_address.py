"""An account has proved its address: a request with the same one needs no other proof."""

from dataclasses import replace

import pytest

from shared.complaints.types import PartyDraft
from shared.kernel.actors import CITIZEN
from tenants.case_access import gateway
from tenants.case_access.enums import KeyKind
from tenants.case_access.services.owned_cases import case_adopt
from tenants.models import Route
from tests.public_portal.tracking.mailbox import deliver
from tests.support.factories import draft

pytestmark = pytest.mark.django_db


def filed_with(agency, email, **more):
    party = PartyDraft(name="Test Person", email=email)
    return gateway.complaint_file(draft=draft(agency, party=party), actor=CITIZEN, **more)


def is_proved():
    return Route.objects.get().is_email_proved


def test_a_request_with_the_address_of_the_account_is_proved_at_once(citizen, roads):
    user = citizen.user()

    receipt = filed_with(roads, user.email.upper(), owner_id=user.pk)

    assert is_proved()
    assert [one.subject[:16] for one in deliver(roads)] == [receipt.reference]


def test_a_request_with_another_address_is_not(citizen, roads):
    receipt = filed_with(roads, "someone@example.org", owner_id=citizen.user().pk)

    assert not is_proved()
    assert [receipt.reference in one.subject for one in deliver(roads)] == [False]


def test_a_request_without_an_account_is_not_proved_by_somebodys_account(citizen, roads):
    filed_with(roads, citizen.user().email)

    assert not is_proved()


@pytest.mark.parametrize("kind", [KeyKind.EMAIL, KeyKind.RECEIPT])
def test_a_request_that_is_put_into_the_account_is_proved_and_its_letters_leave(
    citizen, roads, kind
):
    user = citizen.user()
    receipt = filed_with(roads, user.email)
    deliver(roads)

    case_adopt(
        user_id=user.pk,
        reference=receipt.reference,
        kind=kind,
        value=user.email if kind == KeyKind.EMAIL else receipt.receipt_code,
    )

    assert is_proved()
    assert [one.subject[:16] for one in deliver(roads)] == [receipt.reference]


@pytest.mark.parametrize("is_proved_before", [True, False])
def test_a_request_that_follows_one_with_the_same_address_is_as_proved(roads, is_proved_before):
    party = PartyDraft(name="Test Person", email="someone@example.org")
    first = gateway.complaint_file(
        draft=draft(roads, party=party), actor=CITIZEN, is_email_proved=is_proved_before
    )

    later = [
        gateway.complaint_file(
            draft=draft(roads, party=replace(party, email=email), follows=first.reference),
            actor=CITIZEN,
        ).reference
        for email in ("someone@example.org", "other@example.org")
    ]

    proved = [Route.objects.get(pk=reference).is_email_proved for reference in later]
    assert proved == [is_proved_before, False]


def test_another_address_is_not_proved_by_the_account_that_keeps_the_request(citizen, roads):
    receipt = filed_with(roads, "someone@example.org")

    case_adopt(
        user_id=citizen.user().pk,
        reference=receipt.reference,
        kind=KeyKind.RECEIPT,
        value=receipt.receipt_code,
    )

    assert not is_proved()
