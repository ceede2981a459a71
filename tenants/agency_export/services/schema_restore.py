"""Creation of an agency's tables in the version of its export, by our own migrations.

Nothing of an export is run as SQL.
"""

from collections.abc import Collection

from django.db import connection
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.graph import MigrationGraph
from django.db.migrations.loader import MigrationLoader

from tenants.agency_export.errors import ExportDamaged, ExportTooNew, ExportTooOld
from tenants.agency_export.services.manifest import Manifest
from tenants.fleet.services.migrator.fleet_migration import agency_apply
from tenants.fleet.services.migrator.record import migration_plan_record
from tenants.fleet.services.schema_template import schema_make, template_version
from tenants.isolation.database_roles import agency_role_narrow
from tenants.isolation.schema_switch import schema_entered
from tenants.isolation.schema_versions import (
    FORMER_EXPORT,
    Version,
    agency_labels,
    code_version,
    version_record,
)
from tenants.models import Agency


def version_of(manifest: Manifest) -> Version:
    """Return the schema version of an export, if this code can create it.

    Raises ``ExportTooNew``, ``ExportTooOld``, ``ExportDamaged``.
    """
    version = Version(migrations=frozenset(manifest.migrations))
    unknown = version.migrations - code_version().migrations
    if FORMER_EXPORT in unknown:
        raise ExportTooOld(FORMER_EXPORT)
    if unknown:
        raise ExportTooNew(f"unknown here: {', '.join(sorted(unknown))}")
    if version.fingerprint != manifest.fingerprint or _lacking(version.migrations):
        raise ExportDamaged("the migrations of the manifest make no version")
    return version


def tables_build(*, schema_name: str, version: Version) -> None:
    """Create a version's tables in a schema without tables, in the caller's transaction."""
    with schema_entered(schema_name):
        if version == code_version():
            schema_make(template_version())
        else:
            executor = MigrationExecutor(connection)
            executor.migrate([], plan=_plan(executor.loader.graph, version))
    agency_role_narrow(schema_name=schema_name)


def tables_update(*, agency: Agency) -> None:
    """Migrate the agency's tables to this code's version, as ``migrate_agencies`` does."""
    if agency.version != code_version().fingerprint:
        recorded_plan = migration_plan_record(canary=agency)
        version_record(recorded_plan.version)
        agency_apply(agency=agency, recorded_plan=recorded_plan)
        agency_role_narrow(schema_name=agency.schema_name)
        agency.refresh_from_db()


def _plan(graph: MigrationGraph, version: Version) -> list[tuple[Migration, bool]]:
    """Return every migration of a version, each migration after its dependencies.

    Django's own plan is not usable, because Django migrates backwards to a target that was applied
    before as a dependency of another target.
    """
    nodes = dict.fromkeys(
        node for name in sorted(version.migrations) for node in graph.forwards_plan(_node(name))
    )
    return [(found, False) for node in nodes if (found := graph.nodes[node]) is not None]


def _lacking(migrations: Collection[str]) -> bool:
    """Return whether a migration's dependency is missing among ``migrations``."""
    graph = MigrationLoader(None, ignore_no_migrations=True).graph
    labels = agency_labels()
    needed = {parent for name in migrations for parent in graph.forwards_plan(_node(name))}
    return any(f"{app}.{name}" not in migrations for app, name in needed if app in labels)


def _node(name: str) -> tuple[str, str]:
    app, _dot, migration = name.partition(".")
    return app, migration
