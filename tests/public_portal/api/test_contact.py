"""REST: an e-mail address or a telephone number of the person, at least one of the two."""

import pytest

from shared.complaints.models import Complaint
from tenants.isolation.schema_switch import agency_context
from tests.public_portal.api.calls import fields

pytestmark = pytest.mark.django_db


def party_in(agency):
    with agency_context(agency):
        return Complaint.objects.select_related("party").get().party


@pytest.mark.parametrize("privacy", ["named", "confidential"])
@pytest.mark.parametrize("more", [{}, {"email": "", "phone": ""}, {"email": ""}])
def test_with_neither_of_the_two_the_refusal_has_a_code_of_its_own(caller, privacy, more):
    response = caller.submit(privacy=privacy, party={"name": "Test Person", **more})

    assert response.status_code == 400
    assert fields(response) == [("party.email", "contact_missing")]


@pytest.mark.parametrize(
    ("phone", "stored"),
    [("٠٦١٢٣٤٥٦٧٨", "+212612345678"), ("00 33 6 12 34 56 78", "+33612345678")],
)
def test_a_telephone_number_alone_is_enough(caller, roads, phone, stored):
    response = caller.submit(party={"name": "Test Person", "phone": phone})

    assert response.status_code == 201
    assert (party_in(roads).email, party_in(roads).phone) == ("", stored)


def test_a_wrong_number_is_refused_beside_its_field(caller):
    response = caller.submit(party={"name": "Test Person", "phone": "12"})

    assert fields(response) == [("party.phone", "invalid_phone")]


def test_the_schema_says_what_is_needed_and_how_it_is_refused(caller):
    party = caller.client.get("/api/v1/schema/?format=json").json()["components"]["schemas"][
        "Party"
    ]

    assert "contact_missing" in party["description"]
    assert "party.email" in party["description"]
