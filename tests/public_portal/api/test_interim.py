"""FS12 and FS9 over REST: the announced day, and the marks of the ledger."""

from datetime import UTC, date, datetime, timedelta

import pytest

from shared.complaints import services
from shared.complaints.types import InterimDraft
from shared.kernel import clock
from shared.kernel.actors import SYSTEM
from tenants.isolation.schema_switch import agency_context
from tests.support.factories import officer_actor, staff

pytestmark = pytest.mark.django_db

FILED, DUE = date(2026, 3, 2), date(2026, 5, 1)


def on(day):
    return clock.travel(datetime(day.year, day.month, day.day, 10, tzinfo=UTC))


def test_fs12_a_programme_reads_the_announced_day_and_the_marks(caller, roads):
    officer = staff(roads)
    with on(FILED):
        receipt = caller.submit().json()
    with on(FILED + timedelta(8)), agency_context(roads):
        services.interim_send(
            reference=receipt["reference"],
            draft=InterimDraft(
                done="We measured the lamp and ordered the part.",
                delay="The part is made abroad and comes in weeks.",
                until=date(2026, 4, 10),
            ),
            officer=officer,
            actor=officer_actor(officer),
            is_approved=False,
        )
    for after in (-15, 0, 15):
        with on(DUE + timedelta(after)), agency_context(roads):
            services.cases_escalate(actor=SYSTEM)

    with on(DUE + timedelta(16)):
        caller.open(receipt)
        case = caller.get("tracking/case/").json()

    assert (case["interim_until"], case["due_on"]) == ("2026-04-10", "2026-05-01")
    marks = {day["day"]: day["marks"] for day in case["ledger"] if day["marks"]}
    assert marks == {
        "2026-03-10": [{"kind": "interim", "until": "2026-04-10"}],
        "2026-05-01": [{"kind": "term_reached", "until": None}],
        "2026-05-16": [{"kind": "escalated_oversight", "until": None}],
    }
    assert [day["legal"] for day in case["ledger"]] == list(range(77))
    assert [(one["kind"], one["until"]) for one in case["timeline"]] == [
        ("received", None),
        ("interim_reply", "2026-04-10"),
        ("term_reached", None),
        ("escalated_oversight", None),
    ]
    assert [one["kind"] for one in case["messages"]] == ["interim"]
