"""From every body of the real directory a request reaches somebody, and a receipt comes back."""

import pytest

from public_portal.intake.services.complaints import complaint_file
from shared.complaints.enums import Kind, Language, Privacy
from shared.complaints.types import ComplaintDraft, PartyDraft
from shared.directory.enums import OrganisationKind
from shared.directory.models import Organisation
from shared.kernel.actors import CITIZEN
from tenants.agencies.errors import OrganisationNotServed
from tenants.agencies.selectors import address_book_clear, recipient_agencies
from tests.support.factories import BODY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("national_directory")]


@pytest.fixture
def orientation_code(roads, water):
    """The orientation desk is one agency, and one ministry has an agency of its own."""
    Organisation.objects.filter(code="orientation").update(agency_code=roads.code)
    Organisation.objects.filter(code="health").update(agency_code=water.code)
    address_book_clear()
    yield roads
    address_book_clear()


def send(code):
    draft = ComplaintDraft(
        organisation_code=code,
        kind=Kind.COMPLAINT,
        subject="No answer at the counter",
        body=BODY,
        language=Language.FRENCH,
        privacy=Privacy.NAMED,
        party=PartyDraft(name="Test Person", email="person@example.org"),
    )
    return complaint_file(draft=draft, details=(), idempotency_key="", actor=CITIZEN)


def test_every_body_that_accepts_requests_has_a_recipient(orientation_code, water):
    codes = list(
        Organisation.objects.filter(is_active=True, accepts=True).values_list("code", flat=True)
    )

    recipients = recipient_agencies(organisation_codes=codes)

    assert len(codes) > 1_800
    assert [code for code in codes if code not in recipients] == []
    assert not recipients["health"].is_orientation
    assert recipients["finance"].is_orientation


@pytest.mark.parametrize("kind", list(OrganisationKind))
def test_a_body_of_every_kind_leads_to_a_receipt(orientation_code, kind):
    row = Organisation.objects.filter(kind=kind, accepts=True, is_active=True).order_by("pk")[0]

    assert len(send(row.code).receipt_code) == 16


def test_a_body_outside_the_portal_says_where_to_turn_and_the_desk_takes_the_request(
    orientation_code,
):
    outside = list(Organisation.objects.filter(accepts=False, is_active=True))

    assert len(outside) == 10
    for row in outside:
        assert all((row.refusal_ar, row.refusal_fr, row.refusal_en))
        with pytest.raises(OrganisationNotServed):
            send(row.code)
    assert send("orientation").agency_code == orientation_code.code
