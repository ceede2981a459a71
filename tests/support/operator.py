"""A workspace that operator processes make, die over and go on with, all of it really committed."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import UUID

from django.core.management import call_command
from django.db import connection

from shared.directory.models import Organisation
from shared.jobs.models import Job
from shared.jobs.services.job_runner import job_cancel, job_request
from shared.kernel.actors import SYSTEM
from shared.kernel.failpoint import VARIABLE
from tenants.agencies.types import AgencyInfo
from tenants.billing.services.plans import plans_load
from tenants.fleet.services.bulk_creation import bulk_ask
from tenants.fleet.types import Administrator, BulkRow, WorkspaceOrder
from tenants.isolation.database_roles import role_removal
from tenants.isolation.schema_switch import as_owner
from tenants.models.enums import ProvisioningStep
from tests.support.processes import in_child, outside_connection
from tests.support.schemas import comparable_script

ROOT = Path(__file__).resolve().parents[2]
CODE, BODY, SCHEMA = "lamps", "lamps-office", "a_lamps"
ORDER = WorkspaceOrder(
    info=AgencyInfo(code=CODE, name_ar="الإنارة", name_fr="Éclairage", name_en="Lamps"),
    organisation=BODY,
    admin=Administrator(email="first@lamps.example", name="Amina", language="fr"),
    plan="national",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces:
    """How many of each there really are."""

    schemas: int
    roles: int
    agencies: int
    domains: int
    given_bodies: int
    administrators: int
    letters: int
    deliveries: int
    plans: int


NOTHING = Traces(
    schemas=0, roles=0, agencies=0, domains=0, given_bodies=0, administrators=0, letters=0,
    deliveries=0, plans=0,
)  # fmt: skip
WHOLE = Traces(
    schemas=1, roles=1, agencies=1, domains=1, given_bodies=1, administrators=1, letters=1,
    deliveries=1, plans=1,
)  # fmt: skip


@contextmanager
def asked_for(*, in_a_list: bool = False) -> Iterator[UUID]:
    """A body of the directory and the job that shall give it a workspace; removed at the end."""
    assert in_child(_ask_in_a_list if in_a_list else _ask) == 0
    try:
        yield Job.objects.values_list("pk", flat=True).get()
    finally:
        _clean()


def operator(*, failpoint: str = "") -> int:
    """``run_operator --batch`` in a process of its own; its exit code, -9 when it was killed."""

    def work() -> None:
        os.environ[VARIABLE] = failpoint
        call_command("run_operator", batch=True)

    return in_child(work)


def operator_command(*, failpoint: str = "") -> int:
    """``manage.py run_operator --batch`` as it is started in production; its exit code."""
    kept = connection.settings_dict
    user = f"{kept['USER']}:{kept['PASSWORD']}@" if kept["USER"] else ""
    url = f"postgresql://{user}/{kept['NAME']}?host={kept['HOST']}&port={kept['PORT']}"
    environment = os.environ | {"DATABASE_URL": url, VARIABLE: failpoint}
    command = [sys.executable, "manage.py", "run_operator", "--batch"]
    return subprocess.run(command, env=environment, cwd=ROOT, check=False).returncode


def cancel(job_id: UUID) -> None:
    """Somebody presses the button."""
    assert in_child(lambda: job_cancel(job_id=job_id, actor=SYSTEM)) == 0


def traces() -> Traces:
    """What stands in the catalog and in the tables, whoever made it."""
    outside = outside_connection()
    with outside.cursor() as cursor:

        def count(sql: str, *values: object) -> int:
            cursor.execute(f"SELECT count(*) FROM {sql}", values)
            return int(cursor.fetchone()[0])

        schemas = count("pg_namespace WHERE nspname = %s", SCHEMA)
        tables = count("pg_class c JOIN pg_namespace n ON n.oid = relnamespace"
                       " WHERE nspname = %s AND relname = 'mail_mail'", SCHEMA)  # fmt: skip
        found = Traces(
            schemas=schemas,
            roles=count("pg_roles WHERE rolname = %s", _role()),
            agencies=count("tenants_agency WHERE code = %s", CODE),
            domains=count("tenants_domain WHERE domain = %s", f"{CODE}.testserver"),
            given_bodies=count("directory_organisation WHERE agency_code = %s", CODE),
            administrators=count(f"{SCHEMA}.accounts_user") if tables else 0,
            letters=count(f"{SCHEMA}.mail_mail") if tables else 0,
            deliveries=count(
                "django_tasks_database_dbtaskresult"
                " WHERE args_kwargs -> 'kwargs' ->> '_schema' = %s", SCHEMA,
            ),
            plans=count(
                "billing_subscription s JOIN tenants_agency a ON a.id = s.agency_id"
                " WHERE code = %s AND plan_id = %s", CODE, ORDER.plan,
            ),
        )  # fmt: skip
    outside.close()
    return found


def has_tables_like_new_ones() -> bool:
    """Whether the tables of the workspace are those of one made without a kill.

    Compared in another process: a lock of this test on them would stop their removal.
    """
    return in_child(_compare) == 0


def _compare() -> None:
    with as_owner():
        mine, others = (
            [line for line in comparable_script(schema) if line.startswith(("CREATE", "ALTER"))]
            for schema in (SCHEMA, "a_roads")
        )
    assert len(mine) > 20
    assert mine == others


def _body() -> None:
    names = {f"name_{language}": "Lamps office" for language in ("ar", "fr", "en")}
    Organisation.objects.create(code=BODY, kind="institution", **names)
    plans_load(actor=SYSTEM)


def _ask_in_a_list() -> None:
    _body()
    bulk_ask(rows=[BulkRow(line=2, order=ORDER)], actor=SYSTEM)


def _ask() -> None:
    _body()
    job_request(
        kind="provision",
        subject=CODE,
        steps=ProvisioningStep.values,
        arguments=asdict(ORDER),
        actor=SYSTEM,
    )


def _role() -> str:
    return f"{connection.settings_dict['NAME']}_{SCHEMA}"


def _clean() -> None:
    outside = outside_connection()
    with outside.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
        cursor.execute("SELECT FROM pg_roles WHERE rolname = %s", [_role()])
        if cursor.rowcount:
            cursor.execute(";".join(role_removal(_role())))
        # Whatever points to the agency, from whichever app.
        cursor.execute(
            "SELECT conrelid::regclass, attname FROM pg_constraint JOIN pg_attribute"
            " ON attrelid = conrelid AND attnum = conkey[1]"
            " WHERE contype = 'f' AND confrelid = 'tenants_agency'::regclass"
        )
        for table, column in cursor.fetchall():
            cursor.execute(
                f"DELETE FROM {table} USING tenants_agency a WHERE {column} = a.id AND a.code = %s",
                [CODE],
            )
        for table, column in (
            ("tenants_agency", "code"),
            ("directory_organisation", "code"),
        ):
            cursor.execute(f"DELETE FROM {table} WHERE {column} = ANY(%s)", [[CODE, BODY]])
        cursor.execute(
            "DELETE FROM django_tasks_database_dbtaskresult"
            " WHERE args_kwargs -> 'kwargs' ->> '_schema' = %s",
            [SCHEMA],
        )
        cursor.execute("DELETE FROM billing_plan")
        cursor.execute("DELETE FROM jobs_job")
        cursor.execute("DELETE FROM audit_auditentry")
        cursor.execute(
            "DELETE FROM tenants_schemaversion WHERE fingerprint NOT IN"
            " (SELECT version FROM tenants_agency)"
        )
    outside.close()
