"""Find agencies and host names, from a copy that each process keeps for some seconds."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet

from shared.directory.models import Organisation
from shared.directory.selectors.bodies import (
    handlers_of_all,
    handling_agency_code,
    organisation_get,
)
from shared.directory.types import Handler
from shared.kernel.remembering import Remembered
from shared.ui.links import host_url
from tenants.agencies.errors import AgencyNotFound, NoAgencyForOrganisation, OrganisationNotServed
from tenants.agencies.types import AgencyInfo
from tenants.models import Agency, Domain
from tenants.models.enums import AgencyState, ProvisioningStep

NATIONAL_SCHEMA = "public"
# Names of the portal's own hosts, today's and likely ones: no agency shall pass for the portal.
RESERVED_CODES = frozenset(
    {"admin", "api", "app", "demo", "insaf", "mail", "national", "orientation", "oversight"}
    | {"portal", "public", "static", "status", "support", "test", "www"}
)


def agency_list() -> QuerySet[Agency]:
    """Every agency whose workspace is complete, suspended ones included, by code."""
    return agencies_including_deleted().exclude(state=AgencyState.DESTROYED)


def agencies_including_deleted() -> QuerySet[Agency]:
    """The same with those that were destroyed: their names stand beside figures that stay."""
    return (
        Agency.objects.exclude(schema_name=NATIONAL_SCHEMA)
        .filter(step=ProvisioningStep.READY)
        .order_by("code")
    )


def destroyed_codes() -> list[str]:
    """The agencies of which only the name and the published figures are left."""
    gone = Agency.objects.filter(state=AgencyState.DESTROYED).order_by("code")
    return list(gone.values_list("code", flat=True))


def agency_by_code(code: str) -> Agency:
    """The agency with that code, once its workspace was complete. Raises ``AgencyNotFound``."""
    try:
        return agencies_including_deleted().get(code=code)
    except Agency.DoesNotExist:
        raise AgencyNotFound(code) from None


def agency_for_organisation(*, organisation_code: str) -> Agency:
    """The agency that answers for an organisation: its own workspace or the nearest above it.

    May be some seconds old. Raises ``OrganisationNotFound``, ``OrganisationNotServed`` or
    ``NoAgencyForOrganisation``.
    """
    book = _address_book(None)
    handler = book.handlers.get(organisation_code)
    agency = book.agencies.get(handler.agency_code) if handler and handler.accepts else None
    return agency or _agency_asked(organisation_code)


def _agency_asked(organisation_code: str) -> Agency:
    # Refused is only what is not there now: an agency may have been made a second ago.
    if not organisation_get(code=organisation_code).accepts:
        raise OrganisationNotServed(organisation_code, field="organisation")
    code = handling_agency_code(code=organisation_code)
    agency = agency_list().filter(code=code).first() if code else None
    if agency is None:
        raise NoAgencyForOrganisation(organisation_code, field="organisation")
    return agency


def agencies_by_code(*, codes: Iterable[str]) -> dict[str, AgencyInfo]:
    """The agencies with these codes, as frozen data, in one query; unknown codes are left out."""
    return {
        agency.code: agency_info(agency)
        for agency in agencies_including_deleted().filter(code__in=codes)
    }


def agency_infos() -> list[AgencyInfo]:
    """Every agency that ever worked as frozen data, by code."""
    return [agency_info(agency) for agency in agencies_including_deleted()]


def agency_info(agency: Agency) -> AgencyInfo:
    """The frozen data of one agency."""
    return AgencyInfo(
        code=agency.code, name_ar=agency.name_ar, name_fr=agency.name_fr, name_en=agency.name_en
    )


def agency_is_open(agency: Agency) -> bool:
    """Whether somebody may answer there; a closed agency's citizens are served all the same.

    Caretakers of national oversight work in an agency of whatever state.
    """
    return agency.state == AgencyState.ACTIVE or agency.taken_over_at is not None


def console_url(agency: Agency) -> str:
    """The address of an agency's console, on its primary host."""
    rows = Domain.objects.filter(tenant=agency).order_by("-is_primary", "domain")
    host = rows.values_list("domain", flat=True).first()
    return host_url(host or f"{agency.code}.{settings.BASE_DOMAIN}")


def domain_by_host(host: str) -> Domain | None:
    """What a host name shows, with its agency; ``None`` for a stranger's host.

    The host of a workspace that is still being made is a stranger's. May be some seconds old: so
    long may a suspended console still be open.
    """
    known = _address_book(None).domains.get(host)
    if known is not None:
        return known
    rows = Domain.objects.select_related("tenant").filter(domain=host)
    return rows.filter(tenant__step=ProvisioningStep.READY).order_by("domain").first()


@dataclass(frozen=True, slots=True, kw_only=True)
class _AddressBook:
    """All that requests are sent on by. Every reader gets the same rows: nobody may change them."""

    domains: dict[str, Domain]
    agencies: dict[str, Agency]
    handlers: dict[str, Handler]


def _copied(_all: None) -> _AddressBook:
    """The whole book: among thousands of agencies hardly a request asks for the same one again."""
    ready = Agency.objects.filter(step=ProvisioningStep.READY)
    everyone = {agency.pk: agency for agency in ready}
    # A host whose agency was made between the two questions is asked for by itself.
    domains = [one for one in Domain.objects.all() if one.tenant_id in everyone]
    for domain in domains:
        domain.tenant = everyone[domain.tenant_id]
    return _AddressBook(
        domains={domain.domain: domain for domain in domains},
        agencies={
            one.code: one
            for one in everyone.values()
            if one.schema_name != NATIONAL_SCHEMA and one.state != AgencyState.DESTROYED
        },
        handlers=handlers_of_all(),
    )


def _stamp(_all: None) -> object:
    """Another for every other book: instances are made of thousands of rows when one has changed.

    Made every few seconds, they were a twentieth of what a busy process does.
    """
    tables = [one._meta.db_table for one in (Agency, Domain, Organisation)]
    asked = (
        f'(SELECT ROW(count(*), sum(hashtextextended(one::text, 0))) FROM "{table}" AS one)'  # noqa: S608
        for table in tables
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(asked)}")
        return cursor.fetchone()


def address_book_clear() -> None:
    """Let this process see at once what it has just changed; the others may take some seconds."""
    _address_book.forget()


def _seconds() -> float:
    return float(settings.ADDRESS_BOOK_SECONDS)


_address_book = Remembered(_copied, seconds=_seconds, stamp=_stamp)
