"""Every address of the citizens' site, for every kind of visitor, about every kind of thing."""

from dataclasses import dataclass, field

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from public_portal.account.selectors import passkeys_of
from shared.accounts.enums import Role
from shared.complaints.types import UploadedContent
from shared.kernel.actors import CITIZEN
from tenants.case_access import gateway
from tenants.case_access.enums import KeyKind
from tenants.isolation.schema_switch import agency_context, start_in
from tenants.models import Agency, CitizenSession, OwnedRoute, TrackingToken
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
from tests.all_forms.people import credential, national
from tests.public_portal.account.door import Account
from tests.public_portal.tracking.visits import Visitor
from tests.public_portal.workspace_requests.applicant import Applicant, body
from tests.support.factories import articles_loaded, draft, staff
from tests.support.samples import PDF
from tests.support.sessions import open_session

pytestmark = pytest.mark.django_db

HOST = "testserver"
# ``reader`` has opened a request by its number and address and has no account; of the last three
# the cookies were given by other sites.
EXPECTED = """
stranger citizen other reader administrator analyst operator
choose-language                     >5 >5 >5 >5 >5 >5 >5
healthz                             L5 L5 L5 L5 L5 L5 L5
readyz                              L5 L5 L5 L5 L5 L5 L5
metrics                             L5 L5 L5 L5 L5 L5 L5
robots                              L5 L5 L5 L5 L5 L5 L5
sitemap                             L5 L5 L5 L5 L5 L5 L5
security-contact                    L5 L5 L5 L5 L5 L5 L5
worker                              L5 L5 L5 L5 L5 L5 L5
offline                             L5 L5 L5 L5 L5 L5 L5
outbox                              L5 L5 L5 L5 L5 L5 L5
outbox-letter absent                45 45 45 45 45 45 45
outbox-letter citizen's             45 45 45 45 45 45 45
outbox-letter other's               45 45 45 45 45 45 45
outbox-letter-page absent           45 45 45 45 45 45 45
outbox-letter-page citizen's        45 45 45 45 45 45 45
outbox-letter-page other's          45 45 45 45 45 45 45
gallery                             L5 L5 L5 L5 L5 L5 L5
gallery-console                     L5 L5 L5 L5 L5 L5 L5
host-known                          45 45 45 45 45 45 45
billing:take-event                  5L 5L 5L 5L 5L 5L 5L
api-organisations                   L5 L5 L5 L5 L5 L5 L5
api-categories known                L5 L5 L5 L5 L5 L5 L5
api-categories absent               45 45 45 45 45 45 45
api-complaints                      5L 5L 5L 5L 5L 5L 5L
api-tracking                        5L 5L 5L 5L 5L 5L 5L
api-tracking-case                   11 11 11 11 11 11 11
api-tracking-messages               11 11 11 11 11 11 11
api-tracking-files                  11 11 11 11 11 11 11
api-tracking-rating                 11 11 11 11 11 11 11
api-tracking-reopen                 11 11 11 11 11 11 11
api-tracking-promise                11 11 11 11 11 11 11
api-tracking-review                 11 11 11 11 11 11 11
api-tracking-part                   11 11 11 11 11 11 11
api-tracking-object                 11 11 11 11 11 11 11
api-tracking-joined                 11 11 11 11 11 11 11
api-tracking-withdraw               11 11 11 11 11 11 11
api-statistics                      L5 L5 L5 L5 L5 L5 L5
api-schema                          L5 L5 L5 L5 L5 L5 L5
api-docs                            L5 L5 L5 L5 L5 L5 L5
pages:home                          L5 L5 L5 L5 L5 L5 L5
pages:about                         L5 L5 L5 L5 L5 L5 L5
pages:accessibility                 L5 L5 L5 L5 L5 L5 L5
pages:privacy                       L5 L5 L5 L5 L5 L5 L5
pages:status                        L5 L5 L5 L5 L5 L5 L5
pages:kept                          L5 L5 L5 L5 L5 L5 L5
pages:manifest                      L5 L5 L5 L5 L5 L5 L5
pages:organisations                 L5 L5 L5 L5 L5 L5 L5
pages:organisation known            L5 L5 L5 L5 L5 L5 L5
pages:organisation absent           45 45 45 45 45 45 45
intake:start                        LL LL LL LL LL LL LL
intake:choose-organisation          >> >> >> >> >> >> >>
intake:suggest-organisations        L5 L5 L5 L5 L5 L5 L5
intake:say-admissibility            >> >> >> >> >> >> >>
intake:tell-story                   >> >> >> >> >> >> >>
intake:tell-circumstances           >> >> >> >> >> >> >>
intake:give-details                 >> >> >> >> >> >> >>
intake:state-wish                   >> >> >> >> >> >> >>
intake:add-files                    >> >> >> >> >> >> >>
intake:remove-file absent           >> >> >> >> >> >> >>
intake:choose-privacy               >> >> >> >> >> >> >>
intake:give-contact                 >> >> >> >> >> >> >>
intake:send-code                    >> >> >> >> >> >> >>
intake:check-answers                >> >> >> >> >> >> >>
intake:show-receipt absent          45 45 45 45 45 45 45
intake:show-receipt applicant's     45 45 45 45 45 45 45
intake:download-receipt absent      45 45 45 45 45 45 45
intake:download-receipt applicant's 45 45 45 45 45 45 45
intake:show-held absent             45 45 45 45 45 45 45
intake:show-held applicant's        45 45 45 45 45 45 45
intake:take-back-held absent        >> >> >> >> >> >> >>
intake:take-back-held applicant's   >> >> >> >> >> >> >>
intake:save-draft                   >> >> >> >> >> >> >>
intake:renew-draft                  >> >> >> >> >> >> >>
intake:resume-draft absent          44 44 44 44 44 44 44
intake:resume-draft applicant's     44 44 44 44 44 44 44
intake:carry-over                   >> >> >> >> >> >> >>
intake:discard-draft                >> >> >> >> >> >> >>
tracking:start                      LL LL LL LL LL LL LL
tracking:show-case                  >5 L5 L5 L5 >5 >5 >5
tracking:show-days                  >5 L5 L5 L5 >5 >5 >5
tracking:add-message                >> >L >L >L >> >> >>
tracking:add-attachment             >> >L >L >L >> >> >>
tracking:read-attachment absent     >5 45 45 45 >5 >5 >5
tracking:read-attachment citizen's  >5 L5 45 L5 >5 >5 >5
tracking:read-attachment other's    >5 45 L5 45 >5 >5 >5
tracking:download-dossier           >5 L5 L5 L5 >5 >5 >5
tracking:download-data              >5 L5 L5 L5 >5 >5 >5
tracking:rate-reply                 >> LL LL >3 >> >> >>
tracking:reopen-case                >> >L >L >3 >> >> >>
tracking:ask-review                 >> >> >> >3 >> >> >>
tracking:tell-promise               >> LL LL >3 >> >> >>
tracking:download-promised-day      >5 45 45 45 >5 >5 >5
tracking:file-elsewhere             >5 >5 >5 >5 >5 >5 >5
tracking:follow-up                  >5 >5 >5 >5 >5 >5 >5
tracking:withdraw-case              >> L> L> >3 >> >> >>
tracking:object-part                >> >> >> >3 >> >> >>
tracking:change-email               >> LL LL >3 >> >> >>
tracking:keep-email                 >> >> >> >3 >> >> >>
tracking:prove-identity             >> >> >> LL >> >> >>
tracking:replace-code               >> >> >> >3 >> >> >>
tracking:send-proof-link            >> >> >> >> >> >> >>
tracking:open-part absent           >> >4 >4 >4 >> >> >>
tracking:open-part citizen's        >> >> >4 >> >> >> >>
tracking:open-part other's          >> >4 >> >4 >> >> >>
tracking:open-joined absent         >> >4 >4 >4 >> >> >>
tracking:open-joined citizen's      >> >4 >4 >4 >> >> >>
tracking:open-joined other's        >> >4 >4 >4 >> >> >>
tracking:say-both-mine              >> >> >> >3 >> >> >>
tracking:leave-case                 >> >> >> >> >> >> >>
tracking:ask-link                   LL LL LL LL LL LL LL
tracking:link-asked                 L5 L5 L5 L5 L5 L5 L5
tracking:open-by-link absent        LL LL LL LL LL LL LL
tracking:open-by-link citizen's     LL LL LL LL LL LL LL
tracking:open-by-link other's       LL LL LL LL LL LL LL
tracking:rate-by-link absent        LL LL LL LL LL LL LL
tracking:rate-by-link citizen's     LL LL LL LL LL LL LL
tracking:rate-by-link other's       LL LL LL LL LL LL LL
tracking:prove-given-email absent    LL LL LL LL LL LL LL
tracking:prove-given-email citizen's LL LL LL LL LL LL LL
tracking:prove-given-email other's   LL LL LL LL LL LL LL
tracking:prove-email absent         LL LL LL LL LL LL LL
tracking:prove-email citizen's      LL LL LL LL LL LL LL
tracking:prove-email other's        LL LL LL LL LL LL LL
tracking:tell-by-link absent        LL LL LL LL LL LL LL
tracking:tell-by-link citizen's     LL LL LL LL LL LL LL
tracking:tell-by-link other's       LL LL LL LL LL LL LL
tracking:file-by-link absent        LL LL LL LL LL LL LL
tracking:file-by-link citizen's     LL LL LL LL LL LL LL
tracking:file-by-link other's       LL LL LL LL LL LL LL
statistics:show-national            L5 L5 L5 L5 L5 L5 L5
statistics:download-figures         L5 L5 L5 L5 L5 L5 L5
statistics:show-agency known        L5 L5 L5 L5 L5 L5 L5
statistics:show-agency absent       45 45 45 45 45 45 45
knowledge_base:list-articles               L5 L5 L5 L5 L5 L5 L5
knowledge_base:suggest-articles            L5 L5 L5 L5 L5 L5 L5
knowledge_base:show-article known          L5 L5 L5 L5 L5 L5 L5
knowledge_base:show-article absent         45 45 45 45 45 45 45
knowledge_base:vote-article known          >3 >3 >3 >3 >3 >3 >3
knowledge_base:vote-article absent         >3 >3 >3 >3 >3 >3 >3
account:list-complaints             D5 L5 L5 D5 D5 D5 D5
account:open-complaint absent       >D >4 >4 >D >D >D >D
account:open-complaint citizen's    >D >> >4 >D >D >D >D
account:open-complaint other's      >D >4 >> >D >D >D >D
account:adopt-complaint             DD LL LL DD DD DD DD
account:remove-complaint absent     >D >4 >4 >D >D >D >D
account:remove-complaint citizen's  >D >> >4 >D >D >D >D
account:remove-complaint other's    >D >4 >> >D >D >D >D
account:restore-complaint           >D >> >> >D >D >D >D
account:enter-code                  >> >> >> >> >> >> >>
account:send-again                  >> >> >> >> >> >> >>
account:begin                       DD DD DD DD DD DD DD
demo-sign-in                D> D> D> D> D> D> D>
account:prove                       DD L> L> DD DD DD DD
account:sign-out                    >D >D >D >D >D >D >D
account:show-data                   DD LL LL DD DD DD DD
account:copy-data                   DD LL LL DD DD DD DD
account:change-email                DD LL LL DD DD DD DD
account:erase                       DD 22 22 DD DD DD DD
account:show-security               D5 L5 L5 D5 D5 D5 D5
account:sign-out-everywhere         >D >> >> >D >D >D >D
account:end-visit absent            >D >> >> >D >D >D >D
account:end-visit citizen's         >D >> >> >D >D >D >D
account:end-visit other's           >D >> >> >D >D >D >D
account:passkey-options             L5 L5 L5 L5 L5 L5 L5
account:sign-in-by-passkey          DD DD DD DD DD DD DD
account:add-passkey                 DD LL LL DD DD DD DD
account:rename-passkey absent       DD 44 44 DD DD DD DD
account:rename-passkey citizen's    DD LL 44 DD DD DD DD
account:rename-passkey other's      DD 44 LL DD DD DD DD
account:remove-passkey absent       DD 44 44 DD DD DD DD
account:remove-passkey citizen's    DD L> 44 DD DD DD DD
account:remove-passkey other's      DD 44 L> DD DD DD DD
account_login                       LL >> >> LL LL LL LL
workspace_requests:show-offer                   L5 L5 L5 L5 L5 L5 L5
workspace_requests:show-terms                   L5 L5 L5 L5 L5 L5 L5
workspace_requests:choose-institution           LL LL LL LL LL LL LL
workspace_requests:suggest-institutions         L5 L5 L5 L5 L5 L5 L5
workspace_requests:propose-institution          LL LL LL LL LL LL LL
workspace_requests:give-email                   >> >> >> >> >> >> >>
workspace_requests:enter-code                   >> >> >> >> >> >> >>
workspace_requests:send-again                   >> >> >> >> >> >> >>
workspace_requests:give-person                  >> >> >> >> >> >> >>
workspace_requests:state-needs                  >> >> >> >> >> >> >>
workspace_requests:accept-terms                 >> >> >> >> >> >> >>
workspace_requests:check-answers                >> >> >> >> >> >> >>
workspace_requests:discard-answers              >> >> >> >> >> >> >>
workspace_requests:show-request absent          45 45 45 45 45 45 45
workspace_requests:show-request applicant's     L5 L5 L5 L5 L5 L5 L5
workspace_requests:answer-question absent       >4 >4 >4 >4 >4 >4 >4
workspace_requests:answer-question applicant's  >L >L >L >L >L >L >L
workspace_requests:withdraw-request absent      44 44 44 44 44 44 44
workspace_requests:withdraw-request applicant's L> L> L> L> L> L> L>
workspace_requests:ask-again absent             >4 >4 >4 >4 >4 >4 >4
workspace_requests:ask-again applicant's        >> >> >> >> >> >> >>
typed-input                         LL LL LL LL LL LL LL
"""
NUMBERED = (
    *("account:open-complaint", "account:remove-complaint"),
    *("tracking:open-part", "tracking:open-joined"),
)


@dataclass
class World:
    """What two citizens have, and what everybody may ask for."""

    roads: Agency
    shared: dict[str, object]
    owned: dict[str, dict[str, str]] = field(default_factory=dict)
    visitor: str = ""

    def things(self, address: Address) -> list[Thing]:
        """Everything that an address can be about."""
        names = set(address.parts) | ({"reference"} if address.name in NUMBERED else set())
        if not names:
            return [NOTHING]
        if names <= self.shared.keys():
            gone = dict.fromkeys(names, "no-such-thing")
            return [Thing(label="known", parts=self.shared), Thing(label="absent", parts=gone)]
        found = [Thing(label="absent", parts=ABSENT, data=ABSENT)]
        for owner, values in self.owned.items():
            if names <= values.keys():
                is_apart = owner == "other" and self.visitor != "other"
                label = f"{owner}'s"
                found.append(Thing(label=label, parts=values, data=values, is_apart=is_apart))
        return found

    def apart(self) -> object:
        """What nobody but the other citizen may change."""
        other = self.owned["other"]
        rows = (
            CitizenSession.objects.filter(pk=other["visit_id"]),
            Authenticator.objects.filter(user_id=other["user_id"]),
            OwnedRoute.objects.filter(user_id=other["user_id"]),
        )
        return [list(one.values()) for one in rows], rows_of(self.roads.schema_name)


ABSENT = {
    "reference": ABSENT_REFERENCE,
    "attachment_id": ABSENT_ID,
    "file_id": ABSENT_ID,
    "visit_id": ABSENT_ID,
    "token": "x" * 43,
    "key": "x" * 43,
}


def citizen_of(client: Client, name: str, agency: Agency) -> dict[str, str]:
    """A citizen with an account, a passkey, a second device, a request with a file, and it open."""
    account = Account(client, email=f"{name}@example.org")
    user = account.open()
    second = Account(Client(headers={"host": HOST}), email=f"{name}@example.org")
    second.sign_in()
    receipt = gateway.complaint_file(draft=draft(agency), actor=CITIZEN, owner_id=user.pk)
    token = gateway.tracking_open(
        reference=receipt.reference, kind=KeyKind.RECEIPT, value=receipt.receipt_code
    ).token
    gateway.attachment_add(token=token, upload=UploadedContent(name="photo.pdf", content=PDF))
    data = {"name": "Telephone", "credential": credential(HOST)}
    Authenticator.objects.create(user=user, type="webauthn", data=data)
    Visitor(client).open(receipt.reference, receipt.receipt_code)
    found = {
        "user_id": user.pk,
        "reference": receipt.reference,
        "attachment_id": gateway.case_show(token=token).attachments[0].id,
        "visit_id": CitizenSession.objects.filter(user=user).latest("id").pk,
        "key": passkeys_of(user=user)[0].key,
    }
    return {name: str(value) for name, value in found.items()}


@pytest.fixture
def clients(roads, water) -> dict[str, Client]:
    """A browser for each visitor."""
    made = {
        name: Client(headers={"host": HOST, "accept-language": "fr"}) for name in columns(EXPECTED)
    }
    with agency_context(roads):
        open_session(made["administrator"], staff(roads, Role.ADMINISTRATOR))
    start_in(None)
    for name in ("analyst", "operator"):
        open_session(made[name], national(Role(name), f"{name}@oversight.example"))
    return made


@pytest.fixture
def world(roads, water, clients):
    """Two citizens, a request for a workspace, an article."""
    articles_loaded()
    body()
    asked = Applicant(Client(headers={"host": HOST}), language="fr").ask()
    made = World(roads, {"code": "roads", "agency_code": "roads", "slug": "cost"})
    made.owned["applicant"] = {"token": asked.path.strip("/").rpartition("/")[2]}
    made.owned["citizen"] = citizen_of(clients["citizen"], "citizen", water)
    made.owned["other"] = citizen_of(clients["other"], "other", roads)
    Visitor(clients["reader"]).open(str(made.owned["citizen"]["reference"]))
    assert TrackingToken.objects.exists()
    return made


@pytest.mark.slow
@pytest.mark.parametrize("name", columns(EXPECTED))
def test_who_is_let_in_at_every_address_of_the_citizens_site(world, clients, name):
    world.visitor = name

    found = matrix(HOST, clients[name], world.things, world.apart)

    assert differences(EXPECTED, {name: found}) == {}
