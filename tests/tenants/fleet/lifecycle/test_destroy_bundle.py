"""A destruction without a waiver needs a bundle that holds what happened last."""

from datetime import timedelta

import pytest

from shared.complaints import services
from shared.complaints.types import RatingDraft
from shared.jobs.enums import JobState
from shared.jobs.models import Job
from shared.jobs.services.job_runner import job_request, job_retry
from shared.kernel import clock
from shared.kernel.actors import CITIZEN
from tenants.fleet.errors import ExportMissing
from tenants.fleet.services.lifecycle.acting_administration import (
    acting_administration_end,
    acting_administration_start,
)
from tenants.isolation.schema_switch import agency_context
from tests.support.sampling import repeats
from tests.tenants.fleet.lifecycle.agencies_to_destroy import (
    archived,
    ask,
    confirm,
    lived,
    schemas,
    work,
)
from tests.tenants.fleet.lifecycle.people import ACTING_OFFICERS, OPERATOR, REASON

pytestmark = pytest.mark.django_db


def export():
    """The trace of an export that was begun and done just now."""
    job = job_request(kind="export", subject="sea-ports", steps=["data"], actor=OPERATOR)
    at = clock.now()
    Job.objects.filter(pk=job.id).update(state=JobState.DONE, started_at=at, finished_at=at)


def rated(agency, reference):
    with agency_context(agency), clock.travel(clock.now() + timedelta(seconds=1)):
        services.rating_give(
            reference=reference, draft=RatingDraft(resolved=True, handling=5), actor=CITIZEN
        )


def test_a_bundle_from_before_the_last_event_is_none(ports, roads):
    reference = lived(ports).reference
    archived(ports)
    export()
    rated(ports, reference)

    with pytest.raises(ExportMissing):
        ask(waiver="")

    with clock.travel(clock.now() + timedelta(seconds=2)):
        export()
        assert ask(waiver="").is_waived is False


def test_a_bundle_from_before_the_end_of_a_take_over_is_none(ports, roads):
    archived(ports)
    acting_administration_start(
        agency_code="sea-ports", reason=REASON, acting_officers=ACTING_OFFICERS, actor=OPERATOR
    )
    export()
    with clock.travel(clock.now() + timedelta(seconds=1)):
        acting_administration_end(agency_code="sea-ports", actor=OPERATOR)

    with pytest.raises(ExportMissing):
        ask(waiver="")


@pytest.mark.parametrize("waiver", repeats(["", "Nothing is in it."], keep=1))
def test_who_agrees_needs_it_as_fresh_unless_somebody_has_said_why_not(ports, roads, waiver):
    reference = lived(ports).reference
    archived(ports)
    export()
    ask(waiver=waiver)
    rated(ports, reference)

    if waiver:
        assert confirm().is_waived is True
        return
    with pytest.raises(ExportMissing):
        confirm()
    assert Job.objects.filter(kind="destroy").count() == 0
    with clock.travel(clock.now() + timedelta(seconds=2)):
        export()
    assert confirm().confirmed_at is not None


def test_what_came_after_both_have_agreed_must_be_in_a_bundle_too(ports, roads):
    reference = lived(ports).reference
    archived(ports)
    export()
    ask(waiver="")
    order = confirm()
    rated(ports, reference)

    stopped = work()

    assert (stopped.state, stopped.fault) == (JobState.FAILED, "bundle_missing")
    assert "a_sea_ports" in schemas()
    with clock.travel(clock.now() + timedelta(seconds=2)):
        export()
        job_retry(job_id=order.job_id, actor=OPERATOR)
        assert work("two").state == JobState.DONE
