"""Three agencies, and a case that goes from one to another after an export was made."""

from contextlib import contextmanager
from datetime import timedelta

from shared.complaints import services
from shared.complaints.enums import INTERNAL_EVENTS
from shared.complaints.models import ComplaintEvent
from shared.complaints.types import PartyDraft, UploadedContent
from shared.jobs.enums import JobState
from shared.kernel import clock
from shared.kernel.actors import SYSTEM
from shared.register.models import RegisterCase
from shared.register.services import register_project, register_rebuild
from tenants.agencies.selectors import agency_list
from tenants.agencies.types import AgencyInfo
from tenants.case_access import gateway
from tenants.custody.services.arbitration import arbitration_decide
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency, Route
from tests.support.custody import DECISION, OVERSEER, hand_over, holders, request_filed
from tests.support.factories import REPLY, officer_actor, organisation_of, staff
from tests.support.processes import in_child, outside_connection
from tests.support.provisioning import agencies_create
from tests.tenants.agency_export.estate import raze, restore_asked, worked
from tests.tenants.isolation.committed import in_thread

# A hands over to B, B to C.
A, B, C = CODES = ("dunes", "marsh", "cliffs")
WORD = "kanarienvogel"
_LEFT = """
    DELETE FROM tenants_transferoffer; DELETE FROM tenants_arbitration;
    DELETE FROM tenants_casesplit; DELETE FROM audit_auditentry; DELETE FROM jobs_job;
    DELETE FROM mail_mail; DELETE FROM django_tasks_database_dbtaskresult;
    DELETE FROM directory_organisation WHERE code = ANY(%(codes)s);
    DELETE FROM register_registereventrow WHERE agency_code = ANY(%(codes)s);
    DELETE FROM register_registercase WHERE agency_code = ANY(%(codes)s);
    DELETE FROM register_registermonth WHERE agency_code = ANY(%(codes)s);
    DELETE FROM tenants_agencyusage USING tenants_agency a WHERE agency_id = a.id
        AND code = ANY(%(codes)s);
    DELETE FROM tenants_agency WHERE code = ANY(%(codes)s);
"""


def _make():
    infos = [AgencyInfo(code=one, name_ar=one, name_fr=one, name_en=one) for one in CODES]
    assert agencies_create(infos=infos, actor=SYSTEM) == {}
    for code in CODES:
        organisation_of(agency(code))


@contextmanager
def three_agencies():
    """Three agencies that every process sees; gone afterwards.

    Whatever is done to them is done on other connections: a test's own would hold what is to go.
    """
    assert in_child(_make) == 0
    try:
        yield
    finally:
        for code in CODES:
            raze(code)
        outside = outside_connection()
        with outside.cursor() as cursor:
            cursor.execute(_LEFT, {"codes": list(CODES)})
            cursor.execute(
                "DELETE FROM tenants_caseholding WHERE schema_name = ANY(%s)",
                [[f"a_{code}" for code in CODES]],
            )
        outside.close()


def agency(code):
    return Agency.objects.get(code=code)


def destroyed(code):
    """The agency as it is after its destruction: the figures of the register stay."""

    def project():
        while register_project(is_last=True):
            pass

    in_thread(project)
    raze(code, figures=False)


def filed_whole(code=A, **changes):
    """A request with something of everything, filed a month ago."""
    with clock.travel(clock.now() - timedelta(days=30)):
        one = request_filed(
            agency(code),
            **{
                "subject": f"{WORD} in the street",
                "body": f"{WORD} in my cellar",
                "remedy": f"{WORD} away",
                "party": PartyDraft(name=f"A {WORD}", email=f"{WORD}@example.org"),
                **changes,
            },
        )
        written(one)
    return one


def written(one):
    officer = staff(one.holder, email=f"{one.reference}@{one.holder.code}.example")
    with agency_context(one.holder):
        actor = officer_actor(officer)
        common = {"reference": one.reference, "officer": officer, "actor": actor}
        services.note_add(body=f"The {WORD} calls often.", **common)
        services.officer_message_add(body=f"About your {WORD}", **common)
    gateway.message_add(token=one.token, body=f"{WORD} again")
    gateway.attachment_add(
        token=one.token, upload=UploadedContent(name=f"{WORD}.txt", content=WORD.encode())
    )


def answered(one):
    officer = staff(one.holder, email=f"r{one.reference}@{one.holder.code}.example")
    with agency_context(one.holder):
        services.complaint_reply(
            reference=one.reference, draft=REPLY, officer=officer, actor=officer_actor(officer)
        )


def moved_later(one, to=B):
    """Answered and re-opened in the agency after the export, then handed over."""
    with clock.travel(clock.now() - timedelta(days=9)):
        answered(one)
    with clock.travel(clock.now() - timedelta(days=7)):
        gateway.case_reopen(token=one.token, body=f"No, the {WORD} is there.")
    with clock.travel(clock.now() - timedelta(days=4)):
        hand_over(one, agency(to))


def decide(reference, code):
    arbitration_decide(reference=reference, organisation_code=code, text=DECISION, actor=OVERSEER)


def restored(opened_export, code=A, **told):
    done = worked(restore_asked(opened_export, code=code, **told))
    assert (done.state, done.fault_text) == (JobState.DONE, "")
    return done.result


def holding(reference):
    """The codes of agencies that have the case, and where the reference leads."""

    def look():
        living = [one for one in map(agency, CODES) if one.state != "destroyed"]
        codes = [one.code for one in holders(reference, living)]
        route = Route.objects.select_related("agency").filter(pk=reference).first()
        return codes, route and route.agency.code

    return in_thread(look)


def told(code, reference):
    """What the register and the agency may tell of a case: its events, without internal ones."""

    def look():
        with agency_context(agency(code)):
            rows = ComplaintEvent.objects.filter(complaint__reference=reference)
            rows = rows.exclude(kind__in=INTERNAL_EVENTS).order_by("position")
            return list(rows.values_list("kind", "status", "at"))

    return in_thread(look)


def tallies():
    """The cases of the register, which must be what a rebuild makes of them."""

    def look():
        while register_project(is_last=True):
            pass
        names = [one.name for one in RegisterCase._meta.concrete_fields]
        names = [name for name in names if name not in ("id", "last_position")]
        rows = RegisterCase.objects.filter(agency_code__in=CODES).order_by(
            "agency_code", "reference"
        )
        before = list(rows.values_list(*names))
        living = agency_list().exclude(state="destroyed")
        gone = Agency.objects.filter(state="destroyed").values_list("code", flat=True)
        register_rebuild(
            schemas=list(living.values_list("schema_name", flat=True)),
            events_of=gateway.outbox_events_of,
            kept=list(gone),
        )
        assert list(rows.values_list(*names)) == before
        return before

    return in_thread(look)
