"""A comparison of a cluster with one plain server on the same machine."""

import statistics
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from time import perf_counter, sleep
from typing import Any

import psycopg2

from drills.cluster.conversion import PORT_BESIDE, PlainInstallation, plain_make
from drills.cluster.installation import ClusterInstallation
from drills.cluster.lifecycle import free_organisations, provisioned
from drills.cluster.registry import ClusterTrial, scenario
from drills.cluster.server import DATABASE
from drills.cluster.servers import DatabaseCluster
from drills.faults.application import APPLICATION
from drills.faults.load import file_once, filing

STATEMENTS, FIRST_VISITS, FILINGS, WARM_UP = 400, 10, 150, 150
SESSIONS, AGENCIES = 6, 8
# The first filings are not measured, because a thread's first filing for an agency must sign in
# to a node.
STATEMENT = 'SELECT 1 FROM "{schema}".django_migrations LIMIT 1'
AT_NODE = """
SELECT count(*) FROM pg_stat_activity
WHERE application_name LIKE 'citus_internal%' AND usename <> 'postgres'
"""
# Seconds for which a cached connection may stay open after the end of its lifetime.
GRACE_SECONDS = 5.0


@scenario("figures", "statements, filings and connections, beside one plain server", limit=420)
def figures(trial: ClusterTrial) -> None:
    """Measure the cluster and a plain server on this machine, and compare the figures."""
    with _plain(trial) as plain:
        here, there = _statements(trial.installation), _statements(plain)
        for name, ours in here.items():
            trial.figure(f"{name} ms", f"{ours * 1000:.2f} (plain {there[name] * 1000:.2f})")
        ours, theirs = _filings(trial, trial.installation), _filings(trial, plain)
        trial.figure("filing ms", f"{ours * 1000:.1f} (plain {theirs * 1000:.1f})")
        trial.figure("filing, ratio", ours / theirs)
        ours, theirs = _provision(trial.installation), _provision(plain)
        trial.figure("new agency s", f"{ours:.2f} (plain {theirs:.2f})")
    _connections(trial)


@contextmanager
def _plain(trial: ClusterTrial) -> Iterator[PlainInstallation]:
    cluster = DatabaseCluster(
        trial.cluster.home.parent / "plain",
        binaries=trial.cluster.binaries,
        port=trial.cluster.port + PORT_BESIDE,
    )
    installation = PlainInstallation(trial.installation.folder / "plain", cluster)
    installation.folder.mkdir(exist_ok=True)
    try:
        plain_make(cluster, installation)
        yield installation
    finally:
        installation.close()


def _statements(installation: ClusterInstallation) -> dict[str, float]:
    """Return the median seconds of a session's first statement, and of its later statements."""
    schemas = [f"a_{code.replace('-', '_')}" for code in installation.organisations]
    with _session(installation) as cursor:
        repeated = [_timed(cursor, schemas[0]) for _time in range(STATEMENTS)]
    first = []
    for number in range(FIRST_VISITS):
        with _session(installation) as cursor:
            first.append(_timed(cursor, schemas[number % len(schemas)]))
    return {"statement": statistics.median(repeated), "first visit": statistics.median(first)}


def _filings(trial: ClusterTrial, installation: ClusterInstallation) -> float:
    """Return the median seconds of a filing, without other filings at the same time."""
    load, seconds = trial.by_hand(0), []
    with installation.site() as site:
        for number in range(WARM_UP + FILINGS):
            code = installation.organisations[number % len(installation.organisations)]
            key = f"figure-{load.run}-{number}"
            answer = file_once(site.port, key, filing(key, code))
            trial.promise(answer.status == 201, f"a filing is answered {answer.status}")
            seconds.append(answer.seconds)
    return statistics.median(seconds[WARM_UP:])


def _provision(installation: ClusterInstallation) -> float:
    codes = free_organisations(installation, AGENCIES)
    return statistics.median(provisioned(installation, codes))


def _connections(trial: ClusterTrial) -> None:
    """Count the open connections at nodes, and check that idle connections end."""
    installation = trial.installation
    schemas = list(installation.places())
    ((lifetime,),) = installation.query(
        "SELECT extract(epoch FROM current_setting('citus.max_cached_connection_lifetime')"
        "::interval)::integer"
    )
    before = _at_nodes(trial)
    with ExitStack() as stack:
        sessions = [stack.enter_context(_session(installation)) for _one in range(SESSIONS)]
        for cursor in sessions:
            for schema in schemas:
                _timed(cursor, schema)
        after = _at_nodes(trial)
        sleep(lifetime + GRACE_SECONDS)
        idle = _at_nodes(trial)
        for cursor in sessions:
            _timed(cursor, schemas[0])
        used = _at_nodes(trial)
    visited = f"{SESSIONS} sessions x {len(schemas)} agencies"
    trial.figure(f"connections at nodes after {visited}", after - before)
    trial.figure(f"after {lifetime} s idle", idle - before)
    trial.figure("after one statement more of each", used - before)
    trial.promise(after - before <= SESSIONS * len(schemas), f"{after} connections at nodes")
    trial.promise(used - before <= SESSIONS, f"{used - before} connections are left at nodes")


def _at_nodes(trial: ClusterTrial) -> int:
    return sum(int(node.ask(AT_NODE)[0][0]) for node in trial.cluster.nodes)


@contextmanager
def _session(installation: ClusterInstallation) -> Iterator[Any]:
    with (
        closing(psycopg2.connect(installation.url(APPLICATION))) as made,
        made.cursor() as cursor,
    ):
        made.autocommit = True
        # This statement opens the session; its time is not measured.
        cursor.execute("SELECT 1")
        yield cursor


def _timed(cursor: Any, schema: str) -> float:
    """Return the seconds of a statement in an agency's schema with the agency's role."""
    cursor.execute(f'SET ROLE "{DATABASE}_{schema}"')
    began = perf_counter()
    cursor.execute(STATEMENT.format(schema=schema))
    return perf_counter() - began
