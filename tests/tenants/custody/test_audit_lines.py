"""What an agency answered to an offer stands in its audit log, or it did not happen."""

import pytest

from shared.audit.models import AuditEntry
from shared.kernel.actors import SYSTEM
from tenants.custody.services import moves, offers
from tenants.custody.services.arbitration import arbitration_decide
from tenants.custody.services.offers import offer_accept, offer_refuse
from tenants.isolation.schema_switch import agency_context
from tenants.models import TransferOffer
from tenants.models.enums import OfferState
from tests.support.custody import (
    DECISION,
    OVERSEER,
    REFUSAL,
    competence_asked,
    offer,
    request_filed,
)
from tests.support.factories import organisation_of

pytestmark = pytest.mark.django_db


class LogFull(Exception):
    """Stands for whatever keeps a line from being written."""


def lines_of(agency, reference):
    with agency_context(agency):
        found = AuditEntry.objects.filter(subject=reference, action__startswith="transfer.")
        return list(found.values_list("action", flat=True))


def fail(**_given):
    raise LogFull


@pytest.fixture
def one(roads, water):
    organisation_of(roads)
    organisation_of(water)
    return request_filed(roads)


def test_acceptance_and_its_line_are_written_together(one, roads, water, monkeypatch):
    made = offer(one, water)
    monkeypatch.setattr(moves, "audit_record", fail)
    with pytest.raises(LogFull):
        offer_accept(agency=water, offer_id=made.pk, actor=SYSTEM)
    assert one.holder == roads

    monkeypatch.undo()
    offer_accept(agency=water, offer_id=made.pk, actor=SYSTEM)
    assert lines_of(water, one.reference) == ["transfer.accepted"]
    assert lines_of(roads, one.reference) == []


def test_refusal_and_its_line_are_written_together(one, roads, water, monkeypatch):
    made = offer(one, water)
    monkeypatch.setattr(offers, "audit_record", fail)
    with pytest.raises(LogFull):
        offer_refuse(agency=water, offer_id=made.pk, reason=REFUSAL, actor=SYSTEM)
    assert TransferOffer.objects.get(pk=made.pk).state == OfferState.OFFERED

    monkeypatch.undo()
    offer_refuse(agency=water, offer_id=made.pk, reason=REFUSAL, actor=SYSTEM)
    assert lines_of(water, made.number) == ["transfer.refused"]
    assert lines_of(water, one.reference) == []


def test_case_that_national_oversight_assigns_was_accepted_by_nobody(one, roads, water):
    competence_asked(one, water)
    arbitration_decide(
        reference=one.reference, organisation_code="water", text=DECISION, actor=OVERSEER
    )
    assert one.holder == water
    assert "transfer.accepted" not in lines_of(water, one.reference)
