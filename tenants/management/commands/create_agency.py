"""Give an organisation a workspace of its own."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from shared.directory.selectors import organisation_get
from shared.directory.services import organisation_assign_agency
from shared.kernel.actors import SYSTEM
from shared.kernel.errors import DomainError
from tenants.models import Agency
from tenants.provisioning import agency_record, agency_resume
from tenants.selectors import address_book_forget
from tenants.types import AgencyInfo


class Command(BaseCommand):
    """``manage.py create_agency health --organisation health``."""

    help = "Create an agency's workspace; run again after a failure, it goes on from there."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The agency's code, and the organisation whose names and cases it takes."""
        parser.add_argument("code", help="Lower-case letters, digits and dashes.")
        parser.add_argument("--organisation", required=True, help="Its code in the directory.")

    def handle(self, *args: str, code: str, organisation: str, **options: object) -> None:
        """Record, then every step that is not complete yet."""
        try:
            body = organisation_get(code=organisation)
            agency = Agency.objects.filter(code=code).first() or agency_record(
                info=AgencyInfo(
                    code=code,
                    name_ar=body.names.ar,
                    name_fr=body.names.fr,
                    name_en=body.names.en,
                ),
                actor=SYSTEM,
            )
            agency_resume(agency=agency, actor=SYSTEM)
            organisation_assign_agency(
                organisation_code=organisation, agency_code=code, actor=SYSTEM
            )
            address_book_forget()
        except DomainError as error:
            raise CommandError(f"{error.code}: {error}") from None
        self.stdout.write(f"{agency.code}: {agency.schema_name}, {agency.state}")
