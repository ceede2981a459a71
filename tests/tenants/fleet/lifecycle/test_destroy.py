"""Two people destroy an agency, step by step; its name and the published figures stay."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import IntegrityError, transaction

from shared.accounts.enums import Role
from shared.accounts.services.users import user_create
from shared.complaints.models import Attachment
from shared.jobs.enums import JobState
from shared.jobs.errors import JobBeyondReturn
from shared.jobs.models import Job
from shared.jobs.selectors import job_summary
from shared.jobs.services.job_runner import job_cancel, job_request, job_retry
from shared.kernel import clock
from shared.kernel.actors import CITIZEN
from shared.register.models import RegisterCase
from shared.register.services import register_project
from tenants.agencies.selectors import agencies_by_code, agency_list
from tenants.approvals.errors import SecondPersonNeeded
from tenants.case_access.services.case_owners import owner_link
from tenants.fleet.enums import DestroyStep
from tenants.fleet.errors import (
    AgencyCodeTaken,
    AgencyStateConflict,
    AlreadyTakenOver,
    CasesStillOpen,
    CodeDiffers,
    DestroyAskedAlready,
    DestroyOrderNotFound,
    ExportMissing,
)
from tenants.fleet.services.lifecycle import destruction
from tenants.fleet.services.lifecycle.acting_administration import acting_administration_start
from tenants.fleet.services.lifecycle.destroy_orders import destroy_withdraw
from tenants.fleet.services.lifecycle.states import agency_unarchive
from tenants.isolation.checks import schema_faults
from tenants.isolation.schema_switch import agency_context
from tenants.models import (
    Agency,
    CaseMove,
    DestroyOrder,
    OwnedRoute,
    Route,
)
from tenants.models.enums import AgencyState
from tests.support.factories import filed
from tests.support.provisioning import agency_create
from tests.support.sampling import repeats
from tests.tenants.fleet.lifecycle.agencies_to_destroy import (
    PORTS,
    archived,
    ask,
    confirm,
    has_role,
    lived,
    of_agency,
    schemas,
    work,
)
from tests.tenants.fleet.lifecycle.people import (
    ACTING_OFFICERS,
    OPERATOR,
    REASON,
    SECOND,
    read_order,
)

pytestmark = pytest.mark.django_db


def test_what_two_people_agreed_to_is_destroyed_and_nothing_beside_it(ports, roads, water):
    gone, kept = lived(ports), lived(roads)
    with agency_context(ports):
        place = Attachment.objects.get().path
    with agency_context(roads):
        place_of_roads = Attachment.objects.get().path
    archived(ports)
    ask()
    order = confirm()

    done = work()

    assert (done.id, done.state, done.fault_text) == (order.job_id, JobState.DONE, "")
    assert schemas() == ["a_roads", "a_water"]
    assert not has_role("a_sea_ports")
    assert has_role("a_roads")
    assert not default_storage.exists(place)
    assert default_storage.exists(place_of_roads)
    assert of_agency(ports) == {"hosts": 0, "routes": 0, "tokens": 0, "sealed": 0}
    assert of_agency(roads) == {"hosts": 1, "routes": 1, "tokens": 1, "sealed": 1}
    assert Route.objects.filter(pk=kept.reference).exists()
    assert not Route.objects.filter(pk=gone.reference).exists()
    assert schema_faults() == []


def test_a_tombstone_and_the_figures_stay(ports, roads, client):
    reference = lived(ports).reference
    archived(ports)
    ask()
    confirm()

    work()

    stone = Agency.objects.get(code="sea-ports")
    assert (stone.state, stone.name_fr, stone.passed_on) == (AgencyState.DESTROYED, "Ports", None)
    assert stone not in agency_list()
    assert agencies_by_code(codes=["sea-ports"])["sea-ports"].name_fr == "Ports"
    counted = RegisterCase.objects.filter(agency_code="sea-ports")
    assert list(counted.values_list("reference", flat=True)) == [reference]
    call_command("rebuild_register")
    assert counted.count() == 1
    with pytest.raises(AgencyCodeTaken):
        agency_create(info=PORTS, actor=OPERATOR)
    assert client.get("/", headers={"host": "sea-ports.testserver"}).status_code == 404
    assert filed(ports).agency_code == "roads"


def test_a_citizen_keeps_no_dead_request_in_an_account(ports, roads, citizen_id):
    for agency in (ports, roads):
        owner_link(user_id=citizen_id, reference=lived(agency).reference)
    archived(ports)
    ask()
    confirm()

    work()

    assert [one.route.agency.code for one in OwnedRoute.objects.all()] == ["roads"]


@pytest.fixture
def citizen_id(db):
    return user_create(
        email="c@example.org", name="C", role=Role.CITIZEN, password=None, actor=CITIZEN
    ).pk


class Killed(BaseException):
    """As SIGKILL leaves it: nothing after it runs, and no transaction in hand is committed."""


@pytest.mark.slow
@pytest.mark.parametrize(
    "part", ["_close", "_files", "_schema", "agency_role_drop", "_traces", "_forget_routes"]
)
@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_anywhere_it_goes_on_to_the_end(ports, roads, monkeypatch, part, when):
    lived(ports)
    archived(ports)
    ask()
    confirm()
    whole = getattr(destruction, part)

    def die(*args, **kwargs):
        if when == "after":
            whole(*args, **kwargs)
        raise Killed

    monkeypatch.setattr(destruction, part, die)
    with pytest.raises(Killed):
        work()
    monkeypatch.setattr(destruction, part, whole)
    done = work("two")

    assert (done.state, done.fault_text) == (JobState.DONE, "")
    assert schemas() == ["a_roads", "a_water"]
    assert not has_role("a_sea_ports")
    assert of_agency(ports) == {"hosts": 0, "routes": 0, "tokens": 0, "sealed": 0}
    assert schema_faults() == []


def test_cancelled_before_the_first_step_nothing_has_happened(ports, roads):
    lived(ports)
    archived(ports)
    ask()
    order = confirm()

    job_cancel(job_id=order.job_id, actor=OPERATOR)
    done = work()

    assert done.state == JobState.CANCELLED
    assert "a_sea_ports" in schemas()
    assert of_agency(ports) == {"hosts": 1, "routes": 1, "tokens": 1, "sealed": 1}
    assert ask().confirmed_at is None


def test_once_begun_it_can_only_be_finished(ports, roads, monkeypatch):
    archived(ports)
    ask()
    order = confirm()

    def fail(handle, agency):
        raise OSError("the storage is away")

    monkeypatch.setattr(destruction, "_files", fail)
    assert work().state == JobState.FAILED
    with pytest.raises(JobBeyondReturn):
        job_cancel(job_id=order.job_id, actor=OPERATOR)
    with pytest.raises(AgencyStateConflict):
        agency_unarchive(agency_code="sea-ports", actor=OPERATOR)
    monkeypatch.undo()
    job_retry(job_id=order.job_id, actor=OPERATOR)

    assert work("two").state == JobState.DONE
    assert schemas() == ["a_roads", "a_water"]


def test_a_job_without_two_names_destroys_nothing(ports, roads):
    archived(ports)
    order = ask()
    job = job_request(
        kind="destroy",
        subject="sea-ports",
        steps=DestroyStep.values,
        arguments={"order": str(order.pk)},
        actor=OPERATOR,
    )

    work()

    assert job_summary(job_id=job.id).fault == "destroy_order_not_found"
    assert "a_sea_ports" in schemas()


def test_the_one_who_asked_cannot_agree_nor_can_a_hand_without_a_name(ports, roads):
    archived(ports)
    order = ask()

    for actor in (OPERATOR, CITIZEN):
        with pytest.raises(SecondPersonNeeded):
            confirm(actor=actor)

    assert Job.objects.filter(kind="destroy").count() == 0
    with pytest.raises(IntegrityError), transaction.atomic():
        DestroyOrder.objects.filter(pk=order.pk).update(confirmed_by_id=order.asked_by_id)


def test_after_seven_days_it_must_be_asked_anew(ports, roads):
    archived(ports)
    with clock.travel(clock.now() - timedelta(days=7, seconds=1)):
        ask()

    with pytest.raises(DestroyOrderNotFound):
        confirm()
    ask()
    assert confirm().confirmed_by == "Second person"


def test_a_withdrawn_order_is_no_order(ports, roads):
    archived(ports)
    ask()

    destroy_withdraw(agency_code="sea-ports", order_id=read_order("sea-ports"), actor=SECOND)

    with pytest.raises(DestroyOrderNotFound):
        confirm()


def test_it_is_asked_for_once(ports, roads):
    archived(ports)
    ask()

    with pytest.raises(DestroyAskedAlready):
        ask(actor=SECOND)
    confirm()
    with pytest.raises(DestroyAskedAlready):
        ask()


def test_only_an_archived_agency_is_destroyed(ports):
    with pytest.raises(AgencyStateConflict):
        ask()


@pytest.mark.parametrize("typed", repeats(["", "ports", "SEA-PORTS"], keep=1))
def test_the_code_is_typed_both_times(ports, roads, typed):
    archived(ports)

    with pytest.raises(CodeDiffers):
        ask(typed_code=typed)
    ask()
    with pytest.raises(CodeDiffers):
        confirm(typed_code=typed)


def test_open_requests_are_not_destroyed_unanswered(ports, roads):
    lived(ports)
    archived(ports)
    agency_unarchive(agency_code="sea-ports", actor=OPERATOR)
    filed(ports)
    acting_administration_start(
        agency_code="sea-ports", reason=REASON, acting_officers=ACTING_OFFICERS, actor=OPERATOR
    )
    archived(ports)

    with pytest.raises(AlreadyTakenOver):
        ask()
    Agency.objects.filter(pk=ports.pk).update(taken_over_at=None)
    with pytest.raises(CasesStillOpen):
        ask()


@pytest.mark.parametrize("end", repeats(["from_schema", "to_schema"], keep=1))
def test_case_on_its_way_between_two_agencies_is_not_destroyed(ports, roads, end):
    archived(ports)
    ends = {"from_schema": roads.schema_name, "to_schema": roads.schema_name}
    CaseMove.objects.create(
        reference="1" * 16,
        **ends | {end: ports.schema_name},
        organisation_code="sea-ports",
        actor={},
        key_id="k",
        sealed=b"",
        began_at=clock.now(),
    )

    with pytest.raises(CasesStillOpen):
        ask()


def test_without_a_bundle_of_after_the_archiving_somebody_says_why(ports, roads):
    export(ports, clock.now() - timedelta(hours=1))
    archived(ports)

    with pytest.raises(ExportMissing):
        ask(waiver=" ")
    export(roads, clock.now() + timedelta(seconds=1))
    with pytest.raises(ExportMissing):
        ask(waiver="")
    export(ports, clock.now() + timedelta(seconds=1))

    assert ask(waiver="").reason == REASON


def export(agency, at):
    """The trace of an export of an agency that was begun and done at a moment."""
    job = job_request(kind="export", subject=agency.code, steps=["data"], actor=OPERATOR)
    Job.objects.filter(pk=job.id).update(state=JobState.DONE, started_at=at, finished_at=at)


def test_what_was_announced_last_is_counted_before_its_tables_go(ports, roads):
    lived(ports)
    archived(ports)
    assert RegisterCase.objects.filter(agency_code="sea-ports").count() == 0
    ask()
    confirm()

    work()

    assert register_project(limit=10) == 0
    assert RegisterCase.objects.filter(agency_code="sea-ports").count() == 1
