"""Queries for agencies and host names, mostly from a cache that each process keeps some seconds."""

import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.db.models import QuerySet

from shared.directory.models import Organisation
from shared.directory.selectors.organisation_tree import ORIENTATION
from shared.directory.selectors.organisations import (
    handlers_and_labels,
    handling_agency_codes,
    organisation_get,
)
from shared.directory.types import Handler
from shared.kernel.text import Wording
from shared.kernel.ttl_cache import ttl_cached
from shared.rows.selectors import first_or_refuse, found_or_refuse
from shared.ui.links import host_url
from tenants.agencies.errors import AgencyNotFound, NoAgencyForOrganisation, OrganisationNotServed
from tenants.agencies.types import AgencyBodies, AgencyInfo, RecipientAgency
from tenants.models import Agency, Domain
from tenants.models.enums import AgencyState, ProvisioningStep

NATIONAL_SCHEMA = "public"
# Host names of the portal, present or possible, that no agency may get as its code.
RESERVED_CODES = frozenset(
    {"admin", "api", "app", "demo", "insaf", "mail", "national", "orientation", "oversight"}
    | {"portal", "public", "static", "status", "support", "test", "www"}
)


def agency_list() -> QuerySet[Agency]:
    """Return every agency whose workspace is complete, also suspended ones, ordered by code."""
    return agencies_including_destroyed().exclude(state=AgencyState.DESTROYED)


def agencies_including_destroyed() -> QuerySet[Agency]:
    """Return the agencies of ``agency_list`` and the destroyed agencies, ordered by code.

    Published figures of destroyed agencies are kept, and are shown with the agencies' names.
    """
    return (
        Agency.objects.exclude(schema_name=NATIONAL_SCHEMA)
        .filter(step=ProvisioningStep.READY)
        .order_by("code")
    )


def destroyed_codes() -> list[str]:
    """Return the codes of the destroyed agencies, whose rows in the register must be kept."""
    return list(
        Agency.objects.filter(state=AgencyState.DESTROYED)
        .order_by("code")
        .values_list("code", flat=True)
    )


def agency_by_code(code: str) -> Agency:
    """Return an agency by its code, also a destroyed agency. Raises ``AgencyNotFound``."""
    return first_or_refuse(agencies_including_destroyed().filter(code=code), AgencyNotFound(code))


def agency_for_organisation(*, organisation_code: str) -> Agency:
    """Return the agency that gets an organisation's requests: its own or the nearest parent's.

    If no agency answers for the organisation, the orientation desk gets the requests: its officers
    name the competent body within 15 days (decree 2.17.265). The result may be some seconds old, so
    an agency that another process has just created may be missing. Raises ``OrganisationNotFound``,
    ``OrganisationNotServed``, or ``NoAgencyForOrganisation`` in an installation without an
    orientation desk.
    """
    return _receiving(organisation_code).agency


def recipient_agency(*, organisation_code: str) -> RecipientAgency:
    """Return the agency that gets an organisation's requests, perhaps the orientation desk.

    Raises what ``agency_for_organisation`` raises.
    """
    return _as_recipient(_receiving(organisation_code))


def agency_bodies(*, agency_code: str) -> AgencyBodies:
    """Return the bodies whose requests an agency receives, with the names of all bodies.

    Bodies without a workspace under the agency's bodies are included; the orientation desk receives
    requests for all bodies that have no agency. The result may be some seconds old.
    """
    book = _address_book()
    return AgencyBodies(own=book.bodies.get(agency_code, ()), labels=book.labels)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Receiving:
    agency: Agency
    is_orientation: bool


def _receiving(organisation_code: str) -> _Receiving:
    # Query the tables before an error, because the cache may lack a new agency.
    return _receiving_by_book(organisation_code) or _receiving_by_tables(organisation_code)


def _receiving_by_book(organisation_code: str) -> _Receiving | None:
    book = _address_book()
    handler = book.handlers.get(organisation_code)
    if handler is None or not handler.accepts:
        return None
    orientation = book.handlers.get(ORIENTATION)
    return _own_or_orientation(
        organisation_code,
        own=book.agencies.get(handler.agency_code),
        orientation=book.agencies.get(orientation.agency_code) if orientation else None,
    )


def _receiving_by_tables(organisation_code: str) -> _Receiving:
    if not organisation_get(code=organisation_code).accepts:
        raise OrganisationNotServed(organisation_code, field="organisation")
    codes = handling_agency_codes([organisation_code, ORIENTATION])
    agencies = {agency.code: agency for agency in agency_list().filter(code__in=codes.values())}
    found = _own_or_orientation(
        organisation_code,
        own=agencies.get(codes.get(organisation_code, "")),
        orientation=agencies.get(codes.get(ORIENTATION, "")),
    )
    return found_or_refuse(found, NoAgencyForOrganisation(organisation_code, field="organisation"))


def _own_or_orientation(
    organisation_code: str, *, own: Agency | None, orientation: Agency | None
) -> _Receiving | None:
    if own is not None:
        return _Receiving(agency=own, is_orientation=organisation_code == ORIENTATION)
    return _Receiving(agency=orientation, is_orientation=True) if orientation is not None else None


def _as_recipient(found: _Receiving) -> RecipientAgency:
    return RecipientAgency(agency=agency_info(found.agency), is_orientation=found.is_orientation)


def answers_orientation(*, agency_code: str) -> bool:
    """Return whether this agency is the orientation desk; the result may be some seconds old."""
    orientation = _address_book().handlers.get(ORIENTATION)
    return orientation is not None and orientation.agency_code == agency_code


def recipient_agencies(*, organisation_codes: Collection[str]) -> dict[str, RecipientAgency]:
    """Return which agency receives the requests about each organisation, in two queries.

    It is not checked whether an organisation accepts requests. An organisation is missing only if
    no agency answers for it and the installation has no orientation desk.
    """
    if not organisation_codes:
        return {}
    codes = handling_agency_codes([*organisation_codes, ORIENTATION])
    agencies = {
        agency.code: agency for agency in agency_list().filter(code__in=set(codes.values()))
    }
    orientation = agencies.get(codes.get(ORIENTATION, ""))
    found = {
        code: _own_or_orientation(
            code, own=agencies.get(codes.get(code, "")), orientation=orientation
        )
        for code in organisation_codes
    }
    return {code: _as_recipient(one) for code, one in found.items() if one is not None}


def agencies_by_code(*, codes: Iterable[str]) -> dict[str, AgencyInfo]:
    """Return the agencies of these codes as frozen data, without unknown codes; one query."""
    return {
        agency.code: agency_info(agency)
        for agency in agencies_including_destroyed().filter(code__in=codes)
    }


def agency_infos() -> list[AgencyInfo]:
    """Return the data of every agency whose workspace was ever complete, ordered by code."""
    return [agency_info(agency) for agency in agencies_including_destroyed()]


def agency_info(agency: Agency) -> AgencyInfo:
    """Return the frozen data of one agency."""
    return AgencyInfo(
        code=agency.code, name_ar=agency.name_ar, name_fr=agency.name_fr, name_en=agency.name_en
    )


def agency_name_of_code(*, code: str, language: str) -> str:
    """Return the name of an agency, or ``code`` if destroyed or unknown; mostly no query."""
    agency = _address_book().agencies.get(code)
    return agency_info(agency).name(language) if agency else code


def agency_is_open(agency: Agency) -> bool:
    """Return whether officers may answer in an agency: it is active, or it has acting staff."""
    return agency.state == AgencyState.ACTIVE or agency.taken_over_at is not None


def console_url(agency: Agency) -> str:
    """Return the address of an agency's console, on its primary host."""
    host = (
        Domain.objects.filter(tenant=agency)
        .order_by("-is_primary", "domain")
        .values_list("domain", flat=True)
        .first()
    )
    return host_url(host or f"{agency.code}.{settings.BASE_DOMAIN}")


def domain_by_host(host: str) -> Domain | None:
    """Return the site of a host name with its agency; ``None`` for an unknown host.

    A host is also unknown while its workspace is being created. The result may be some seconds old,
    so the console of an agency may stay open for some seconds after its suspension.
    """
    if (known := _address_book().domains.get(host)) is not None:
        return known
    return (
        Domain.objects.select_related("tenant")
        .filter(domain=host)
        .filter(tenant__step=ProvisioningStep.READY)
        .order_by("domain")
        .first()
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _AddressBook:
    """The cached data for routing requests; callers must not change its rows, which are shared."""

    domains: dict[str, Domain]
    agencies: dict[str, Agency]
    handlers: dict[str, Handler]
    labels: dict[str, Wording]
    bodies: dict[str, tuple[str, ...]]


@ttl_cached(seconds=lambda: float(settings.ADDRESS_BOOK_SECONDS))
def _address_book() -> _AddressBook:
    if not settings.ADDRESS_BOOK_SECONDS:
        return _book_copied()
    global _last_book, _last_read  # one cache for each process
    try:
        # The stamp is read first, so that the next read finds a change made between stamp and rows.
        _last_book = _book_of(_stamp())
        _last_read = time.monotonic()
    except (OperationalError, InterfaceError) as error:
        # While the database is unreachable, the old copy serves pages without a query. A slow
        # database is no reason to use the old copy, because a suspended agency would stay open; in
        # a transaction the error is raised, because the transaction has failed.
        is_old = time.monotonic() - _last_read > OLDEST_BOOK_SECONDS
        is_unreachable = (getattr(error.__cause__, "pgcode", None) or "08").startswith(LOST_CODES)
        if _last_book is None or is_old or not is_unreachable or connection.in_atomic_block:
            raise
    return _last_book


# The maximum age of a cached copy that is used while the database is unreachable, and the prefixes
# of the error codes in this case; an error without a code is a failed connection.
OLDEST_BOOK_SECONDS = 900.0
LOST_CODES = ("08", "57P")
_last_book: _AddressBook | None = None
_last_read = 0.0


@lru_cache(maxsize=1)
def _book_of(_stamp: object) -> _AddressBook:
    return _book_copied()


def _book_copied() -> _AddressBook:
    """Copy all rows in three queries, so that an HTTP request finds its agency without a query.

    All rows are cached, because among thousands of agencies the next request is mostly for an
    agency that was not used before.
    """
    everyone = {agency.pk: agency for agency in Agency.objects.filter(step=ProvisioningStep.READY)}
    # A host whose agency was created between the two queries is left out; ``domain_by_host`` then
    # queries the database for that host.
    domains = [one for one in Domain.objects.all() if one.tenant_id in everyone]
    for domain in domains:
        domain.tenant = everyone[domain.tenant_id]
    agencies = {
        one.code: one
        for one in everyone.values()
        if one.schema_name != NATIONAL_SCHEMA and one.state != AgencyState.DESTROYED
    }
    handlers, labels = handlers_and_labels()
    return _AddressBook(
        domains={domain.domain: domain for domain in domains},
        agencies=agencies,
        handlers=handlers,
        labels=labels,
        bodies=_bodies_by_recipient(handlers, agencies),
    )


def _bodies_by_recipient(
    handlers: Mapping[str, Handler], agencies: Collection[str]
) -> dict[str, tuple[str, ...]]:
    orientation = handlers.get(ORIENTATION)
    found: dict[str, list[str]] = {}
    for code, handler in handlers.items():
        known = handler.agency_code if handler.agency_code in agencies else ""
        if handler.accepts and (
            recipient := known or (orientation.agency_code if orientation else "")
        ):
            found.setdefault(recipient, []).append(code)
    return {recipient: tuple(codes) for recipient, codes in found.items()}


def _stamp() -> object:
    """Return a checksum of the tables, so that their rows are loaded only after a change.

    Loading the rows every few seconds took 5 % of the time of a busy process.
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
    """Clear this process's cache after a change; other processes keep old rows for some seconds."""
    global _last_book
    _last_book = None
    _book_of.cache_clear()
    _address_book.cache_clear()
