"""Give an organisation a workspace of its own."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from shared.directory.selectors.bodies import organisation_get
from shared.directory.selectors.browsing import ORIENTATION
from shared.directory.services.assigning import organisation_assign_agency
from shared.kernel.actors import SYSTEM
from shared.kernel.errors import DomainError
from tenants.agencies.selectors import RESERVED_CODES, address_book_clear
from tenants.agencies.types import AgencyInfo
from tenants.agency_export.services.restore import is_being_restored
from tenants.billing.selectors import plan_by_code
from tenants.fleet.errors import AgencyCodeReserved, AgencyStateConflict
from tenants.fleet.services.provisioning import agency_record, agency_resume
from tenants.fleet.types import Administrator, WorkspaceOrder
from tenants.models import Agency
from tenants.models.enums import AgencyState

LANGUAGES = ("ar", "fr", "en")
OPEN = (AgencyState.PREPARING, AgencyState.ACTIVE)


class Command(BaseCommand):
    """``manage.py create_agency health --organisation health``."""

    help = "Create an agency's workspace; run again after a failure, it goes on from there."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The agency, the body whose names and cases it takes, and who is invited."""
        parser.add_argument("code", help="Lower-case letters, digits and dashes.")
        parser.add_argument("--organisation", required=True, help="Its code in the directory.")
        parser.add_argument("--plan", default="", help="The code of its plan; else the free one.")
        parser.add_argument("--admin-email", default="", help="Who is invited to administer it.")
        parser.add_argument("--admin-name", default="", help="Their name; else the address.")
        parser.add_argument("--admin-language", default="ar", choices=LANGUAGES)

    def handle(self, *args: str, code: str, organisation: str, **options: str) -> None:
        """Record, then every step that is not complete yet."""
        try:
            order = _order(code, organisation, options)
            if order.plan:
                # Before anything is made: the last step passes over a plan that is not offered.
                plan_by_code(order.plan)
            agency = _known(code) or agency_record(info=order.info, actor=SYSTEM)
            agency_resume(agency=agency, actor=SYSTEM, order=order)
            # One that was ready before may not have been given its body yet.
            organisation_assign_agency(
                organisation_code=organisation, agency_code=code, actor=SYSTEM, only_if_free=True
            )
            address_book_clear()
        except DomainError as error:
            raise CommandError(f"{error.code}: {error}") from None
        self.stdout.write(f"{agency.code}: {agency.schema_name}, {agency.state}")


def _known(code: str) -> Agency | None:
    """An agency that this may go on with.

    Raises ``AgencyCodeReserved``, and ``AgencyStateConflict`` for one that is closed, or that is
    being restored: its steps are not those of a new one.
    """
    # Oversight's own desk is an agency like others, though nobody else may have its name.
    if code in RESERVED_CODES - {ORIENTATION}:
        raise AgencyCodeReserved(code)
    agency = Agency.objects.filter(code=code).first()
    if agency is not None and (agency.state not in OPEN or is_being_restored(agency=agency)):
        raise AgencyStateConflict(code)
    return agency


def _order(code: str, organisation: str, options: dict[str, str]) -> WorkspaceOrder:
    names = organisation_get(code=organisation).names
    email = options["admin_email"]
    admin = Administrator(
        email=email, name=options["admin_name"] or email, language=options["admin_language"]
    )
    return WorkspaceOrder(
        info=AgencyInfo(code=code, name_ar=names.ar, name_fr=names.fr, name_en=names.en),
        organisation=organisation,
        admin=admin if email else None,
        plan=options["plan"],
    )
