"""FS14: rows that an agency has broken keep no late case from those who answer for it."""

import pytest
from django.db import OperationalError

from shared.complaints import services
from shared.complaints.models import Party
from shared.complaints.services import escalation
from shared.kernel import clock
from shared.kernel.actors import SYSTEM
from tenants.isolation.schema_switch import agency_context
from tests.shared.complaints.test_escalation import FILED, USUAL, day, steps_of
from tests.support.factories import filed

pytestmark = pytest.mark.django_db


def test_fs14_case_whose_person_the_agency_has_deleted_is_brought_on_all_the_same(roads):
    with clock.travel(FILED):
        one = filed(roads).reference
    with agency_context(roads):
        Party.objects.filter(complaint__reference=one).delete()

    with day(16), agency_context(roads):
        services.expired_deadlines_apply(actor=SYSTEM)

    assert [kind for kind, _after in steps_of(roads, one)][-1] == USUAL[15]


def test_fs14_case_that_cannot_be_kept_stops_no_other_one(roads, monkeypatch, caplog):
    with clock.travel(FILED):
        broken, sound = filed(roads).reference, filed(roads).reference
    recorded = escalation._record

    def record(case, due, actor):
        recorded(case, due, actor)
        if case.reference == broken:
            raise ValueError(broken)

    monkeypatch.setattr(escalation, "_record", record)
    with day(16), agency_context(roads):
        services.expired_deadlines_apply(actor=SYSTEM)

    assert [kind for kind, _after in steps_of(roads, sound)][-1] == USUAL[15]
    assert steps_of(roads, broken) == []
    assert "a case cannot be kept: ValueError" in caplog.text
    assert broken not in caplog.text


def test_fs14_server_that_is_busy_is_no_fault_of_a_case(roads, monkeypatch):
    def busy(_case, _due, _actor):
        raise OperationalError

    with clock.travel(FILED):
        filed(roads)
    monkeypatch.setattr(escalation, "_record", busy)

    with day(16), agency_context(roads), pytest.raises(OperationalError):
        services.expired_deadlines_apply(actor=SYSTEM)
