"""Every page that shows a text says where the national record does not confirm who wrote it."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from shared.complaints import services
from shared.complaints.models import Note
from shared.kernel import clock
from shared.kernel.actors import SYSTEM
from tenants.case_access.services.reviews import review_ask
from tenants.isolation.schema_switch import agency_context
from tests.agency_console.conftest import text_of
from tests.agency_console.transfers.conftest import console_of
from tests.public_portal.oversight.conftest import analyst, anybody, signed_in
from tests.public_portal.tracking.visits import Visitor
from tests.shared.pdf.sheets import words
from tests.support.custody import hand_over, request_filed
from tests.support.factories import organisation_of, staff
from tests.support.reviewed import REASON
from tests.tenants.custody.test_forged_history import FORGED, case_in, message_forged

__all__ = ["analyst", "anybody", "signed_in"]

pytestmark = pytest.mark.django_db

# Longer ago than the legal term: the citizen may ask for a review of a request without a reply.
LATE = timedelta(days=70)
UNPROVED = "the national record does not confirm who wrote this"


@pytest.fixture
def handed_over(roads, water):
    """A request whose sender wrote a message and a note of its own and forged one of each."""
    organisation_of(water)
    with clock.travel(clock.now() - LATE):
        one = request_filed(roads)
        said: dict[str, Any] = {
            "reference": one.reference,
            "officer": staff(roads),
            "actor": SYSTEM,
        }
        with agency_context(roads):
            services.officer_message_add(body="We come on Monday.", **said)
            services.note_add(body="Ask the archive.", **said)
            Note.objects.create(
                complaint=case_in(roads, one), body=FORGED, agency_code="water", at=clock.now()
            )
        message_forged(roads, one, code="water")
        hand_over(one, water)
    return one


def test_each_reader_is_told_what_the_national_record_does_not_confirm(handed_over, water, analyst):
    one = handed_over
    review_ask(token=one.token, reason=REASON)
    citizen = Visitor(client=Client(headers={"host": "testserver"}), language="en")
    citizen.open(one.reference, one.receipt_code)

    said = {
        "citizen": citizen.see().content.decode(),
        "dossier": words(citizen.see("case/dossier.pdf").content),
        "oversight": analyst.get(
            f"/reviews/{one.reference}/", headers={"accept-language": "en"}
        ).text,
        "console": text_of(console_of(water).get(f"/cases/{one.reference}/")),
    }

    # In the console the message and the note.
    assert {reader: text.count(UNPROVED) for reader, text in said.items()} == {
        "citizen": 1,
        "dossier": 1,
        "oversight": 1,
        "console": 2,
    }
