"""The checks of a new workspace before pages show the workspace."""

from django.conf import settings
from django.db import ProgrammingError, transaction

from tenants.agencies.selectors import agency_list
from tenants.fleet.errors import WorkspaceIncomplete
from tenants.isolation.checks import agency_table_names
from tenants.isolation.database_roles import agency_role
from tenants.isolation.schema_versions import code_version
from tenants.isolation.sql import sql_column, sql_run
from tenants.models import Agency, Domain
from tenants.models.enums import Site


def workspace_verify(agency: Agency) -> None:
    """Require that a new workspace has all tables, its host name, and correct rights of its role.

    Raises ``WorkspaceIncomplete``.
    """
    tables = sorted(agency_table_names())
    _require(not _lacking(agency, tables), agency, "a table is missing")
    _require(agency.version == code_version().fingerprint, agency, "another version")
    own = Domain.objects.filter(tenant=agency, site=Site.AGENCY, is_primary=True)
    _require([one.domain for one in own] == [host_of(agency.code)], agency, "no host of its own")
    if role := agency_role(schema_name=agency.schema_name):
        _require(_reads(role, agency.schema_name, tables), agency, "its role cannot read")
        if (neighbour := agency_list().exclude(pk=agency.pk).first()) is not None:
            _require(
                not _reads(role, neighbour.schema_name, tables[:1]),
                agency,
                f"its role reads {neighbour.schema_name}",
            )


def host_of(code: str) -> str:
    """Return an agency's host name under the portal's domain."""
    return f"{code}.{settings.BASE_DOMAIN}"


def _require(is_right: bool, agency: Agency, fault: str) -> None:
    if not is_right:
        raise WorkspaceIncomplete(f"{agency.code}: {fault}")


def _lacking(agency: Agency, tables: list[str]) -> list[str]:
    # ``to_regclass`` uses an index, while a query of all tables would be slow with many agencies.
    return sql_column(
        "SELECT name FROM unnest(%s::text[]) AS name WHERE to_regclass(name) IS NULL",
        [f'"{agency.schema_name}"."{table}"' for table in tables],
    )


def _reads(role: str, schema_name: str, tables: list[str]) -> bool:
    rows = ", ".join(
        f'(SELECT 1 FROM "{schema_name}"."{table}" LIMIT 1)'  # noqa: S608  # names of our own
        for table in tables
    )
    try:
        # After an error, the rollback to the savepoint also resets the role.
        with transaction.atomic():
            sql_run(f'SET LOCAL ROLE "{role}"; SELECT {rows}; RESET ROLE')
    except ProgrammingError:
        return False
    return True
