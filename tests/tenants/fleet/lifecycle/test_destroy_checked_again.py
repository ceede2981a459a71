"""Between the second person's word and the work days may pass: what stands is looked at again."""

import pytest
from django.forms import model_to_dict

from public_portal.oversight.agencies.selectors.workspaces import workspace_detail
from public_portal.oversight.agencies.views.actions import action_list
from shared.accounts.enums import Role
from shared.complaints import services
from shared.jobs.enums import JobState
from shared.jobs.models import Job
from shared.jobs.services.job_runner import job_cancel, job_retry
from shared.kernel.actors import CITIZEN
from shared.kernel.identifiers import uuid7
from tenants.fleet.errors import DestroyAskedAlready
from tenants.fleet.services.lifecycle import destruction
from tenants.fleet.services.lifecycle.acting_administration import acting_administration_start
from tenants.fleet.services.lifecycle.destroy_orders import destroy_withdraw
from tenants.fleet.services.lifecycle.states import agency_unarchive
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency, DestroyOrder
from tenants.models.enums import AgencyState
from tests.support.sampling import repeats
from tests.tenants.fleet.lifecycle.agencies_to_destroy import (
    archived,
    ask,
    confirm,
    lived,
    of_agency,
    schemas,
    work,
)
from tests.tenants.fleet.lifecycle.people import ACTING_OFFICERS, OPERATOR, REASON, read_order

pytestmark = pytest.mark.django_db

WHOLE = {"hosts": 1, "routes": 1, "tokens": 1, "sealed": 1}


def test_a_request_that_was_opened_again_meanwhile_is_not_destroyed(ports, roads):
    reference = lived(ports).reference
    archived(ports)
    ask()
    order = confirm()
    with agency_context(ports):
        services.complaint_reopen(reference=reference, body="Not repaired.", actor=CITIZEN)

    stopped = work()

    assert (stopped.state, stopped.fault) == (JobState.FAILED, "cases_still_open")
    assert Agency.objects.get(code="sea-ports").state == AgencyState.ARCHIVED
    assert "a_sea_ports" in schemas()
    assert of_agency(ports) == WHOLE
    job_cancel(job_id=order.job_id, actor=OPERATOR)
    assert work("two").state == JobState.CANCELLED


def test_what_oversight_has_taken_over_meanwhile_is_not_destroyed(ports, roads):
    lived(ports)
    archived(ports)
    ask()
    confirm()
    Agency.objects.filter(pk=ports.pk).update(taken_over_at=ports.created_at)

    stopped = work()

    assert (stopped.state, stopped.fault) == (JobState.FAILED, "already_taken_over")
    assert of_agency(ports) == WHOLE


def test_what_is_half_gone_is_not_asked_again_and_goes_on(ports, roads, monkeypatch):
    lived(ports)
    archived(ports)
    ask()
    order = confirm()

    def fail(handle, agency):
        raise OSError("the storage is away")

    with monkeypatch.context() as broken:
        broken.setattr(destruction, "_schema", fail)
        assert work().state == JobState.FAILED
    Agency.objects.filter(pk=ports.pk).update(taken_over_at=ports.created_at)
    job_retry(job_id=order.job_id, actor=OPERATOR)

    assert work("two").state == JobState.DONE
    assert schemas() == ["a_roads", "a_water"]


def test_an_order_about_another_agency_destroys_nothing(ports, roads):
    archived(ports)
    ask()
    order = confirm()
    stored = model_to_dict(order)
    answer = {name: stored.pop(name) for name in list(stored) if name.startswith("confirmed")}
    answer["job_id"] = stored.pop("job_id")
    other = DestroyOrder.objects.create(**{**stored, "id": uuid7(), "agency_code": "water"})
    # The database takes no order that is agreed to from the beginning.
    DestroyOrder.objects.filter(pk=other.pk).update(**answer)
    Job.objects.filter(pk=order.job_id).update(arguments={"order": str(other.pk)})

    stopped = work()

    assert (stopped.state, stopped.fault) == (JobState.FAILED, "destroy_order_not_found")
    assert "a_sea_ports" in schemas()


@pytest.mark.parametrize("is_agreed", repeats([False, True], keep=1))
def test_nobody_takes_over_what_is_to_be_destroyed(ports, roads, is_agreed):
    archived(ports)
    ask()
    if is_agreed:
        confirm()

    with pytest.raises(DestroyAskedAlready):
        take_over()

    assert Agency.objects.get(code="sea-ports").taken_over_at is None
    if is_agreed:
        job_cancel(job_id=Job.objects.get(kind="destroy").pk, actor=OPERATOR)
        work()
    else:
        read = read_order("sea-ports")
        destroy_withdraw(agency_code="sea-ports", order_id=read, actor=OPERATOR)
    assert take_over().label == OPERATOR.label


def test_a_cancelled_destruction_is_over(ports, roads):
    archived(ports)
    ask()
    order = confirm()
    with pytest.raises(DestroyAskedAlready):
        agency_unarchive(agency_code="sea-ports", actor=OPERATOR)
    job_cancel(job_id=order.job_id, actor=OPERATOR)
    with pytest.raises(DestroyAskedAlready):
        agency_unarchive(agency_code="sea-ports", actor=OPERATOR)

    assert work().state == JobState.CANCELLED

    order.refresh_from_db()
    assert order.withdrawn_at is not None
    agency_unarchive(agency_code="sea-ports", actor=OPERATOR)
    assert Agency.objects.get(code="sea-ports").state == AgencyState.ACTIVE


def test_a_destruction_that_stopped_is_not_over(ports, roads):
    archived(ports)
    ask()
    Job.objects.filter(pk=confirm().job_id).update(state=JobState.FAILED)

    assert slugs() & {"unarchive", "destroy", "take-over"} == set()
    with pytest.raises(DestroyAskedAlready):
        ask()


@pytest.mark.slow
def test_what_was_restored_after_a_destruction_lives_and_ends_like_any_other(ports, roads):
    archived(ports)
    ask()
    Job.objects.filter(pk=confirm().job_id).update(state=JobState.DONE)

    assert slugs() >= {"unarchive", "destroy", "take-over"}
    agency_unarchive(agency_code="sea-ports", actor=OPERATOR)
    archived(ports)
    assert ask().confirmed_at is None


def slugs():
    detail = workspace_detail(code="sea-ports", reader_id=OPERATOR.user_id or 0)
    return {slug for role in Role for slug, _title in action_list(detail=detail, role=role)}


def take_over():
    return acting_administration_start(
        agency_code="sea-ports", reason=REASON, acting_officers=ACTING_OFFICERS, actor=OPERATOR
    )
