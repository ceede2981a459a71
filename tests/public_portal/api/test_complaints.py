import re
from datetime import UTC, datetime

import pytest
from django.utils.translation import gettext, override

from shared.complaints.models import Complaint
from shared.directory.models import Organisation
from shared.kernel import clock
from shared.kernel.references import reference_parse
from tenants.isolation.schema_switch import agency_context
from tests.public_portal.api.calls import fields

pytestmark = pytest.mark.django_db


def filed_in(agency):
    with agency_context(agency):
        return list(Complaint.objects.select_related("party").order_by("id"))


def test_a_complaint_is_filed_and_answered_with_its_receipt(caller, roads, water):
    with clock.travel(datetime(2026, 3, 1, 9, tzinfo=UTC)):
        response = caller.submit()

    receipt = response.json()
    complaint = filed_in(roads)[0]
    assert response.status_code == 201
    assert receipt["reference"] == reference_parse(complaint.reference)
    assert re.fullmatch(r"\d{16}", receipt["receipt_code"])
    assert (receipt["status"], receipt["due_on"]) == ("received", "2026-04-30")
    assert receipt["received_at"] == "2026-03-01T09:00:00+00:00"
    assert receipt["tracking_url"] == "http://testserver:8000/fr/track/"
    assert (complaint.channel, complaint.party.phone) == ("api", "+212612345678")
    assert filed_in(water) == []


def test_the_receipt_url_shows_the_receipt(caller):
    receipt = caller.submit().json()

    page = caller.client.get(receipt["receipt_url"])

    assert page.context["receipt"].receipt_code == receipt["receipt_code"]


def test_the_same_key_with_the_same_content_brings_the_same_receipt(caller, roads):
    first = caller.submit(key="k1")

    again = caller.submit(key="k1")

    assert (again.status_code, again.json()) == (201, first.json())
    assert len(filed_in(roads)) == 1


def test_the_same_key_with_another_content_is_a_conflict(caller, roads):
    caller.submit(key="k1")

    response = caller.submit(key="k1", subject="Another subject")

    assert response.status_code == 409
    assert fields(response) == [("", "idempotency_key_reused")]
    assert len(filed_in(roads)) == 1


def test_without_a_key_every_call_files_one(caller, roads):
    caller.submit()
    caller.submit()

    assert len(filed_in(roads)) == 2


def test_a_key_that_is_too_long_is_refused(caller):
    response = caller.submit(key="k" * 256)

    assert fields(response) == [("Idempotency-Key", "max_length")]


def test_an_anonymous_complaint_drops_the_person_that_came_with_it(caller, roads):
    caller.submit(privacy="anonymous")

    party = filed_in(roads)[0].party
    assert (party.name, party.email, party.phone, party.national_id) == ("", "", "", "")


def test_an_anonymous_complaint_needs_no_person(caller):
    assert caller.submit(privacy="anonymous", party={}).status_code == 201


@pytest.mark.parametrize("party", [{}, {"name": "", "email": ""}])
def test_a_person_needs_a_name_and_an_address_otherwise(caller, party):
    response = caller.submit(party=party)

    assert response.status_code == 400
    assert fields(response) == [("party.name", "required"), ("party.email", "contact_missing")]


def test_an_unknown_organisation_is_the_senders_mistake(caller):
    response = caller.submit(organisation="nowhere")

    assert response.status_code == 400
    assert fields(response) == [("organisation", "organisation_unknown")]


def test_an_organisation_that_nobody_handles_is_refused(caller):
    Organisation.objects.create(
        code="alone", kind="other", name_ar="جهة", name_fr="Corps", name_en="Body"
    )

    assert fields(caller.submit(organisation="alone")) == [
        ("organisation", "no_agency_for_organisation")
    ]


def test_a_category_that_the_organisation_does_not_have_is_refused(caller):
    assert fields(caller.submit(category="nothing")) == [("category", "category_unknown")]


def test_every_missing_field_is_named_at_once(caller):
    response = caller.post("complaints/", {})

    assert [field for field, code in fields(response) if code == "required"] == [
        "organisation", "kind", "subject", "body", "language", "privacy",
    ]  # fmt: skip


@pytest.mark.parametrize("language", ["ar", "fr", "en"])
def test_refusals_are_in_the_language_that_was_asked_for(caller, language):
    caller.language = f"{language}-MA"

    response = caller.submit(organisation="nowhere")

    with override(language):
        words = gettext("We know no organisation of that name. Search again.")
    assert [error["message"] for error in response.json()["errors"]] == [words]


def test_observations_have_no_term(caller):
    assert caller.submit(kind="observation").json()["due_on"] is None


def test_one_submission_takes_this_many_queries(caller, statement_count):
    caller.submit()

    # A process keeps bodies, agencies, terms, units and rules: one statement writes all and checks
    # units and rules.
    with statement_count("REST: a filing"):
        caller.submit(subject="Another subject")
