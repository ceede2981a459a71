"""Questions to the address book."""

from collections.abc import Iterable

from django.conf import settings
from django.db.models import QuerySet

from shared.directory.selectors import handling_agency_code, organisation_get
from shared.kernel.remembering import Remembered
from tenants.enums import AgencyState, ProvisioningStep
from tenants.errors import AgencyNotFound, NoAgencyForOrganisation, OrganisationNotServed
from tenants.models import Agency, Domain, Route
from tenants.types import AgencyInfo

NATIONAL_SCHEMA = "public"


def agency_list() -> QuerySet[Agency]:
    """Every agency whose workspace is complete, suspended ones included, by code."""
    return (
        Agency.objects.exclude(schema_name=NATIONAL_SCHEMA)
        .filter(step=ProvisioningStep.READY)
        .order_by("code")
    )


def agency_by_code(code: str) -> Agency:
    """The agency with that code. Raises ``AgencyNotFound``."""
    try:
        return Agency.objects.exclude(schema_name=NATIONAL_SCHEMA).get(code=code)
    except Agency.DoesNotExist:
        raise AgencyNotFound(code) from None


def agency_for_organisation(*, organisation_code: str) -> Agency:
    """The agency that answers for an organisation: its own workspace or the nearest above it.

    May be some seconds old. Raises ``OrganisationNotFound``, ``OrganisationNotServed`` or
    ``NoAgencyForOrganisation``.
    """
    return _agency_of_organisation(organisation_code)


def _agency_asked(organisation_code: str) -> Agency:
    if not organisation_get(code=organisation_code).accepts:
        raise OrganisationNotServed(organisation_code, field="organisation")
    code = handling_agency_code(code=organisation_code)
    agency = agency_list().filter(code=code).first() if code else None
    if agency is None:
        raise NoAgencyForOrganisation(organisation_code, field="organisation")
    return agency


def agencies_by_code(*, codes: Iterable[str]) -> dict[str, AgencyInfo]:
    """The agencies with these codes, as frozen data, in one query; unknown codes are left out."""
    return {agency.code: agency_info(agency) for agency in agency_list().filter(code__in=codes)}


def agency_infos() -> list[AgencyInfo]:
    """Every agency as frozen data, by code."""
    return [agency_info(agency) for agency in agency_list()]


def agency_info(agency: Agency) -> AgencyInfo:
    """The frozen data of one agency."""
    return AgencyInfo(
        code=agency.code, name_ar=agency.name_ar, name_fr=agency.name_fr, name_en=agency.name_en
    )


def agency_is_open(agency: Agency) -> bool:
    """Whether its staff may work; a suspended agency's citizens are served all the same."""
    return agency.state == AgencyState.ACTIVE


def domain_by_host(host: str) -> Domain | None:
    """What a host name shows, with its agency; ``None`` for a stranger's host.

    May be some seconds old: so long may a suspended console still be open.
    """
    return _domain_of_host(host)


def _domain_asked(host: str) -> Domain | None:
    return Domain.objects.select_related("tenant").filter(domain=host).order_by("domain").first()


def route_by_reference(reference: str) -> Route | None:
    """The route of a reference, with its agency."""
    return Route.objects.select_related("agency").filter(reference=reference).first()


def _seconds() -> float:
    return float(settings.ADDRESS_BOOK_SECONDS)


_agency_of_organisation = Remembered(_agency_asked, seconds=_seconds)
_domain_of_host = Remembered(_domain_asked, seconds=_seconds)
