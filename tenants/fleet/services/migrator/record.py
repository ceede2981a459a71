"""The recording of the SQL of migrations, in a transaction that is rolled back."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.db import connection, transaction
from django.db.migrations import Migration, RunPython
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ProjectState

from tenants.isolation.schema_switch import as_owner, schema_entered, statements_to
from tenants.isolation.schema_versions import Version, agency_labels
from tenants.models import Agency


class MigrationNotAtomic(RuntimeError):
    """The error for a migration that cannot run in a transaction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SqlStep:
    """A step of SQL statements without schema names, to run in the active schema."""

    sql: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonStep:
    """A step with a ``RunPython`` operation and the state of the models before and after it."""

    label: str
    operation: RunPython
    before: ProjectState
    after: ProjectState


Step = SqlStep | PythonStep


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationPlan:
    """The steps that migrate a group of agencies to ``version``."""

    migrations: tuple[str, ...]
    steps: tuple[Step, ...]
    version: Version


def migration_plan_record(*, canary: Agency) -> MigrationPlan:
    """Return the plan for the migrations that the agency ``canary`` lacks.

    The migrations run for ``canary`` and are rolled back. Raises ``MigrationNotAtomic``, and the
    errors of the migrations.
    """
    with as_owner(), transaction.atomic(), schema_entered(canary.schema_name):
        recorded_plan = _recorded()
        transaction.set_rollback(True)
    return recorded_plan


def _recorded() -> MigrationPlan:
    executor = MigrationExecutor(connection)
    labels = agency_labels()
    leaves = [leaf for leaf in executor.loader.graph.leaf_nodes() if leaf[0] in labels]
    plan = [migration for migration, _backwards in executor.migration_plan(leaves)]
    state = executor._create_project_state(  # type: ignore[attr-defined]  # as migrate does
        with_applied_migrations=True
    )
    steps: list[Step] = []
    for migration in plan:
        if not migration.atomic:
            raise MigrationNotAtomic(f"{migration.app_label}.{migration.name}")
        steps += _migration_steps(migration, state)
    applied = {f"{app}.{name}" for app, name in executor.loader.applied_migrations}
    names = [f"{one.app_label}.{one.name}" for one in plan]
    has = {name for name in applied.union(names) if name.partition(".")[0] in labels}
    return MigrationPlan(
        migrations=tuple(names),
        steps=tuple(_merge_sql_steps(steps)),
        version=Version(migrations=frozenset(has)),
    )


def _migration_steps(migration: Migration, state: ProjectState) -> list[Step]:
    steps: list[Step] = []

    def keep(sql: str) -> None:
        steps.append(SqlStep(sql=sql))

    with statements_to(keep), connection.schema_editor(atomic=True) as editor:
        for operation in migration.operations:
            before = state.clone()
            operation.state_forwards(migration.app_label, state)
            operation.database_forwards(migration.app_label, editor, before, state)
            if isinstance(operation, RunPython):
                steps.append(
                    PythonStep(
                        label=migration.app_label,
                        operation=operation,
                        before=before,
                        after=state.clone(),
                    )
                )
    for app, name in migration.replaces or [(migration.app_label, migration.name)]:
        with connection.cursor() as cursor:
            keep(
                cursor.cursor.mogrify(
                    "INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, now())",
                    [app, name],
                ).decode()
            )
    return steps


def _merge_sql_steps(steps: Iterable[Step]) -> Iterable[Step]:
    """Merge adjacent SQL steps into one step, except in a cluster."""
    if connection.settings_dict.get("CLUSTER"):
        # Citus refuses most changes of tables that are sent together with other statements.
        yield from steps
        return
    for _kind, group in groupby(steps, key=type):
        neighbours = list(group)
        texts = [one.sql.rstrip().rstrip(";") for one in neighbours if isinstance(one, SqlStep)]
        if texts:
            yield SqlStep(sql=";\n".join(texts))
        else:
            yield from neighbours
