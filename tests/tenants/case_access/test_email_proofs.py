"""Requests of before the column, and what an agency may change of the proof."""

import pytest
from django.db import ProgrammingError, connection, transaction

from shared.complaints.types import PartyDraft
from shared.kernel.actors import CITIZEN
from tenants.case_access import gateway
from tenants.case_access.enums import EmailState
from tenants.case_access.services.routes import email_state, email_state_of_case
from tenants.isolation.schema_switch import agency_context
from tenants.models import Route
from tests.support.factories import draft, filed

pytestmark = pytest.mark.django_db

COLUMNS = "reference, schema_name, nonce, receipt_digest, email_digest, created_at"


def test_a_row_of_code_that_does_not_know_the_column_counts_as_proved(roads):
    before = filed(roads).reference
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO tenants_route ({COLUMNS}) SELECT '4815162342108097', schema_name, nonce,"
            " receipt_digest, email_digest, created_at FROM tenants_route WHERE reference = %s",
            [before],
        )

    assert email_state(Route.objects.get(pk="4815162342108097")) == EmailState.PROVED


def test_an_agency_reads_the_state_of_its_own_requests_alone(roads, water):
    reference = gateway.complaint_file(draft=draft(roads), actor=CITIZEN).reference

    with agency_context(roads):
        own = email_state_of_case(reference=reference)

    assert own == EmailState.UNPROVED


def test_without_an_address_there_is_nothing_to_prove(roads):
    party = PartyDraft(name="Test Person", phone="+212612345678")

    receipt = gateway.complaint_file(draft=draft(roads, party=party), actor=CITIZEN)

    assert receipt.email == EmailState.NONE


def test_no_agency_can_call_an_address_proved(roads):
    reference = gateway.complaint_file(draft=draft(roads), actor=CITIZEN).reference

    with agency_context(roads), pytest.raises(ProgrammingError), transaction.atomic():
        Route.objects.filter(pk=reference).update(is_email_proved=True)

    assert Route.objects.get(pk=reference).is_email_proved is False
