"""Every address of an agency's console, for every kind of visitor, about every kind of thing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.test import Client

from agency_console.inbox.models import SavedView
from agency_console.reply_templates.models import ReplyTemplate
from shared.accounts.enums import Role
from shared.accounts.models import StaffSession, User
from shared.complaints.models import Label
from shared.kernel import clock
from shared.units.models import Absence, Unit
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
from tests.support.factories import filed, staff
from tests.support.sessions import open_session
from tests.tenants.isolation.canaries import plant

pytestmark = pytest.mark.django_db

HOST = "roads.testserver"
STRANGER_ID = 900_001
# The cookies of the last four were given by other sites.
EXPECTED = """
stranger agent supervisor administrator elsewhere analyst operator citizen
inbox:list-cases                       DD L5 L5 L5 DD DD DD DD
inbox:poll-cases                       DD L5 L5 L5 DD DD DD DD
inbox:list-views                       DD L5 L5 L5 DD DD DD DD
inbox:save-view                        DD 5L 5L 5L DD DD DD DD
inbox:restore-view                     DD 5> 5> 5> DD DD DD DD
inbox:change-view own                  DD 5L 5L 5L DD DD DD DD
inbox:change-view theirs               DD 54 54 54 DD DD DD DD
inbox:change-view absent               DD 54 54 54 DD DD DD DD
inbox:remove-view own                  DD 5> 5> 5> DD DD DD DD
inbox:remove-view theirs               DD 54 54 54 DD DD DD DD
inbox:remove-view absent               DD 54 54 54 DD DD DD DD
inbox:preview-case own                 DD L5 L5 L5 DD DD DD DD
inbox:preview-case theirs              DD 45 45 45 DD DD DD DD
inbox:preview-case absent              DD 45 45 45 DD DD DD DD
inbox:preview-case unheld              DD L5 L5 L5 DD DD DD DD
inbox:snooze-case own                  DD LL LL LL DD DD DD DD
inbox:snooze-case theirs               DD 44 44 44 DD DD DD DD
inbox:snooze-case absent               DD 44 44 44 DD DD DD DD
inbox:snooze-case unheld               DD LL LL LL DD DD DD DD
casework:show-case own                 DD L5 L5 L5 DD DD DD DD
casework:show-case theirs              DD 45 45 45 DD DD DD DD
casework:show-case absent              DD 45 45 45 DD DD DD DD
casework:show-case unheld              DD L5 L5 L5 DD DD DD DD
casework:show-days own                 DD L5 L5 L5 DD DD DD DD
casework:show-days theirs              DD 45 45 45 DD DD DD DD
casework:show-days absent              DD 45 45 45 DD DD DD DD
casework:show-days unheld              DD L5 L5 L5 DD DD DD DD
casework:take-case own                 DD 53 5> 5> DD DD DD DD
casework:take-case theirs              DD 54 54 54 DD DD DD DD
casework:take-case absent              DD 54 54 54 DD DD DD DD
casework:take-case unheld              DD 5> 5> 5> DD DD DD DD
casework:assign-case own               DD 33 LL LL DD DD DD DD
casework:assign-case theirs            DD 33 44 44 DD DD DD DD
casework:assign-case absent            DD 33 44 44 DD DD DD DD
casework:assign-case unheld            DD 33 LL LL DD DD DD DD
casework:send-reply own                DD 33 LL LL DD DD DD DD
casework:send-reply theirs             DD 44 44 44 DD DD DD DD
casework:send-reply absent             DD 44 44 44 DD DD DD DD
casework:send-reply unheld             DD LL LL LL DD DD DD DD
casework:direct-case own               DD 33 LL LL DD DD DD DD
casework:direct-case theirs            DD 44 44 44 DD DD DD DD
casework:direct-case absent            DD 44 44 44 DD DD DD DD
casework:direct-case unheld            DD LL LL LL DD DD DD DD
casework:refuse-case own               DD 33 LL LL DD DD DD DD
casework:refuse-case theirs            DD 44 44 44 DD DD DD DD
casework:refuse-case absent            DD 44 44 44 DD DD DD DD
casework:refuse-case unheld            DD LL LL LL DD DD DD DD
casework:ask-question own              DD 33 LL LL DD DD DD DD
casework:ask-question theirs           DD 44 44 44 DD DD DD DD
casework:ask-question absent           DD 44 44 44 DD DD DD DD
casework:ask-question unheld           DD LL LL LL DD DD DD DD
casework:send-message own              DD 33 LL LL DD DD DD DD
casework:send-message theirs           DD 44 44 44 DD DD DD DD
casework:send-message absent           DD 44 44 44 DD DD DD DD
casework:send-message unheld           DD LL LL LL DD DD DD DD
casework:add-note own                  DD LL LL LL DD DD DD DD
casework:add-note theirs               DD 44 44 44 DD DD DD DD
casework:add-note absent               DD 44 44 44 DD DD DD DD
casework:add-note unheld               DD LL LL LL DD DD DD DD
casework:download-file own             DD L5 L5 L5 DD DD DD DD
casework:download-file theirs          DD 45 45 45 DD DD DD DD
casework:download-file absent          DD 45 45 45 DD DD DD DD
casework:download-file their file      DD 45 45 45 DD DD DD DD
reply_templates:list-templates         DD L5 L5 L5 DD DD DD DD
reply_templates:add-examples           DD 33 5> 5> DD DD DD DD
reply_templates:add-template own       DD 33 LL LL DD DD DD DD
reply_templates:show-template own      DD L5 L5 L5 DD DD DD DD
reply_templates:show-template theirs   DD 45 45 45 DD DD DD DD
reply_templates:show-template absent   DD 45 45 45 DD DD DD DD
reply_templates:change-template own    DD 33 LL LL DD DD DD DD
reply_templates:change-template theirs DD 33 44 44 DD DD DD DD
reply_templates:change-template absent DD 33 44 44 DD DD DD DD
reply_templates:retire-template own    DD 33 5> 5> DD DD DD DD
reply_templates:retire-template theirs DD 33 54 54 DD DD DD DD
reply_templates:retire-template absent DD 33 54 54 DD DD DD DD
labels:list-labels                     DD L3 LL LL DD DD DD DD
labels:rename-label own                DD 33 LL LL DD DD DD DD
labels:rename-label theirs             DD 33 44 44 DD DD DD DD
labels:rename-label absent             DD 33 44 44 DD DD DD DD
labels:retire-label own                DD 33 5> 5> DD DD DD DD
labels:retire-label theirs             DD 33 54 54 DD DD DD DD
labels:retire-label absent             DD 33 54 54 DD DD DD DD
labels:label-case own                  DD L> L> L> DD DD DD DD
labels:label-case theirs               DD 44 44 44 DD DD DD DD
labels:label-case absent               DD 44 44 44 DD DD DD DD
labels:label-case unheld               DD L> L> L> DD DD DD DD
bulk_actions:list-actions              DD L5 L5 L5 DD DD DD DD
bulk_actions:begin-action              DD 5> 5> 5> DD DD DD DD
bulk_actions:show-action own           DD 44 44 44 DD DD DD DD
bulk_actions:show-action theirs        DD 44 44 44 DD DD DD DD
bulk_actions:show-action absent        DD 44 44 44 DD DD DD DD
bulk_actions:start-action own          DD 54 54 54 DD DD DD DD
bulk_actions:start-action theirs       DD 54 54 54 DD DD DD DD
bulk_actions:start-action absent       DD 54 54 54 DD DD DD DD
bulk_actions:cancel-action own         DD 54 54 54 DD DD DD DD
bulk_actions:cancel-action theirs      DD 54 54 54 DD DD DD DD
bulk_actions:cancel-action absent      DD 54 54 54 DD DD DD DD
bulk_actions:undo-action own           DD 54 54 54 DD DD DD DD
bulk_actions:undo-action theirs        DD 54 54 54 DD DD DD DD
bulk_actions:undo-action absent        DD 54 54 54 DD DD DD DD
bulk_actions:download-skipped own      DD 45 45 45 DD DD DD DD
bulk_actions:download-skipped theirs   DD 45 45 45 DD DD DD DD
bulk_actions:download-skipped absent   DD 45 45 45 DD DD DD DD
bulk_actions:download-file own         DD 45 45 45 DD DD DD DD
bulk_actions:download-file theirs      DD 45 45 45 DD DD DD DD
bulk_actions:download-file absent      DD 45 45 45 DD DD DD DD
assisted_filing:choose-body                       DD L5 L5 L5 DD DD DD DD
assisted_filing:file-request                      DD >> >> >> DD DD DD DD
assisted_filing:show-receipt                      DD >5 >5 >5 DD DD DD DD
assisted_filing:file-another                      DD 5> 5> 5> DD DD DD DD
dashboard:show-dashboard               DD 33 L5 L5 DD DD DD DD
dashboard:show-officer own             DD 33 L5 L5 DD DD DD DD
dashboard:show-officer theirs          DD 33 45 45 DD DD DD DD
dashboard:show-officer absent          DD 33 45 45 DD DD DD DD
dashboard:give-cases own               DD 33 5> 5> DD DD DD DD
dashboard:give-cases theirs            DD 33 54 54 DD DD DD DD
dashboard:give-cases absent            DD 33 54 54 DD DD DD DD
reports:show-figures                   DD L5 L5 L5 DD DD DD DD
reports:show-groups                    DD L5 L5 L5 DD DD DD DD
reports:download-figures               DD L5 L5 L5 DD DD DD DD
staff:list-staff                       DD 33 33 L5 DD DD DD DD
staff:add-staff                        DD 33 33 LL DD DD DD DD
staff:change-staff own                 DD 33 33 LL DD DD DD DD
staff:change-staff theirs              DD 33 33 44 DD DD DD DD
staff:change-staff absent              DD 33 33 44 DD DD DD DD
staff:close-account own                 DD 33 33 5L DD DD DD DD
staff:close-account theirs              DD 33 33 54 DD DD DD DD
staff:close-account absent              DD 33 33 54 DD DD DD DD
units:list-units                       DD 33 L5 L5 DD DD DD DD
units:add-unit                         DD 33 33 LL DD DD DD DD
units:list-absences                    DD L5 L5 L5 DD DD DD DD
units:choose-absentee                  DD 33 L5 L5 DD DD DD DD
units:add-absence own                  DD 44 LL LL DD DD DD DD
units:add-absence theirs               DD 44 44 44 DD DD DD DD
units:add-absence absent               DD 44 44 44 DD DD DD DD
units:change-absence own               DD 44 LL LL DD DD DD DD
units:change-absence theirs            DD 44 44 44 DD DD DD DD
units:change-absence absent            DD 44 44 44 DD DD DD DD
units:end-absence own                  DD 54 5> 5> DD DD DD DD
units:end-absence theirs               DD 54 54 54 DD DD DD DD
units:end-absence absent               DD 54 54 54 DD DD DD DD
units:move-case own                    DD 33 LL LL DD DD DD DD
units:move-case theirs                 DD 44 44 44 DD DD DD DD
units:move-case absent                 DD 44 44 44 DD DD DD DD
units:move-case unheld                 DD LL LL LL DD DD DD DD
units:change-unit own                  DD 33 33 LL DD DD DD DD
units:change-unit theirs               DD 33 33 44 DD DD DD DD
units:change-unit absent               DD 33 33 44 DD DD DD DD
units:move-unit own                    DD 33 33 LL DD DD DD DD
units:move-unit theirs                 DD 33 33 44 DD DD DD DD
units:move-unit absent                 DD 33 33 44 DD DD DD DD
units:retire-unit own                  DD 33 33 L> DD DD DD DD
units:retire-unit theirs               DD 33 33 44 DD DD DD DD
units:retire-unit absent               DD 33 33 44 DD DD DD DD
units:change-members own               DD 33 L> L> DD DD DD DD
units:change-members theirs            DD 33 44 44 DD DD DD DD
units:change-members absent            DD 33 44 44 DD DD DD DD
setup:change-settings                  DD LL LL LL DD DD DD DD
setup:change-emails                    DD 5L 5L 5L DD DD DD DD
setup:change-second-step               DD 33 33 5> DD DD DD DD
plan:show-plan                         DD 33 33 L5 DD DD DD DD
plan:show-next-invoice                 DD 33 33 L5 DD DD DD DD
plan:change-details                    DD 33 33 LL DD DD DD DD
plan:subscribe                         DD 33 33 >> DD DD DD DD
plan:change-seats                      DD 33 33 >> DD DD DD DD
plan:change-ending                     DD 33 33 >> DD DD DD DD
plan:open-portal                       >D >3 >3 >L >D >D >D >D
plan:come-back                         DD 33 33 >5 DD DD DD DD
agency_export:show-leaving                   DD 33 33 L5 DD DD DD DD
agency_export:start-export                   DD 33 33 >L DD DD DD DD
agency_export:show-bundle own                DD 33 33 L5 DD DD DD DD
agency_export:show-bundle theirs             DD 33 33 45 DD DD DD DD
agency_export:show-bundle absent             DD 33 33 45 DD DD DD DD
agency_export:cancel-export own              DD 33 33 5L DD DD DD DD
agency_export:cancel-export theirs           DD 33 33 54 DD DD DD DD
agency_export:cancel-export absent           DD 33 33 54 DD DD DD DD
agency_export:take-bundle own                DD 33 33 L5 DD DD DD DD
agency_export:take-bundle theirs             DD 33 33 45 DD DD DD DD
agency_export:take-bundle absent             DD 33 33 45 DD DD DD DD
agency_export:retry-export own               DD 33 33 5L DD DD DD DD
agency_export:retry-export theirs            DD 33 33 54 DD DD DD DD
agency_export:retry-export absent            DD 33 33 54 DD DD DD DD
staff_sessions:list-sessions           D5 L5 L5 L5 D5 D5 D5 D5
staff_sessions:end-others              >D >> >> >> >D >D >D >D
staff_sessions:end-session own         >D >> >> >> >D >D >D >D
staff_sessions:end-session colleague's >D >> >> >> >D >D >D >D
staff_sessions:end-session absent      >D >> >> >> >D >D >D >D
account_login                          LL >> >> >> LL LL LL LL
account_logout                         >> L> L> L> >> >> >> >>
account_inactive                       L5 L5 L5 L5 L5 L5 L5 L5
account_signup                         LL >> >> >> LL LL LL LL
account_reauthenticate                 DD LL LL LL DD DD DD DD
account_email                          DD L> L> L> DD DD DD DD
account_email_verification_sent        DD >> >> >> DD DD DD DD
account_change_password                DD LL LL LL DD DD DD DD
account_set_password                   DD >> >> >> DD DD DD DD
account_reset_password                 LL LL LL LL LL LL LL LL
account_confirm_login_code             DD >> >> >> DD DD DD DD
account_confirm_password_reset_code    DD DD DD DD DD DD DD DD
account_complete_password_reset        >> >> >> >> >> >> >> >>
account_password_reset_completed       L5 L5 L5 L5 L5 L5 L5 L5
mfa_index                              DD L5 L5 L5 DD DD DD DD
mfa_authenticate                       DD >> >> >> DD DD DD DD
mfa_reauthenticate                     DD 22 22 22 DD DD DD DD
mfa_activate_totp                      DD 22 22 22 DD DD DD DD
mfa_deactivate_totp                    DD 44 44 44 DD DD DD DD
mfa_view_recovery_codes                DD 45 45 45 DD DD DD DD
mfa_generate_recovery_codes            DD 22 22 22 DD DD DD DD
mfa_download_recovery_codes            DD 44 44 44 DD DD DD DD
set_language                           >> >> >> >> >> >> >> >>
"""


@dataclass(frozen=True)
class World:
    """Two agencies with all that can be asked about, and the visitors' browsers."""

    roads: Agency
    water: Agency
    ours: Mapping[str, object]
    theirs: Mapping[str, object]
    sessions: dict[str, object]

    def things(self, address: Address) -> list[Thing]:
        """Everything that an address can be about."""
        if not address.parts:
            return [NOTHING]
        if "session_id" in address.parts:
            return [
                Thing(label="own", parts={"session_id": self.sessions["own"]}),
                Thing(
                    label="colleague's",
                    parts={"session_id": self.sessions["colleague"]},
                    is_apart=True,
                ),
                Thing(label="absent", parts={"session_id": ABSENT_ID}),
            ]
        if set(address.parts) == {"act"}:
            return [Thing(label="own", parts={"act": "reply"})]
        found = [
            Thing(label="own", parts=self.ours),
            Thing(label="theirs", parts=self.theirs, is_apart=True),
            Thing(label="absent", parts=ABSENT),
        ]
        if set(address.parts) == {"reference"}:
            found.append(Thing(label="unheld", parts={"reference": self.ours["unheld"]}))
        if "attachment_id" in address.parts:
            mixed = {**self.ours, "attachment_id": self.theirs["attachment_id"]}
            found.append(Thing(label="their file", parts=mixed, is_apart=True))
        return found

    def apart(self) -> object:
        """What no visitor may change: the other agency, and where a colleague is signed in."""
        with agency_context(self.roads):
            sessions = list(
                StaffSession.objects.filter(pk=str(self.sessions["colleague"])).values()
            )
        start_in(None)
        return rows_of(self.water.schema_name), sessions


ABSENT = {
    "reference": ABSENT_REFERENCE,
    "attachment_id": ABSENT_ID,
    "job_id": ABSENT_ID,
    "user_id": 7_777_777,
    "unit_id": 7_777_777,
    "absence_id": 7_777_777,
    "template_id": 7_777_777,
    "label_id": 7_777_777,
    "action_id": ABSENT_ID,
    "view_id": 7_777_777,
}


def known(agency: Agency) -> dict[str, object]:
    """What of an agency can stand in an address."""
    canary = plant(agency)
    return {
        "template_id": canary.template_id,
        "label_id": canary.label_id,
        # Of a colleague: nobody opens the actions of others.
        "action_id": canary.action_id,
        "reference": canary.reference,
        "attachment_id": canary.attachment_id,
        "job_id": canary.job_id,
        "user_id": canary.user_id,
        **_unit_and_absence(agency, canary.user_id),
    }


def _unit_and_absence(agency: Agency, user_id: int) -> dict[str, object]:
    """A unit, and an absence of somebody that begins next week; their numbers are nobody else's."""
    day = clock.today() + timedelta(days=7)
    with agency_context(agency):
        # Of the other agency, numbers that are none here; a canary has planted some of each.
        start = 800_001 if agency.code == "roads" else STRANGER_ID
        one = Unit.objects.create(pk=start, name_ar="x", name_fr="x")
        away = Absence.objects.create(pk=start, user_id=user_id, first_day=day, last_day=day)
        return {"unit_id": one.pk, "absence_id": away.pk}


def visitor(name: str, roads: Agency, water: Agency) -> tuple[Client, object]:
    """A browser with the cookies that this visitor has, and another session of theirs."""
    client = Client(headers={"host": HOST, "accept-language": "fr"})
    if name in ("agent", "supervisor", "administrator"):
        with agency_context(roads):
            user = staff(roads, Role(name))
            open_session(client, user)
            return client, session_of(user)
    if name == "elsewhere":
        with agency_context(water):
            open_session(client, staff(water, Role.ADMINISTRATOR))
    if name in ("analyst", "operator"):
        open_session(client, national(Role(name), f"{name}@oversight.example"))
    if name == "citizen":
        citizen = Client(headers={"host": "testserver"})
        Account(citizen, email="mine@example.org").open()
        client.cookies = citizen.cookies
    return client, ABSENT_ID


@pytest.fixture
def world(roads, water):
    """What can be asked about; of the other agency's person the number is nobody's here."""
    ours, theirs = known(roads), known(water)
    ours["unheld"] = filed(roads).reference
    with agency_context(water):
        User.objects.create(
            pk=STRANGER_ID, email="s@water.example", name="S", role="agent", created_at=clock.now()
        )
        Label.objects.create(pk=STRANGER_ID, name="S")
        ReplyTemplate.objects.create(
            pk=STRANGER_ID, name="S", act="ask", language="fr", body="S", changed_at=clock.now(),
            changed_by_id=STRANGER_ID,
        )  # fmt: skip
        SavedView.objects.create(pk=STRANGER_ID, name="Theirs", query="?view=open")
    theirs.update(dict.fromkeys(("user_id", "view_id", "template_id", "label_id"), STRANGER_ID))
    with agency_context(roads):
        colleague = session_of(staff(roads, Role.AGENT, "colleague@roads.example"))
        ours["view_id"] = SavedView.objects.create(name="Ours", query="?view=open").pk
    return World(roads, water, ours, theirs, {"colleague": colleague})


def test_who_is_let_in_at_every_address_of_a_console(roads, water, world):
    visitors = {name: visitor(name, roads, water) for name in columns(EXPECTED)}
    found = {}
    for name, (client, own) in visitors.items():
        world.sessions["own"] = own
        found[name] = matrix(HOST, client, world.things, world.apart)

    assert differences(EXPECTED, found) == {}
