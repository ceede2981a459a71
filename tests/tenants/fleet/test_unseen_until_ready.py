"""Nothing of a workspace is seen before its last step, and all of it at once afterwards."""

from dataclasses import asdict, replace

import pytest
from django.test import Client

from shared.accounts.enums import Role
from shared.accounts.models import User
from shared.directory.errors import OrganisationTaken
from shared.directory.models import Organisation
from shared.directory.selectors.organisations import organisation_get
from shared.jobs.enums import JobState
from shared.jobs.errors import JobEnded, JobLost
from shared.jobs.models import Job
from shared.jobs.services.job_runner import JobHandle, job_request
from shared.kernel.actors import SYSTEM
from shared.mail.models import Mail
from tenants.agencies.errors import OrganisationNotServed
from tenants.agencies.selectors import (
    address_book_clear,
    agencies_by_code,
    agency_for_organisation,
    agency_infos,
)
from tenants.agencies.types import AgencyInfo
from tenants.fleet.errors import WorkspaceIncomplete
from tenants.fleet.services import provisioning
from tenants.fleet.services.provisioning import steps
from tenants.fleet.types import Administrator, WorkspaceOrder
from tenants.isolation.schema_switch import agency_context, schema_entered
from tenants.models import Agency, Domain
from tenants.models.enums import AgencyState, ProvisioningStep
from tests.shared.jobs.workers import run_queue
from tests.support.factories import organisation_of
from tests.support.sampling import repeats

pytestmark = pytest.mark.django_db

LAMPS = AgencyInfo(code="lamps", name_ar="الإنارة", name_fr="Éclairage", name_en="Lamps")
ADMIN = Administrator(email="First@Lamps.example", name="Amina", language="fr")
ORDER = WorkspaceOrder(info=LAMPS, organisation="lamps-office", admin=ADMIN)
HOST = "lamps.testserver"


@pytest.fixture
def client():
    """A person whose browser names its host."""
    return Client(headers={"host": "testserver"})


@pytest.fixture
def office(roads):
    """A body below that of the roads, without a workspace of its own."""
    names = {f"name_{language}": "Lamps office" for language in ("ar", "fr", "en")}
    return Organisation.objects.create(
        code="lamps-office", kind="institution", parent=organisation_of(roads), **names
    )


def seen(client):
    """What anybody can learn of the new workspace: where it shows, and who takes its requests."""
    address_book_clear()
    rest = client.get("/api/v1/organisations/", {"parent": "roads"}).json()["results"]
    return {
        "host": client.get("/accounts/login/", headers={"host": HOST}).status_code,
        "lists": [one.code for one in agency_infos()],
        "by_code": list(agencies_by_code(codes=["lamps"])),
        "intake": agency_for_organisation(organisation_code="lamps-office").code,
        "directory": organisation_get(code="lamps-office").agency_code,
        "rest": [(one["code"], (one["agency"] or {}).get("code")) for one in rest],
    }


BEFORE = {
    "host": 404,
    "lists": ["roads", "water"],
    "by_code": [],
    "intake": "roads",
    "directory": "",
    "rest": [("lamps-office", "roads")],
}
AFTER = {
    "host": 200,
    "lists": ["lamps", "roads", "water"],
    "by_code": ["lamps"],
    "intake": "lamps",
    "directory": "lamps",
    "rest": [("lamps-office", "lamps")],
}


def make(order=ORDER, begin=lambda step: None):
    agency = provisioning.agency_record(info=order.info, actor=SYSTEM)
    return provisioning.agency_resume(agency=agency, actor=SYSTEM, order=order, begin=begin)


def test_before_its_last_step_a_workspace_shows_nowhere_and_after_it_everywhere(client, office):
    looks = {}

    make(begin=lambda step: looks.update({step: seen(client)}))

    assert looks == dict.fromkeys(list(ProvisioningStep.values)[1:], BEFORE)
    assert seen(client) == AFTER


def test_the_host_of_a_half_made_workspace_answers_like_a_strangers(client, office):
    def look(step):
        if step == ProvisioningStep.READY:
            pages = [client.get("/", headers={"host": one}) for one in (HOST, "no.testserver")]
            assert [page.status_code for page in pages] == [404, 404]
            assert pages[0].content == pages[1].content

    make(begin=look)

    assert Domain.objects.filter(domain=HOST).count() == 1


def test_the_first_administrator_is_invited_once_and_the_letter_leaves_with_the_last_step(
    office, mailoutbox
):
    agency = make(begin=lambda step: run_queue())
    assert mailoutbox == []
    for _again in range(2):
        steps.STEPS[ProvisioningStep.INVITED](agency, ORDER, SYSTEM)

    run_queue()

    with agency_context(agency):
        people = [(one.email, one.role, one.has_usable_password()) for one in User.objects.all()]
        letters = Mail.objects.count()
    assert people == [("first@lamps.example", Role.ADMINISTRATOR, False)]
    assert (letters, [letter.to for letter in mailoutbox]) == (1, [["first@lamps.example"]])
    assert "http://lamps.testserver:8000/accounts/password/reset/" in mailoutbox[0].body


@pytest.mark.parametrize("language", repeats(["ar", "fr", "en"], keep=1))
def test_the_invitation_names_the_institution_in_the_administrators_language(
    office, mailoutbox, language
):
    make(replace(ORDER, admin=replace(ADMIN, language=language)))

    run_queue()

    (letter,) = mailoutbox
    html = letter.alternatives[0].content
    assert LAMPS.name(language) in letter.body
    assert LAMPS.name(language) in html
    assert html.count("<a ") == 1
    assert f'lang="{language}"' in html


def test_a_body_that_has_a_workspace_gets_no_second_one(office, water):
    Organisation.objects.filter(pk=office.pk).update(agency_code="water")

    with pytest.raises(OrganisationTaken):
        make()

    assert Agency.objects.get(code="lamps").state == AgencyState.PREPARING
    assert organisation_get(code="lamps-office").agency_code == "water"


def test_a_body_that_was_given_away_meanwhile_stays_with_whom_it_is(office):
    def given_away(step):
        if step == ProvisioningStep.READY:
            Organisation.objects.filter(pk=office.pk).update(agency_code="water")

    with pytest.raises(OrganisationTaken):
        make(begin=given_away)

    assert Agency.objects.get(code="lamps").state == AgencyState.PREPARING


def test_a_body_outside_the_portal_gets_no_workspace(office):
    refusal = {f"refusal_{language}": "Write to the court." for language in ("ar", "fr", "en")}
    Organisation.objects.filter(pk=office.pk).update(accepts=False, **refusal)

    with pytest.raises(OrganisationNotServed):
        make()


def sabotage(sql):
    """Spoil the workspace just before its checks."""

    def begin(step):
        if step == ProvisioningStep.CHECKED:
            with provisioning.as_owner(), provisioning.connection.cursor() as cursor:
                cursor.execute(sql % {"role": f'"{database()}_a_lamps"'})

    return begin


def database():
    return provisioning.connection.settings_dict["NAME"]


@pytest.mark.parametrize(
    ("sql", "fault"),
    repeats(
        [
            ("DROP TABLE a_lamps.complaints_note", "a table is missing"),
            ("UPDATE tenants_agency SET version = 'old' WHERE code = 'lamps'", "another version"),
            ("DELETE FROM tenants_domain WHERE domain = 'lamps.testserver'", "no host of its own"),
            ("REVOKE SELECT ON a_lamps.mail_mail FROM %(role)s", "its role cannot read"),
            (
                "GRANT USAGE ON SCHEMA a_roads TO %(role)s;"
                " GRANT SELECT ON ALL TABLES IN SCHEMA a_roads TO %(role)s",
                "its role reads a_roads",
            ),
        ],
        keep=3,
    ),
)
def test_a_spoilt_workspace_does_not_pass_its_checks(office, sql, fault):
    agency = provisioning.agency_record(info=LAMPS, actor=SYSTEM)

    def begin(step):
        sabotage(sql)(step)
        agency.refresh_from_db()

    with pytest.raises(WorkspaceIncomplete, match=fault):
        provisioning.agency_resume(agency=agency, actor=SYSTEM, order=ORDER, begin=begin)

    assert Agency.objects.get(code="lamps").state == AgencyState.PREPARING


def test_a_workspace_that_is_ready_is_not_taken_back(office):
    agency = make()

    with pytest.raises(JobEnded):
        provisioning.agency_remove(agency=agency, actor=SYSTEM)

    with schema_entered(agency.schema_name):
        assert User.objects.count() == 1


def test_a_process_that_has_lost_its_job_makes_no_further_step(office):
    job = job_request(
        kind="provision",
        subject="lamps",
        steps=ProvisioningStep.values,
        arguments=asdict(ORDER),
        actor=SYSTEM,
    )
    agency = provisioning.agency_record(info=LAMPS, actor=SYSTEM)
    Job.objects.update(state=JobState.RUNNING, worker="the next one")
    late = JobHandle(Job.objects.get(pk=job.id), "the first one")

    with pytest.raises(JobLost):
        provisioning.agency_resume(agency=agency, actor=SYSTEM, order=ORDER, require=late.require)
    with pytest.raises(JobLost):
        provisioning.job_unprovision(late)

    assert Agency.objects.get(code="lamps").step == ProvisioningStep.RECORDED
