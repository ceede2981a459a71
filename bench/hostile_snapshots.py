"""Snapshots of an agency's rows and files, for comparison before and after an attack."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tenants.models import Agency
    from tests.tenants.isolation.canaries import Canary

# Tables that a bystander's own staff change; rows in all other tables must stay the same.
OWN_WORK = ("django_session", "accounts_staffsession", "accounts_signintry")


def rows_of(canary: "Canary") -> dict[tuple[str, str], str]:
    """Return a digest of each row in an agency's schema and of each of its routes."""
    from tenants.isolation.schema_switch import as_owner  # noqa: PLC0415
    from tenants.isolation.sql import sql_column, sql_rows  # noqa: PLC0415

    schema = agency_of(canary).schema_name
    with as_owner():
        tables = sql_column("SELECT tablename FROM pg_tables WHERE schemaname = %s", schema)
        found: dict[tuple[str, str], str] = {}
        for table in sorted(set(tables) - set(OWN_WORK)):
            rows = sql_rows(f'SELECT md5(t::text) FROM "{schema}"."{table}" t')
            found |= {(table, digest): digest for (digest,) in rows}
        rows = sql_rows("SELECT md5(t::text) FROM tenants_route t WHERE schema_name = %s", schema)
        return found | {("tenants_route", digest): digest for (digest,) in rows}


def files_of(*canaries: "Canary") -> dict[Path, bytes]:
    """Return the bytes of each agency's canary file."""
    from django.core.files.storage import default_storage  # noqa: PLC0415

    places = [Path(default_storage.path(one.path)) for one in canaries]
    return {place: place.read_bytes() for place in places}


def agency_of(canary: "Canary") -> "Agency":
    """Return the agency of a canary, as the address book has that agency now."""
    from tenants.models import Agency  # noqa: PLC0415

    return Agency.objects.get(code=canary.code)
