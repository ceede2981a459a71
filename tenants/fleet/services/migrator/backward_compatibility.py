"""The check that the former release can still work with the tables of the next release.

While agencies are being migrated, code of the former release uses migrated tables. A migration that
removes or requires something needs a ``contracts`` attribute: a sentence that says since when no
code uses the old form.
"""

from collections.abc import Iterable

from django.apps import apps
from django.conf import settings
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import (
    AddConstraint,
    AddField,
    AlterField,
    AlterModelTable,
    AlterUniqueTogether,
    DeleteModel,
    RemoveField,
    RenameField,
    RenameModel,
    RunPython,
    RunSQL,
    SeparateDatabaseAndState,
)
from django.db.migrations.operations.base import Operation
from django.db.models import NOT_PROVIDED

REMOVALS = {
    RemoveField: "removes a column that old code still reads",
    DeleteModel: "removes a table that old code still reads",
    RenameField: "renames a column under old code",
    RenameModel: "renames a table under old code",
    AlterModelTable: "renames a table under old code",
}
NEW_REQUIREMENTS = {
    AlterField: "changes a column that old code still writes",
    AddConstraint: "forbids what old code may still write",
    AlterUniqueTogether: "forbids what old code may still write",
}


def unsafe_migrations() -> list[str]:
    """Return one line for each fault of an agency migration that could break the former release."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    ours = {
        config.label
        for config in apps.get_app_configs()
        if config.name in settings.TENANT_APPS
        and config.name.startswith(("shared.", "agency_console."))
    }
    return [
        f"{label}.{name}: {fault}"
        for (label, name), migration in sorted(loader.disk_migrations.items())
        if label in ours
        for fault in migration_faults(migration)
    ]


def migration_faults(migration: Migration) -> list[str]:
    """Return the reasons why this migration could break the former release or cannot be applied."""
    if migration.initial:
        return []
    operations = list(_flat(migration.operations))
    faults = []
    if not migration.atomic:
        faults.append("is not atomic: agencies are migrated in one transaction each")
    on_data = [one for one in operations if isinstance(one, RunPython)]
    if on_data and len(on_data) < len(operations):
        faults.append("mixes work on data with changes of tables: make two migrations of it")
    faults += [
        f"{one.describe()} cannot be taken back: give it a reverse"
        for one in operations
        if isinstance(one, RunPython | RunSQL) and not one.reversible
    ]
    if not getattr(migration, "contracts", ""):
        faults += [fault for one in operations for fault in _operation_faults(one)]
    return faults


def _operation_faults(operation: Operation) -> Iterable[str]:
    for kind, why in (REMOVALS | NEW_REQUIREMENTS).items():
        if isinstance(operation, kind):
            yield f"{operation.describe()} {why}"
    if isinstance(operation, AddField) and not _can_be_left_out(operation):
        yield f"{operation.describe()}: old code leaves it out; make it null or give it db_default"


def _can_be_left_out(operation: AddField) -> bool:
    field = operation.field
    return bool(field.null or field.many_to_many or field.db_default is not NOT_PROVIDED)


def _flat(operations: Iterable[Operation]) -> Iterable[Operation]:
    for one in operations:
        if isinstance(one, SeparateDatabaseAndState):
            yield from _flat(one.database_operations)
        else:
            yield one
