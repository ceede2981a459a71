"""Setup and checks of a database that coordinates several servers (docs/runbooks/cluster.md)."""

from django.db import connection

from tenants.isolation.backends.cluster_commit import COMMIT_TABLE
from tenants.isolation.backends.database_nodes import DatabaseNodes, NodeState
from tenants.isolation.schema_switch import as_owner, connection as schema_connection
from tenants.isolation.sql import sql_rows, sql_run

SHARDING = "citus.enable_schema_based_sharding"


def cluster_ensure() -> None:
    """Create the commit table of a cluster and register the table with Citus."""
    if not connection.settings_dict.get("CLUSTER"):
        return
    with as_owner():
        sql_run(f"CREATE TABLE IF NOT EXISTS public.{COMMIT_TABLE} (id integer PRIMARY KEY)")
        if not is_known(COMMIT_TABLE):
            sql_run("SELECT citus_add_local_table_to_metadata(%s::regclass)", COMMIT_TABLE)


def cluster_faults() -> list[str]:
    """Return the reasons why the database does not fit the setting DATABASE_CLUSTER."""
    with as_owner():
        has_citus = bool(sql_rows("SELECT FROM pg_extension WHERE extname = 'citus'"))
        if not connection.settings_dict.get("CLUSTER"):
            # With the setting off, a crash could lose the part of a commit on one of two servers.
            return ["it has the extension citus, and DATABASE_CLUSTER is off"] if has_citus else []
        if not has_citus:
            return ["it has no extension citus, and DATABASE_CLUSTER is on"]
        ((sharding,),) = sql_rows("SELECT current_setting(%s)", SHARDING)
    faults = {
        f"{SHARDING} is off: new agencies would not get a node": sharding != "on",
        f"Citus does not know the table {COMMIT_TABLE}: run prepare": not is_known(COMMIT_TABLE),
    }
    return [fault for fault, is_true in faults.items() if is_true]


def is_known(table: str) -> bool:
    """Return whether Citus knows a table of the public schema."""
    with as_owner():
        return bool(
            sql_rows(
                "SELECT FROM pg_dist_partition WHERE logicalrelid = to_regclass(%s)",
                f"public.{table}",
            )
        )


def node_states() -> list[NodeState]:
    """Return the state of each node, sorted by name; the list is empty without a cluster."""
    nodes = _nodes()
    return [] if nodes is None else nodes.states()


def unreachable_schemas() -> frozenset[str]:
    """Return the agencies' schemas whose node does not answer."""
    nodes = _nodes()
    return frozenset() if nodes is None else nodes.unreachable()


def _nodes() -> DatabaseNodes | None:
    if not connection.settings_dict.get("CLUSTER"):
        return None
    connection.ensure_connection()
    calls = schema_connection.cluster
    if calls is None:
        return None
    calls.nodes.start()
    return calls.nodes
