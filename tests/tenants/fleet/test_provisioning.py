"""A workspace comes to be by named steps, never by saving a row, and resumes after a failure."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from shared.accounts.models import User
from shared.directory.models import Organisation
from shared.kernel.actors import SYSTEM
from tenants.agencies.selectors import agency_list
from tenants.agencies.types import AgencyInfo
from tenants.billing.models import Subscription
from tenants.billing.selectors import plan_free, subscription_row
from tenants.billing.services.plans import plans_load
from tenants.fleet.errors import AgencyCodeTaken
from tenants.fleet.services import provisioning
from tenants.fleet.types import WorkspaceOrder
from tenants.isolation.checks import schema_faults
from tenants.isolation.schema_switch import as_owner, schema_entered
from tenants.models import Agency, Domain
from tenants.models.enums import AgencyState, ProvisioningStep
from tests.support.agencies import committed_agencies
from tests.support.processes import in_child, outside_connection
from tests.support.provisioning import agencies_create, agency_create
from tests.support.sampling import one_in, repeats

pytestmark = pytest.mark.django_db

PORTS = AgencyInfo(code="sea-ports", name_ar="الموانئ", name_fr="Ports", name_en="Ports")


def schemas():
    with connection.cursor() as cursor:
        cursor.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'a\\_%' ORDER BY 1")
        return [name for (name,) in cursor.fetchall()]


def test_saving_an_agency_makes_no_schema():
    names = {"name_ar": "x", "name_fr": "x", "name_en": "x"}
    Agency.objects.create(code="ports", schema_name="a_ports", **names)

    assert schemas() == ["a_roads", "a_water"]


def test_a_whole_creation_ends_with_an_active_agency_and_exact_tables():
    agency = agency_create(info=PORTS, actor=SYSTEM)

    assert agency.state == AgencyState.ACTIVE
    assert schemas() == ["a_roads", "a_sea_ports", "a_water"]
    assert schema_faults() == []
    assert Domain.objects.get(tenant=agency).domain == "sea-ports.testserver"


@pytest.mark.parametrize("step", one_in(3, list(provisioning.STEPS)))
def test_a_creation_that_dies_is_not_seen_and_resumes(step, monkeypatch):
    def die(agency, order, actor):
        raise ConnectionError

    whole = dict(provisioning.STEPS)
    monkeypatch.setitem(provisioning.STEPS, step, die)
    with pytest.raises(ConnectionError):
        agency_create(info=PORTS, actor=SYSTEM)
    half = Agency.objects.get(code="sea-ports")

    assert half.state == AgencyState.PREPARING
    assert half not in agency_list()

    monkeypatch.setitem(provisioning.STEPS, step, whole[step])
    provisioning.agency_resume(agency=half, actor=SYSTEM)

    assert Agency.objects.get(code="sea-ports").state == AgencyState.ACTIVE
    assert schema_faults() == []


def test_a_code_is_given_once():
    provisioning.agency_record(info=PORTS, actor=SYSTEM)

    with pytest.raises(AgencyCodeTaken):
        provisioning.agency_record(info=PORTS, actor=SYSTEM)


def test_resuming_a_ready_agency_changes_nothing(roads):
    provisioning.agency_resume(agency=roads, actor=SYSTEM)

    assert Domain.objects.filter(tenant=roads).count() == 1


@pytest.mark.slow
def test_many_agencies_are_made_several_at_a_time_and_a_second_run_changes_nothing():
    with committed_agencies() as codes:
        outside = outside_connection()
        with outside.cursor() as cursor:
            cursor.execute(
                "SELECT code, state FROM tenants_agency WHERE code = ANY(%s) ORDER BY code",
                [list(codes)],
            )
            made = cursor.fetchall()
        outside.close()
        again = in_child(lambda: agencies_create(infos=infos(codes), actor=SYSTEM))

    assert (made, again) == ([(code, AgencyState.ACTIVE) for code in sorted(codes)], 0)


def test_one_of_many_that_cannot_be_made_is_named():
    failed = agencies_create(infos=infos(["Not a code"]), actor=SYSTEM)

    assert list(failed) == ["Not a code"]
    assert failed["Not a code"].startswith("AgencyCodeTaken")


def infos(codes):
    return [AgencyInfo(code=code, name_ar=code, name_fr=code, name_en=code) for code in codes]


def command(*arguments):
    fixed = ("lamps", "--organisation=lamps-office")
    call_command("create_agency", *fixed, *arguments, stdout=StringIO())


@pytest.fixture
def office(db):
    names = {"name_ar": "مصلحة الإنارة", "name_fr": "Éclairage", "name_en": "Lamps office"}
    return Organisation.objects.create(code="lamps-office", kind="institution", **names)


def test_the_command_gives_a_body_its_workspace_its_administrator_and_its_plan_once(office):
    plans_load(actor=SYSTEM)
    free = plan_free().code
    for _again in range(2):
        command("--admin-email=a@lamps.example", "--admin-name=Amina", f"--plan={free}")

    agency = Agency.objects.get(code="lamps")
    assert (agency.name_ar, agency.state) == ("مصلحة الإنارة", AgencyState.ACTIVE)
    assert Organisation.objects.get(code="lamps-office").agency_code == "lamps"
    assert subscription_row(agency).plan_id == free
    with schema_entered(agency.schema_name):
        assert list(User.objects.values_list("email", "name")) == [("a@lamps.example", "Amina")]


@pytest.mark.parametrize(
    "state", [AgencyState.SUSPENDED, AgencyState.ARCHIVED, AgencyState.DESTROYED]
)
def test_the_command_gives_no_body_to_a_closed_agency(state, office, roads):
    Agency.objects.filter(pk=roads.pk).update(code="lamps", state=state)

    with pytest.raises(CommandError, match="agency_state_conflict"):
        command()
    assert Organisation.objects.get(code="lamps-office").agency_code == ""


def test_the_command_does_not_go_on_with_what_a_restoring_has_begun(office, roads):
    begun = {"state": AgencyState.PREPARING, "step": ProvisioningStep.RECORDED}
    Agency.objects.filter(pk=roads.pk).update(code="lamps", **begun)
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("COMMENT ON SCHEMA a_roads IS 'restored by job 1'")

    with pytest.raises(CommandError, match="agency_state_conflict"):
        command()
    assert Agency.objects.get(code="lamps").step == ProvisioningStep.RECORDED
    assert Organisation.objects.get(code="lamps-office").agency_code == ""


@pytest.mark.parametrize("code", ["national", "www"])
def test_the_command_makes_no_agency_under_a_name_of_the_portal(code, office):
    with pytest.raises(CommandError, match="agency_code_reserved"):
        call_command("create_agency", code, "--organisation=lamps-office", stdout=StringIO())
    assert Organisation.objects.get(code="lamps-office").agency_code == ""


@pytest.mark.parametrize(
    ("plan", "given"), repeats([("national", ["national"]), ("seats", []), ("gone", []), ("", [])])
)
def test_a_workspace_begins_with_the_plan_of_its_order_unless_that_must_be_paid_for(plan, given):
    plans_load(actor=SYSTEM)
    order = WorkspaceOrder(info=PORTS, plan=plan)

    agency_create(info=PORTS, actor=SYSTEM, order=order)

    begun = Subscription.objects.filter(agency__code="sea-ports")
    assert list(begun.values_list("plan_id", flat=True)) == given
    assert Subscription.objects.exclude(agency__code="sea-ports").count() == 0


def test_where_no_plans_are_loaded_a_workspace_is_made_all_the_same():
    order = WorkspaceOrder(info=PORTS, plan="national")

    agency = agency_create(info=PORTS, actor=SYSTEM, order=order)

    assert agency.state == AgencyState.ACTIVE
    assert Subscription.objects.count() == 0


def test_the_command_makes_nothing_for_a_plan_that_is_not_offered(office):
    plans_load(actor=SYSTEM)

    with pytest.raises(CommandError, match="plan_not_found"):
        command("--plan=gone")

    assert not Agency.objects.filter(code="lamps").exists()


def test_the_command_refuses_a_body_that_has_a_workspace(office):
    Organisation.objects.filter(pk=office.pk).update(agency_code="water")

    with pytest.raises(CommandError, match="organisation_taken"):
        command()
