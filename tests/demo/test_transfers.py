"""The demonstration has an offer that waits, one that was refused, and a case that went on."""

import pytest

from demo.transfers import CODES, transfers_make
from shared.accounts.enums import Role
from shared.complaints.enums import Status
from shared.complaints.models import Complaint
from shared.mail.models import Mail
from tenants.agencies.selectors import address_book_clear
from tenants.isolation.schema_switch import agency_context
from tenants.models import TransferOffer
from tests.support.custody import more_agencies
from tests.support.factories import organisation_of, staff

pytestmark = pytest.mark.django_db


def test_fs10_demonstration_shows_every_state_of_an_offer():
    agencies = {one.code: one for one in more_agencies(*CODES)}
    for agency in agencies.values():
        organisation_of(agency)
        staff(agency, Role.SUPERVISOR)
    address_book_clear()

    assert [transfers_make(codes=CODES), transfers_make(codes=CODES)] == [4, 0]

    states = sorted(TransferOffer.objects.values_list("state", flat=True))
    assert states == ["accepted", "accepted", "offered", "refused"]
    with agency_context(agencies["education"]):
        assert Complaint.objects.get().status == Status.TRANSFERRED
        assert not Mail.objects.filter(sent_at=None).exists()


def test_small_demonstration_makes_no_offer(roads, water):
    assert transfers_make(codes=["health", "interior"]) == 0
