"""Every address of national oversight, for every kind of visitor, about every kind of thing."""

from collections.abc import Mapping
from dataclasses import dataclass

import pytest
from django.test import Client

from public_portal.oversight.agencies.views.actions import ACTIONS
from shared.accounts.enums import Role
from shared.accounts.models import User
from shared.catalogue.models import Holiday
from shared.complaints.types import UploadedContent
from shared.jobs.models import Job
from shared.kernel.identifiers import uuid7
from shared.knowledge_base.models import Article
from tenants.agencies.selectors import NATIONAL_SCHEMA
from tenants.agency_export.services.work_folders import folder_create
from tenants.case_access import gateway
from tenants.case_access.services.reviews import review_ask
from tenants.isolation.schema_switch import agency_context, start_in
from tenants.models import Agency
from tests.all_forms.addresses import Address
from tests.all_forms.doors import (
    ABSENT_ID,
    ABSENT_REFERENCE,
    NOTHING,
    Thing,
    columns,
    differences,
    matrix,
    rows_of,
)
from tests.all_forms.people import national, session_of
from tests.public_portal.account.door import Account
from tests.public_portal.knowledge_base.samples import missed
from tests.public_portal.workspace_requests.applicant import Applicant, body
from tests.support.custody import arbitration_kept
from tests.support.factories import articles_loaded, staff
from tests.support.reviewed import REASON, refused_twice
from tests.support.samples import PDF
from tests.support.sessions import PROOFS, open_session, proofs_age
from tests.tenants.isolation.canaries import plant

pytestmark = pytest.mark.django_db

HOST = "oversight.testserver"
# ``weak`` has given a password alone; of the last two the last proof is old.
EXPECTED = """
stranger citizen administrator analyst operator weak stale-analyst stale-operator
agencies:list-agencies                          D5 D5 D5 L5 L5 22 L5 L5
agencies:download-agencies                      D5 D5 D5 L5 L5 22 L5 L5
agencies:export-agency absent                   DD DD DD 33 44 22 33 22
agencies:export-agency own                      DD DD DD 33 LL 22 33 22
agencies:export-agency nobody's                 DD DD DD 33 44 22 33 22
agencies:answer-export absent                   5D 5D 5D 54 54 22 52 52
agencies:answer-export own                      5D 5D 5D 5> 5> 22 52 52
agencies:answer-export nobody's                 5D 5D 5D 54 54 22 52 52
agencies:take-bundle absent                     D5 D5 D5 35 45 22 35 25
agencies:take-bundle own                        D5 D5 D5 35 L5 22 35 25
agencies:take-bundle apart                      D5 D5 D5 35 45 22 35 25
agencies:change-host absent                     5D 5D 5D 53 54 22 53 52
agencies:change-host own                        5D 5D 5D 53 54 22 53 52
agencies:change-host nobody's                   5D 5D 5D 53 54 22 53 52
agencies:show-workspace absent                  D5 D5 D5 45 45 22 45 45
agencies:show-workspace own                     D5 D5 D5 L5 L5 22 L5 L5
agencies:show-workspace nobody's                D5 D5 D5 45 45 22 45 45
agencies:change-workspace suspend               DD DD DD 33 LL 22 22 22
agencies:change-workspace reactivate            DD DD DD 33 LL 22 22 22
agencies:change-workspace archive               DD DD DD 33 LL 22 22 22
agencies:change-workspace unarchive             DD DD DD 33 LL 22 22 22
agencies:change-workspace take-over             DD DD DD LL LL 22 22 22
agencies:change-workspace hand-back             DD DD DD LL LL 22 22 22
agencies:change-workspace invite                DD DD DD 33 LL 22 22 22
agencies:change-workspace rename                DD DD DD 33 LL 22 22 22
agencies:change-workspace host                  DD DD DD 33 LL 22 22 22
agencies:change-workspace host-primary          DD DD DD 33 LL 22 22 22
agencies:change-workspace destroy               DD DD DD 33 LL 22 22 22
agencies:change-workspace archive-confirm       DD DD DD LL LL 22 22 22
agencies:change-workspace archive-withdraw      DD DD DD LL LL 22 22 22
agencies:change-workspace archive-refuse        DD DD DD LL LL 22 22 22
agencies:change-workspace take-over-confirm     DD DD DD LL LL 22 22 22
agencies:change-workspace take-over-withdraw    DD DD DD LL LL 22 22 22
agencies:change-workspace take-over-refuse      DD DD DD LL LL 22 22 22
agencies:change-workspace invite-confirm        DD DD DD LL LL 22 22 22
agencies:change-workspace invite-withdraw       DD DD DD LL LL 22 22 22
agencies:change-workspace invite-refuse         DD DD DD LL LL 22 22 22
agencies:change-workspace host-add-confirm      DD DD DD LL LL 22 22 22
agencies:change-workspace host-add-withdraw     DD DD DD LL LL 22 22 22
agencies:change-workspace host-add-refuse       DD DD DD LL LL 22 22 22
agencies:change-workspace host-primary-confirm  DD DD DD LL LL 22 22 22
agencies:change-workspace host-primary-withdraw DD DD DD LL LL 22 22 22
agencies:change-workspace host-primary-refuse   DD DD DD LL LL 22 22 22
agencies:change-workspace destroy-confirm       DD DD DD LL LL 22 22 22
agencies:change-workspace destroy-withdraw      DD DD DD LL LL 22 22 22
agencies:change-workspace destroy-refuse        DD DD DD LL LL 22 22 22
agencies:change-workspace no-such-act           DD DD DD 44 44 22 22 22
agencies:change-workspace nobody's              DD DD DD 33 44 22 22 22
agencies:show-bill absent                       D5 D5 D5 45 45 22 45 45
agencies:show-bill own                          D5 D5 D5 L5 L5 22 L5 L5
agencies:show-bill nobody's                     D5 D5 D5 45 45 22 45 45
agencies:assign-plan absent                     >D >D >D >3 >4 22 >3 >2
agencies:assign-plan own                        >D >D >D >3 >L 22 >3 >2
agencies:assign-plan nobody's                   >D >D >D >3 >4 22 >3 >2
agencies:end-subscription absent                DD DD DD 33 44 22 33 22
agencies:end-subscription own                   DD DD DD 33 LL 22 33 22
agencies:end-subscription nobody's              DD DD DD 33 44 22 33 22
agencies:read-bill absent                       5D 5D 5D 53 54 22 53 52
agencies:read-bill own                          5D 5D 5D 53 5> 22 53 52
agencies:read-bill nobody's                     5D 5D 5D 53 54 22 53 52
agencies:refund-invoice absent                  DD DD DD 33 44 22 33 22
agencies:settle-invoice absent                  DD DD DD 33 44 22 33 22
agencies:list-events                            D5 D5 D5 L5 L5 22 L5 L5
agencies:replay-event absent                    5D 5D 5D 53 54 22 53 52
agencies:list-page-costs                        D5 D5 D5 L5 L5 22 L5 L5
agencies:list-jobs                              D5 D5 D5 L5 L5 22 L5 L5
agencies:show-job absent                        D5 D5 D5 45 45 22 45 45
agencies:show-job own                           D5 D5 D5 L5 L5 22 L5 L5
agencies:show-job apart                         D5 D5 D5 L5 L5 22 L5 L5
agencies:download-refused absent                D5 D5 D5 45 45 22 45 45
agencies:download-refused own                   D5 D5 D5 L5 L5 22 L5 L5
agencies:download-refused apart                 D5 D5 D5 L5 L5 22 L5 L5
agencies:cancel-job absent                      5D 5D 5D 54 54 22 52 52
agencies:cancel-job own                         5D 5D 5D 53 5L 22 52 52
agencies:cancel-job apart                       5D 5D 5D 53 5L 22 52 52
agencies:retry-job absent                       5D 5D 5D 54 54 22 52 52
agencies:retry-job own                          5D 5D 5D 53 5> 22 52 52
agencies:retry-job apart                        5D 5D 5D 53 5> 22 52 52
agencies:check-list                             DD DD DD LL LL 22 22 22
agencies:download-faults                        >D >D >D >L >L 22 >2 >2
agencies:start-list                             >D >D >D >> >> 22 >2 >2
agencies:download-template                      D5 D5 D5 L5 L5 22 L5 L5
agencies:list-restores                          D5 D5 D5 35 L5 22 35 L5
oversight:compare-agencies                      D5 D5 D5 L5 >5 22 L5 >5
oversight:download-comparison                   D5 D5 D5 L5 35 22 L5 35
oversight:list-refusers                         D5 D5 D5 L5 35 22 L5 35
oversight:show-agency absent                    D5 D5 D5 45 35 22 45 35
oversight:show-agency own                       D5 D5 D5 L5 35 22 L5 35
oversight:download-agency absent                D5 D5 D5 45 35 22 45 35
oversight:download-agency own                   D5 D5 D5 L5 35 22 L5 35
oversight:open-identity                         DD DD DD LL 33 22 22 33
oversight:answer-identity                       >D >D >D >> >3 22 >2 >3
oversight:list-overdue                          D5 D5 D5 L5 35 22 L5 35
oversight:list-reviews                          D5 D5 D5 L5 35 22 L5 35
oversight:show-review absent                    DD DD DD 44 33 22 44 33
oversight:show-review own                       DD DD DD LL 33 22 LL 33
oversight:show-review apart                     DD DD DD 44 33 22 44 33
oversight:read-review-file absent               D5 D5 D5 45 35 22 45 35
oversight:read-review-file own                  D5 D5 D5 L5 35 22 L5 35
oversight:read-review-file apart                D5 D5 D5 45 35 22 45 35
oversight:list-competence                       D5 D5 D5 L5 35 22 L5 35
oversight:show-competence absent                DD DD DD 44 33 22 44 33
oversight:show-competence own                   DD DD DD LL 33 22 LL 33
oversight:show-competence apart                 DD DD DD 44 33 22 44 33
oversight:read-competence-file absent           D5 D5 D5 45 35 22 45 35
oversight:read-competence-file own              D5 D5 D5 L5 35 22 L5 35
oversight:read-competence-file apart            D5 D5 D5 45 35 22 45 35
oversight:api-comparison                        33 33 33 L5 33 22 L5 33
workspace_review:list-requests                    D5 D5 D5 L5 L5 22 L5 L5
workspace_review:list-decided                     D5 D5 D5 L5 L5 22 L5 L5
workspace_review:check-code                       D5 D5 D5 L5 L5 22 L5 L5
workspace_review:show-request absent              D5 D5 D5 45 45 22 45 45
workspace_review:show-request own                 D5 D5 D5 L5 L5 22 L5 L5
workspace_review:ask absent                       >D >D >D >4 >4 22 >2 >2
workspace_review:ask own                          >D >D >D >L >L 22 >2 >2
workspace_review:approve absent                   >D >D >D >4 >4 22 >2 >2
workspace_review:approve own                      >D >D >D >L >L 22 >2 >2
workspace_review:refuse absent                    >D >D >D >4 >4 22 >2 >2
workspace_review:refuse own                       >D >D >D >L >L 22 >2 >2
holidays:list-holidays                          D5 D5 D5 L5 35 22 L5 35
holidays:add-holiday                            DD DD DD LL 33 22 LL 33
holidays:confirm-holiday absent                 5D 5D 5D 54 53 22 54 53
holidays:confirm-holiday own                    5D 5D 5D 5> 53 22 5> 53
holidays:move-holiday absent                    DD DD DD 44 33 22 44 33
holidays:move-holiday own                       DD DD DD LL 33 22 LL 33
holidays:remove-holiday absent                  DD DD DD 44 33 22 44 33
holidays:remove-holiday own                     DD DD DD L> 33 22 L> 33
articles:list-articles                       D5 D5 D5 L5 35 22 L5 35
articles:add-article                         DD DD DD LL 33 22 LL 33
articles:edit-article absent                 DD DD DD 44 33 22 44 33
articles:edit-article own                    DD DD DD LL 33 22 LL 33
articles:publish-article absent              5D 5D 5D 54 53 22 54 53
articles:publish-article own                 5D 5D 5D 5> 53 22 5> 53
articles:withdraw-article absent             5D 5D 5D 54 53 22 54 53
articles:withdraw-article own                5D 5D 5D 5> 53 22 5> 53
articles:restore-article absent              5D 5D 5D 54 53 22 54 53
articles:restore-article own                 5D 5D 5D 5> 53 22 5> 53
articles:list-searches                       D5 D5 D5 L5 35 22 L5 35
articles:settle-search absent                DD DD DD 44 33 22 44 33
articles:settle-search own                   DD DD DD LL 33 22 LL 33
articles:dismiss-search absent               5D 5D 5D 54 53 22 54 53
articles:dismiss-search own                  5D 5D 5D 5> 53 22 5> 53
articles:unsettle-search absent              5D 5D 5D 54 53 22 54 53
articles:unsettle-search own                 5D 5D 5D 5> 53 22 5> 53
staff_sessions:list-sessions                    D5 D5 D5 L5 L5 22 L5 L5
staff_sessions:end-others                       >D >D >D >> >> 22 >> >>
staff_sessions:end-session absent               >D >D >D >> >> 22 >> >>
staff_sessions:end-session own                  >D >D >D >> >> 22 >> >>
staff_sessions:end-session apart                >D >D >D >> >> 22 >> >>
account_login                                   LL LL LL >> >> >> >> >>
account_logout                                  >> >> >> L> L> L> L> L>
account_inactive                                L5 L5 L5 L5 L5 22 L5 L5
account_signup                                  LL LL LL >> >> 22 >> >>
account_reauthenticate                          DD DD DD LL LL LL LL LL
account_email                                   DD DD DD L> L> 22 L> L>
account_email_verification_sent                 DD DD DD >> >> 22 >> >>
account_change_password                         DD DD DD LL LL 22 LL LL
account_set_password                            DD DD DD >> >> 22 >> >>
account_reset_password                          LL LL LL LL LL 22 LL LL
account_confirm_login_code                      DD DD DD >> >> >> >> >>
account_confirm_password_reset_code             DD DD DD DD DD 22 DD DD
account_complete_password_reset                 >> >> >> >> >> 22 >> >>
account_password_reset_completed                L5 L5 L5 L5 L5 22 L5 L5
mfa_index                                       DD DD DD L5 L5 22 L5 L5
mfa_authenticate                                DD DD DD >> >> >> >> >>
mfa_reauthenticate                              DD DD DD 22 22 22 22 22
mfa_activate_totp                               DD DD DD 22 22 22 22 22
mfa_deactivate_totp                             DD DD DD 44 44 22 44 44
mfa_view_recovery_codes                         DD DD DD 45 45 22 45 45
mfa_generate_recovery_codes                     DD DD DD 22 22 22 22 22
mfa_download_recovery_codes                     DD DD DD 44 44 22 44 44
set_language                                    >> >> >> >> >> >> >> >>
typed-input                                     LL LL LL LL LL 22 LL LL
"""
ABSENT = {
    "code": "nobody",
    "agency_code": "nobody",
    "job_id": ABSENT_ID,
    "request_id": ABSENT_ID,
    "reference": ABSENT_REFERENCE,
    "attachment_id": ABSENT_ID,
    "session_id": ABSENT_ID,
    "invoice_id": "in_none",
    "event_id": "evt_none",
    "key": "no-such-day",
    "slug": "no-such-page",
    "search_id": 7_777_777,
}


@dataclass(frozen=True)
class World:
    """Whatever the national side can be asked about."""

    water: Agency
    own: dict[str, object]
    apart_values: Mapping[str, object]

    def things(self, address: Address) -> list[Thing]:
        """Everything that an address can be about."""
        names = set(address.parts)
        if not names:
            return [NOTHING]
        if address.name == "agencies:change-workspace":
            acts = [(one, "roads", one) for one in (*ACTIONS, "no-such-act")]
            return [
                Thing(label=label, parts={"code": code, "slug": slug})
                for label, code, slug in (*acts, ("nobody's", "nobody", "suspend"))
            ]
        found = [Thing(label="absent", parts={**self.own, **_last(address)})]
        if not names & {"invoice_id", "event_id"}:
            found.append(Thing(label="own", parts=self.own))
        if names <= {"code"}:
            found.append(Thing(label="nobody's", parts=ABSENT))
        others = {name: self.apart_values[name] for name in names & set(self.apart_values)}
        if others:
            found.append(Thing(label="apart", parts={**self.own, **others}, is_apart=True))
        return found

    def apart(self) -> object:
        """What no visitor may change by a wrong address: another agency with its cases."""
        return rows_of(self.water.schema_name)


def _last(address: Address) -> dict[str, object]:
    """The last part of an address, of something that does not exist."""
    name = list(address.parts)[-1]
    return {name: ABSENT[name]}


@pytest.fixture
def world(roads, water):
    """A review with a file, a request for a workspace, long work, a day off, an article."""
    reviewed = refused_twice(roads)
    file = UploadedContent(name="photo.pdf", content=PDF)
    gateway.attachment_add(token=reviewed.token, upload=file)
    review_ask(token=reviewed.token, reason=REASON)
    arbitration_kept(reviewed.reference, roads)
    body()
    asked = Applicant(Client(headers={"host": "testserver"})).ask()
    theirs = plant(water)
    Holiday.objects.create(
        key="throne-day", day="2026-07-30", state="estimated", is_lunar=True,
        name_ar="x", name_fr="x", name_en="x",
    )  # fmt: skip
    articles_loaded()
    with agency_context(roads):
        colleague = session_of(staff(roads))
    start_in(None)
    own = {
        "code": "roads",
        "agency_code": "roads",
        "job_id": bundle_about(roads, theirs.job_id),
        "request_id": asked.number,
        "reference": reviewed.reference,
        "attachment_id": gateway.case_show(token=reviewed.token).attachments[0].id,
        "key": "throne-day",
        "slug": Article.objects.earliest("pk").slug,
        "search_id": missed("lampe")[0].pk,
    }
    apart = {
        "job_id": theirs.job_id,
        "reference": theirs.reference,
        "attachment_id": theirs.attachment_id,
        "session_id": colleague,
    }
    return World(water, own, apart)


def bundle_about(agency: Agency, pattern: str) -> object:
    """Jobs of the national side: the file of all that an agency has."""
    job = Job.objects.get(pk=pattern)
    job.pk, job.schema_name, job.subject = uuid7(), NATIONAL_SCHEMA, agency.code
    job.save(force_insert=True)
    (folder_create(job.pk) / job.result["file"]).write_text("sealed")
    return job.pk


def visitor(name: str, roads: Agency) -> tuple[Client, object]:
    """A browser with the cookies that this visitor has, and another session of theirs."""
    client = Client(headers={"host": HOST, "accept-language": "fr"})
    if name == "citizen":
        citizen = Client(headers={"host": "testserver"})
        Account(citizen, email="mine@example.org").open()
        client.cookies = citizen.cookies
    if name == "administrator":
        with agency_context(roads):
            open_session(client, staff(roads, Role.ADMINISTRATOR))
        start_in(None)
    if name in ("stranger", "citizen", "administrator"):
        return client, ABSENT_ID
    role = Role.OPERATOR if name.endswith("operator") else Role.ANALYST
    user = national(role, f"{name}@oversight.example")
    open_session(client, user)
    if name == "weak":
        weaken(client, user)
    if name.startswith("stale"):
        proofs_age(client, 3_600)
    return client, session_of(user)


def weaken(client: Client, user: User) -> None:
    """Let somebody with an app have given the password alone."""
    session = client.session
    session[PROOFS] = [one for one in session[PROOFS] if one["method"] == "password"]
    session.save()


@pytest.mark.slow
@pytest.mark.parametrize("name", columns(EXPECTED))
def test_who_is_let_in_at_every_address_of_national_oversight(roads, world, name):
    visitors = {one: visitor(one, roads) for one in {name, "operator"}}
    # It is for whoever asked for it, and for nobody else who may ask for such a file.
    asker = User.objects.get(email="operator@oversight.example")
    Job.objects.filter(pk=world.own["job_id"]).update(asked_by_id=asker.pk)
    client, world.own["session_id"] = visitors[name]

    found = matrix(HOST, client, world.things, world.apart)

    assert differences(EXPECTED, {name: found}) == {}
