"""A confidential request: its reference and an address that somebody suspects tell nothing."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shared.complaints.enums import Privacy
from shared.complaints.types import PartyDraft
from shared.kernel.references import reference_make
from shared.mail.models import Mail
from tenants.case_access.services.party_encryption import encrypted_party_row
from tenants.models import EncryptedParty, TrackingToken
from tests.public_portal.tracking.mailbox import deliver, links_in
from tests.public_portal.tracking.test_entrance import bare
from tests.public_portal.tracking.visits import EMAIL, Visitor
from tests.support.factories import filed

pytestmark = pytest.mark.django_db

OWNER = "colleague7@roads.gov.example"
SUSPECTS = [f"colleague{number}@roads.gov.example" for number in range(9)]


@pytest.fixture
def hidden(roads):
    return filed(roads, privacy=Privacy.CONFIDENTIAL, party=PartyDraft(name="Z", email=OWNER))


def stranger() -> Visitor:
    return Visitor(client=Client(headers={"host": "testserver"}))


def over_rest(reference, email):
    return stranger().client.post(
        "/api/v1/tracking/",
        {"reference": reference, "email": email},
        content_type="application/json",
    )


def test_no_suspected_address_is_told_from_the_right_one_over_rest(hidden):
    answers = {one: over_rest(hidden.reference, one) for one in SUSPECTS}

    assert {(one.status_code, one.content) for one in answers.values()} == {
        (404, over_rest(reference_make(), OWNER).content)
    }
    assert TrackingToken.objects.count() == 0


def test_no_suspected_address_is_told_from_the_right_one_on_the_page(hidden):
    pages = [stranger().open(hidden.reference, one) for one in (SUSPECTS[0], OWNER)]
    pages.append(stranger().open(reference_make(), OWNER))

    assert [page.status_code for page in pages] == [404, 404, 404]
    assert len({bare(page) for page in pages}) == 1


def test_right_and_wrong_take_the_same_statements(hidden):
    costs = []
    for reference, email in (
        (hidden.reference, OWNER),
        (hidden.reference, SUSPECTS[0]),
        (reference_make(), OWNER),
    ):
        with CaptureQueriesContext(connection) as queries:
            over_rest(reference, email)
        costs.append(len(queries))

    assert len(set(costs)) == 1


def test_a_link_goes_to_the_stored_address_alone_and_opens_everything(hidden):
    for one in SUSPECTS[:3]:
        over_rest(hidden.reference, one)
    over_rest(hidden.reference, OWNER.upper())
    waiting = Mail.objects.filter(sent_at=None).count()

    (letter,) = deliver()

    owner = stranger()
    assert waiting == 4
    assert letter.to == [OWNER]
    assert owner.client.post(links_in(letter)[0])["Location"] == "/ar/track/case/"
    assert owner.see("case/email/").status_code == 200


def test_not_more_than_five_letters_leave_in_an_hour(hidden):
    statuses = [over_rest(hidden.reference, OWNER).status_code for _time in range(8)]

    assert statuses == [404] * 8
    assert len(deliver()) == 5


def test_the_receipt_code_opens_it_as_before(hidden):
    page = stranger().open(hidden.reference, hidden.receipt_code)

    assert page["Location"] == "/fr/track/case/"


def test_a_named_request_opens_by_its_address_as_before(roads):
    answer = over_rest(filed(roads).reference, EMAIL)

    assert (answer.status_code, answer.json()["scope"]) == (200, "write")


def test_no_agency_hides_a_request_of_another(roads, water):
    named = filed(roads)
    forged = encrypted_party_row(reference=named.reference, party=PartyDraft(name="Q"))
    forged.schema_name = water.schema_name
    forged.save(force_insert=True)

    assert EncryptedParty.objects.filter(reference=named.reference).count() == 1
    assert over_rest(named.reference, EMAIL).status_code == 200
