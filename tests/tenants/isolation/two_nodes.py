"""A cluster of two nodes that is none: plain PostgreSQL, whose agencies are said to be on nodes."""

import pytest
from django.db import connection
from django_tenants.utils import schema_context

from tenants.isolation.backends.cluster_calls import ClusterCalls
from tenants.isolation.backends.cluster_commit import COMMIT_TABLE
from tenants.isolation.backends.database_nodes import DatabaseNode, DatabaseNodes
from tests.support.processes import outside_connection
from tests.support.silent_database import used_instead

NORTH, SOUTH = "north:5432", "south:5432"
# As the coordinator reports a node that it cannot reach; its own connection stays.
NODE_IS_LOST = "DO $$ BEGIN RAISE EXCEPTION 'to the node' USING ERRCODE = '08006'; END $$"
WRITE = "UPDATE accounts_user SET name = name WHERE false"
READ = "SELECT count(*) FROM accounts_user"


class TwoNodes(DatabaseNodes):
    """The agency for roads on the first node and the one for water on the second; none is asked."""

    def __init__(self) -> None:
        super().__init__(connect=lambda: None, role_of=lambda _schema: None, most_calls=2)
        self._placements = {"a_roads": NORTH, "a_water": SOUTH}
        self.north, self.south = (DatabaseNode(one, most_calls=2) for one in (NORTH, SOUTH))
        self._nodes = {NORTH: self.north, SOUTH: self.south}
        self._is_started = True


@pytest.fixture
def nodes():
    return TwoNodes()


@pytest.fixture
def own(nodes):
    """A connection of this thread's own to a coordinator."""
    with used_instead(statement_timeout=0) as made:
        made.ensure_connection()
        made.cluster = ClusterCalls(nodes, made)
        yield made


@pytest.fixture
def commit_table():
    """The table that prepare makes in a cluster; here Citus does not know it."""
    outside = outside_connection()
    with outside.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {COMMIT_TABLE} (id integer PRIMARY KEY)")
        cursor.execute(f"GRANT SELECT, DELETE ON {COMMIT_TABLE} TO PUBLIC")
    yield
    with outside.cursor() as cursor:
        cursor.execute(f"DROP TABLE {COMMIT_TABLE}")
    outside.close()


@pytest.fixture
def fails_at_commit():
    """A table that lets the commit fail of whoever writes in it, with the code and text written."""
    outside = outside_connection()
    with outside.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE fails_at_commit (code text, told text);"
            "GRANT INSERT ON fails_at_commit TO PUBLIC;"
            "CREATE FUNCTION fail_at_commit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " RAISE EXCEPTION '%', NEW.told USING ERRCODE = NEW.code; END $$;"
            "CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON fails_at_commit"
            " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION fail_at_commit()"
        )
    yield
    with outside.cursor() as cursor:
        cursor.execute("DROP TABLE fails_at_commit; DROP FUNCTION fail_at_commit")
    outside.close()


def ask(schema, sql="SELECT 42"):
    with schema_context(schema), connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall() if cursor.description else []
