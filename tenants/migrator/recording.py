"""Migrations turned into SQL once, by running them for one agency and taking it all back."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.apps.registry import Apps
from django.contrib.auth import get_permission_codename
from django.db import connection, transaction
from django.db.migrations import Migration, RunPython
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ProjectState

from tenants.context import as_owner, schema_entered, statements_to
from tenants.models import Agency
from tenants.versions import Version, agency_labels


class MigrationNotAtomic(RuntimeError):
    """A migration that must run outside of a transaction cannot be applied to agencies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SqlStep:
    """Statements as PostgreSQL gets them; names in them are looked up in the active schema."""

    sql: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonStep:
    """A ``RunPython`` with the models before it, built once for all agencies."""

    label: str
    operation: RunPython
    before: ProjectState
    after: ProjectState


Step = SqlStep | PythonStep


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """What brings one group of agencies to ``version``."""

    migrations: tuple[str, ...]
    steps: tuple[Step, ...]
    version: Version


def recipe_record(*, canary: Agency) -> Recipe:
    """Run what ``canary`` lacks, really, keep the SQL, and leave its schema as it was.

    Raises ``MigrationNotAtomic``, and whatever the migrations raise.
    """
    with as_owner(), transaction.atomic(), schema_entered(canary.schema_name):
        recipe = _recorded()
        transaction.set_rollback(True)
    return recipe


def _recorded() -> Recipe:
    executor = MigrationExecutor(connection)
    labels = agency_labels()
    leaves = [leaf for leaf in executor.loader.graph.leaf_nodes() if leaf[0] in labels]
    plan = [migration for migration, _backwards in executor.migration_plan(leaves)]
    state = executor._create_project_state(  # type: ignore[attr-defined]  # as migrate does
        with_applied_migrations=True
    )
    known = set(state.models)
    steps: list[Step] = []
    for migration in plan:
        if not migration.atomic:
            raise MigrationNotAtomic(f"{migration.app_label}.{migration.name}")
        steps += _migration_steps(migration, state)
    steps += permission_steps(state.apps, set(state.models) - known, labels)
    applied = {f"{app}.{name}" for app, name in executor.loader.applied_migrations}
    names = [f"{one.app_label}.{one.name}" for one in plan]
    has = {name for name in applied.union(names) if name.partition(".")[0] in labels}
    return Recipe(
        migrations=tuple(names),
        steps=tuple(_joined(steps)),
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
        row = _rows([(app, name)])
        # The time is a default of Django's, not of the table.
        keep(
            "INSERT INTO django_migrations (app, name, applied)"  # noqa: S608
            f" SELECT app, name, now() FROM (VALUES {row}) AS done (app, name)"
        )
    return steps


def permission_steps(
    models: Apps, created: Collection[tuple[str, str]], labels: Collection[str]
) -> list[Step]:
    """The rows that Django adds after a migration, for the models that are new.

    Django would do it by queries and saves for each agency; one statement for all models is enough.
    """
    options = [model._meta for model in models.get_models()]
    new = sorted(
        (
            one
            for one in options
            if one.managed
            and one.app_label in labels
            and (one.app_label, str(one.model_name)) in created
        ),
        key=lambda one: one.label,
    )
    if not new:
        return []
    types = [(one.app_label, one.model_name) for one in new]
    permissions = [
        (
            one.app_label,
            one.model_name,
            get_permission_codename(action, one),
            f"Can {action} {one.verbose_name_raw}",
        )
        for one in new
        for action in one.default_permissions
    ]
    return [
        SqlStep(
            sql=f"INSERT INTO django_content_type (app_label, model) VALUES {_rows(types)}"  # noqa: S608
            " ON CONFLICT DO NOTHING"
        ),
        SqlStep(
            sql="INSERT INTO auth_permission (content_type_id, codename, name)"  # noqa: S608
            f" SELECT t.id, v.codename, v.name FROM (VALUES {_rows(permissions)})"
            " AS v (label, model, codename, name) JOIN django_content_type t"
            " ON t.app_label = v.label AND t.model = v.model ON CONFLICT DO NOTHING"
        ),
    ]


def _rows(rows: Iterable[Sequence[object]]) -> str:
    with connection.cursor() as cursor:
        mogrify = cursor.cursor.mogrify
        filled = [mogrify(f"({', '.join(['%s'] * len(row))})", row).decode() for row in rows]
    return ", ".join(filled)


def _joined(steps: Iterable[Step]) -> Iterable[Step]:
    """Neighbouring SQL in one step: one round trip."""
    waiting: list[str] = []
    for step in steps:
        if isinstance(step, SqlStep):
            waiting.append(step.sql.rstrip().rstrip(";"))
            continue
        if waiting:
            yield SqlStep(sql=";\n".join(waiting))
            waiting = []
        yield step
    if waiting:
        yield SqlStep(sql=";\n".join(waiting))
