"""The locked row of an agency, and audit records of actions on an agency."""

from shared.audit.services import audit_record
from shared.complaints.selectors import case_load
from shared.kernel import clock
from shared.kernel.actors import Actor
from shared.rows.selectors import first_or_refuse
from tenants.agencies.errors import AgencyNotFound
from tenants.agencies.selectors import NATIONAL_SCHEMA
from tenants.approvals.errors import ReasonNeeded
from tenants.custody.selectors import cases_moving
from tenants.fleet.errors import AgencyStateConflict
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency
from tenants.models.enums import AgencyState, ProvisioningStep


def agency_locked(*, code: str, states: tuple[AgencyState, ...]) -> Agency:
    """Return an agency and lock its row until the transaction ends.

    Raises ``AgencyNotFound``, or ``AgencyStateConflict`` when its state is not in ``states``.
    """
    agency = first_or_refuse(
        Agency.objects.select_for_update()
        .exclude(schema_name=NATIONAL_SCHEMA)
        .filter(code=code, step=ProvisioningStep.READY),
        AgencyNotFound(code),
    )
    if agency.state not in states:
        raise AgencyStateConflict(f"{code} is {agency.state}")
    return agency


def reason_of(text: str) -> str:
    """Return a reason without surrounding spaces. Raises ``ReasonNeeded`` for an empty reason."""
    if not (reason := text.strip()):
        raise ReasonNeeded(field="reason")
    return reason


def record_in_both_logs(*, agency: Agency, action: str, actor: Actor) -> None:
    """Record an action in the national audit log and in the agency's audit log.

    Raises ``AgencyUpdating`` while the agency's tables are being migrated.
    """
    subject = f"agency {agency.code}"
    audit_record(actor=actor, action=action, subject=subject)
    with agency_context(agency):
        audit_record(actor=actor, action=action, subject=subject)


def open_case_count(agency: Agency) -> int:
    """Return the count of an agency's open cases and, in a cluster, of its cases in transfer."""
    moving = cases_moving(agency=agency)
    with agency_context(agency):
        return case_load(today=clock.today()).open + moving
