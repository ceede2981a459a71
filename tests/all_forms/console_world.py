"""What the addresses of an agency's console can be about: of two agencies, one row of each kind."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from agency_console.casework.enums import DraftAct
from agency_console.casework.services.drafts import case_draft_save
from agency_console.inbox.models import SavedView
from agency_console.reply_templates.models import ReplyTemplate
from shared.accounts.enums import Role
from shared.accounts.models import StaffSession, User
from shared.complaints.models import Label
from shared.complaints.selectors import complaint_get
from shared.kernel import clock
from shared.units.models import Absence, Unit
from tenants.isolation.schema_switch import agency_context, start_in
from tenants.models import Agency
from tests.all_forms.addresses import Address
from tests.all_forms.doors import ABSENT_ID, ABSENT_REFERENCE, NOTHING, Thing, rows_of
from tests.all_forms.people import session_of
from tests.support.custody import more_agencies, offer_row
from tests.support.factories import filed, staff
from tests.tenants.isolation.canaries import plant

STRANGER_ID = 900_001


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
    "draft_id": ABSENT_ID,
    "rule_id": ABSENT_ID,
    "offer_id": ABSENT_ID,
    "act": "note",
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
        "draft_id": drafted(agency, str(canary.reference)),
        "rule_id": canary.rule_id,
        "act": "note",
    }


def drafted(agency: Agency, reference: str) -> object:
    """A reply that a colleague has begun."""
    with agency_context(agency):
        author = staff(agency, Role.AGENT, f"author@{agency.code}.example")
        return case_draft_save(
            complaint=complaint_get(reference=reference),
            officer=author,
            act=DraftAct.REPLY,
            parts={"facts": "The lamp is out."},
            version=1,
        ).pk


def _unit_and_absence(agency: Agency, user_id: int) -> dict[str, object]:
    """A unit, and an absence of somebody that begins next week; their numbers are nobody else's."""
    day = clock.today() + timedelta(days=7)
    with agency_context(agency):
        # Of the other agency, numbers that are none here; a canary has planted some of each.
        start = 800_001 if agency.code == "roads" else STRANGER_ID
        one = Unit.objects.create(pk=start, name_ar="x", name_fr="x")
        away = Absence.objects.create(pk=start, user_id=user_id, first_day=day, last_day=day)
        return {"unit_id": one.pk, "absence_id": away.pk}


def console_world(roads: Agency, water: Agency) -> World:
    """Make what can be asked about; of the other agency's person the number is nobody's here."""
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
    # Received by one agency, and sent by the other one to a third.
    ours["offer_id"] = offer_row(sender=water, receiver=roads, reference=str(theirs["reference"]))
    (third,) = more_agencies("harbour")
    theirs["offer_id"] = offer_row(sender=water, receiver=third, reference=filed(water).reference)
    theirs.update(dict.fromkeys(("user_id", "view_id", "template_id", "label_id"), STRANGER_ID))
    with agency_context(roads):
        colleague = session_of(staff(roads, Role.AGENT, "colleague@roads.example"))
        ours["view_id"] = SavedView.objects.create(name="Ours", query="?view=open").pk
    return World(roads, water, ours, theirs, {"colleague": colleague})
