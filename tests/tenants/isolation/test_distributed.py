"""On a real cluster: each agency's tables are distributed, and cases live in them.

CITUS_DSN is the postgresql:// address of an empty database on the coordinator, under a superuser.
docs/runbooks/cluster.md says what a cluster asks of an installation.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

DSN = os.environ.get("CITUS_DSN", "")
ROOT = Path(__file__).resolve().parents[3]
CODES = ("north", "south")
SCHEMAS = [f"a_{code}" for code in CODES]

pytestmark = [
    pytest.mark.distributed,
    pytest.mark.skipif(not DSN, reason="CITUS_DSN is not set"),
]

CREATE = f"""
from shared.kernel.actors import SYSTEM
from tenants.fleet.services.provisioning import agency_create
from tenants.types import AgencyInfo
from tests.support.factories import organisation_of
for code in {CODES}:
    info = AgencyInfo(code=code, name_ar=code, name_fr=code, name_en=code)
    organisation_of(agency_create(info=info, actor=SYSTEM))
"""
LIVE = f"""
from shared.register.services import register_project
from tenants.models import Agency
from tests.support.agency_states import lives_of_cases
for code in {CODES}:
    lives_of_cases(Agency.objects.get(code=code))
while register_project(limit=1000):
    pass
"""


def ask(sql, *values):
    made = psycopg2.connect(DSN)
    made.autocommit = True
    try:
        with made.cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.fetchall() if cursor.description else []
    finally:
        made.close()


def manage(folder: Path, *arguments: str) -> None:
    """A command of ours on the cluster."""
    # Two phases over several nodes take longer than a person would wait; the roles of agencies may
    # not sign in, and so could not on a worker.
    patient = f"{DSN}{'&' if '?' in DSN else '?'}statement_timeout=0"
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "DATABASE_URL": patient,
        "DATABASE_ROLES": "false",
        "MEDIA_ROOT": str(folder),
    }
    environment.pop("TEST_DATABASE", None)
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{arguments}: {done.stdout}{done.stderr}"


@pytest.fixture(scope="module")
def cluster(tmp_path_factory) -> Iterator[Path]:
    """The national side and two agencies, made as everywhere else."""
    assert ask("SELECT to_regclass('public.tenants_agency')") == [(None,)], "CITUS_DSN is not empty"
    folder = tmp_path_factory.mktemp("files")
    database = ask("SELECT current_database()")[0][0]
    ask("CREATE EXTENSION IF NOT EXISTS citus")
    # Of the database: it must hold for the connections of our commands.
    ask(f'ALTER DATABASE "{database}" SET citus.enable_schema_based_sharding = on')
    try:
        manage(folder, "prepare")
        manage(folder, "shell", "--command", CREATE)
        yield folder
    finally:
        for schema in SCHEMAS:
            ask(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
        ask("DROP SCHEMA public CASCADE")
        ask("CREATE SCHEMA public")
        ask(f'ALTER DATABASE "{database}" RESET citus.enable_schema_based_sharding')


def test_each_table_of_an_agency_is_distributed_and_no_national_one(cluster):
    tables = ask(
        "SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE c.relkind = 'r' AND n.nspname = ANY(%s) ORDER BY 1, 2",
        SCHEMAS,
    )
    distributed = ask(
        "SELECT n.nspname, c.relname FROM citus_tables t JOIN pg_class c ON c.oid = t.table_name"
        " JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE t.citus_table_type = 'schema' ORDER BY 1, 2"
    )

    assert len({table for _schema, table in tables}) == len(tables) / len(SCHEMAS) > 10
    assert distributed == tables


def test_the_tables_of_one_agency_stand_together(cluster):
    groups = ask(
        "SELECT n.nspname, count(DISTINCT p.colocationid) FROM pg_dist_partition p"
        " JOIN pg_class c ON c.oid = p.logicalrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname = ANY(%s) GROUP BY 1 ORDER BY 1",
        SCHEMAS,
    )

    assert groups == [(schema, 1) for schema in SCHEMAS]


def test_whole_lives_of_cases_pass_and_reach_the_register(cluster):
    manage(cluster, "shell", "--command", LIVE)

    per_agency = ask(
        "SELECT agency_code, count(*) FROM register_registercase GROUP BY 1 ORDER BY 1"
    )
    assert per_agency == [(code, 3) for code in CODES]
