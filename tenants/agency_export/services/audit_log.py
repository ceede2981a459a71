"""Record acts on an export in the audit logs of both sides."""

from shared.audit.services import audit_record
from shared.kernel.actors import Actor
from tenants.isolation.schema_switch import connection, schema_entered
from tenants.models import Agency
from tenants.models.enums import AgencyState


def export_record(*, agency: Agency, action: str, actor: Actor) -> None:
    """Write it in the log where the code runs and in the agency's: its people see who took all.

    A destroyed agency has none.
    """
    subject = f"agency {agency.code}"
    audit_record(actor=actor, action=action, subject=subject)
    if connection.schema_name != agency.schema_name and agency.state != AgencyState.DESTROYED:
        with schema_entered(agency.schema_name):
            audit_record(actor=actor, action=action, subject=subject)
