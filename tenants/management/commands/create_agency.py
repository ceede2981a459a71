"""The command that creates the workspace of an organisation."""

from shared.directory.selectors.organisation_tree import ORIENTATION
from shared.directory.selectors.organisations import organisation_get
from shared.directory.services.agency_assignment import organisation_assign_agency
from shared.kernel.actors import SYSTEM
from tenants.agencies.selectors import RESERVED_CODES, address_book_clear
from tenants.agency_export.services.restore import is_being_restored
from tenants.billing.selectors import plan_by_code
from tenants.fleet.errors import AgencyCodeReserved, AgencyStateConflict
from tenants.fleet.services.provisioning import agency_record, agency_resume
from tenants.fleet.types import WorkspaceOrder
from tenants.management.base import DomainCommand
from tenants.models import Agency
from tenants.models.enums import AgencyState

LANGUAGES = ("ar", "fr", "en")
RESUMABLE = (AgencyState.PREPARING, AgencyState.ACTIVE)


class Command(DomainCommand):
    """``manage.py create_agency health --organisation health``."""

    help = "Create an agency's workspace; run again after a failure, it goes on from there."
    arguments = {
        "code": {"help": "Lower-case letters, digits and dashes."},
        "--organisation": {"required": True, "help": "Its code in the directory."},
        "--plan": {"default": "", "help": "The code of its plan; else the free one."},
        "--admin-email": {"default": "", "help": "Who is invited to administer it."},
        "--admin-name": {"default": "", "help": "Their name; else the address."},
        "--admin-language": {"default": "ar", "choices": LANGUAGES},
    }

    def handle(self, *args: str, code: str, organisation: str, **options: str) -> None:
        """Create the agency's workspace, or complete an interrupted creation."""
        order = WorkspaceOrder.for_body(
            code=code,
            names=organisation_get(code=organisation).names,
            organisation=organisation,
            email=options["admin_email"],
            admin_name=options["admin_name"],
            language=options["admin_language"],
            plan=options["plan"],
        )
        if order.plan:
            # A wrong plan must stop the command here, because the last step of the creation would
            # skip the plan without an error.
            plan_by_code(order.plan)
        agency = _resumable(code) or agency_record(info=order.info, actor=SYSTEM)
        agency_resume(agency=agency, actor=SYSTEM, order=order)
        # The last step assigns the organisation, but does not run again for a complete agency.
        organisation_assign_agency(
            organisation_code=organisation, agency_code=code, actor=SYSTEM, only_if_free=True
        )
        address_book_clear()
        self.stdout.write(f"{agency.code}: {agency.schema_name}, {agency.state}")


def _resumable(code: str) -> Agency | None:
    """Return the agency with this code if its creation may be continued, or ``None`` without one.

    Raises ``AgencyCodeReserved``, and ``AgencyStateConflict`` for an agency that is closed or is
    being restored.
    """
    # The orientation desk has a reserved code and may still get a workspace.
    if code in RESERVED_CODES - {ORIENTATION}:
        raise AgencyCodeReserved(code)
    agency = Agency.objects.filter(code=code).first()
    if agency is not None and (agency.state not in RESUMABLE or is_being_restored(agency=agency)):
        raise AgencyStateConflict(code)
    return agency
