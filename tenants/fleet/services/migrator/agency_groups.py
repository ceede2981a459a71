"""Groups of agencies that lack the same migrations."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet

from shared.kernel.groups import grouped
from tenants.agencies.selectors import agency_list
from tenants.isolation.cluster import unreachable_schemas
from tenants.isolation.schema_switch import as_owner
from tenants.isolation.schema_versions import agency_labels, code_version, version_record
from tenants.isolation.sql import sql_rows, sql_run
from tenants.models import Agency

# A temporary function that returns the missing migrations of each schema. The function raises an
# error for a schema without the table django_migrations.
LACKING = """
CREATE OR REPLACE FUNCTION pg_temp.lacking(schemas text[], labels text[], wanted text[])
RETURNS TABLE (schema_name text, missing text[]) LANGUAGE plpgsql AS $$
BEGIN
    FOREACH schema_name IN ARRAY schemas LOOP
        EXECUTE format(
            'SELECT array(SELECT unnest($1) EXCEPT SELECT app || ''.'' || name'
            ' FROM %I.django_migrations WHERE app = ANY($2) ORDER BY 1)', schema_name
        ) INTO missing USING wanted, labels;
        RETURN NEXT;
    END LOOP;
END $$
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A group of agencies that lack the same migrations."""

    missing: tuple[str, ...]
    agencies: tuple[Agency, ...]


def fleet_groups(*, codes: Collection[str] = ()) -> list[Group]:
    """Return groups of agencies that lack the same migrations, with the largest group first."""
    agencies = {agency.schema_name: agency for agency in _agencies(codes)}
    by_lack = grouped(
        (tuple(missing), agencies[schema_name])
        for schema_name, missing in _lacking(agencies)
        if missing
    )
    return sorted(
        [Group(missing=lack, agencies=tuple(rows)) for lack, rows in by_lack.items()],
        key=lambda group: (-len(group.agencies), group.missing),
    )


def versions_write(*, codes: Collection[str] = ()) -> int:
    """Store the code's version for agencies that have all migrations and no stored version.

    Returns the count of agencies.
    """
    version = code_version()
    behind = {agency.pk for group in fleet_groups(codes=codes) for agency in group.agencies}
    unnoted = _agencies(codes).filter(version="").exclude(pk__in=behind)
    with as_owner(), transaction.atomic():
        version_record(version)
        return unnoted.update(version=version.fingerprint)


def codes_unreachable(*, codes: Collection[str] = ()) -> list[str]:
    """Return the codes of agencies whose node of the cluster does not answer."""
    unreachable = _asked(codes).filter(schema_name__in=unreachable_schemas())
    return list(unreachable.values_list("code", flat=True))


def _agencies(codes: Collection[str]) -> QuerySet[Agency]:
    return _asked(codes).exclude(schema_name__in=unreachable_schemas())


def _asked(codes: Collection[str]) -> QuerySet[Agency]:
    return agency_list().filter(code__in=codes) if codes else agency_list()


def _lacking(schemas: Iterable[str]) -> list[tuple[str, list[str]]]:
    with as_owner():
        sql_run(LACKING)
        return sql_rows(
            "SELECT schema_name, missing FROM pg_temp.lacking(%s, %s, %s)",
            list(schemas),
            sorted(agency_labels()),
            sorted(code_version().migrations),
        )
