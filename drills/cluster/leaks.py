"""A scenario in which agencies' roles try to read rows of other agencies."""

import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import psycopg2

from drills.cluster.registry import ClusterTrial, scenario
from drills.cluster.runbook import box
from drills.cluster.server import DATABASE, DatabaseServer, run_shell
from drills.faults.application import APPLICATION

REFUSED = "42501"  # insufficient_privilege
SHARD = """
SELECT shard_name FROM citus_shards WHERE table_name = '{schema}.complaints_complaint'::regclass
"""
WITH_GRANTS = (
    'GRANT USAGE ON SCHEMA "{other}" TO "{role}"',
    'GRANT ALL ON ALL TABLES IN SCHEMA "{other}" TO "{role}"',
)
WITHOUT_GRANTS = (
    'REVOKE ALL ON ALL TABLES IN SCHEMA "{other}" FROM "{role}"',
    'REVOKE USAGE ON SCHEMA "{other}" FROM "{role}"',
)
COUNT = 'SELECT count(*) FROM "{schema}".complaints_complaint'

# The count of nodes that run a query on an agency's table; a function of Citus sends the query to
# all nodes.
SENT = """
SELECT count(*) FROM run_command_on_workers('SELECT count(*) FROM "{schema}".complaints_complaint')
WHERE success
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """An agency whose role tries to read, and another agency whose rows must stay unread."""

    role: str
    own: str
    other: str
    other_role: str
    node: DatabaseServer


@scenario("leaks", "no agency reads another's rows, nor signs in where it must not")
def leaks(trial: ClusterTrial) -> None:
    """Run the product's leak test, then try forbidden statements and sign-ins on the servers."""
    told = trial.installation.manage(["leak_test", "--readers=5", "--others=4"])
    found = re.search(r"(\d+) attempts, (\d+) refused, (\d+) leaked", told)
    trial.figure("leak_test", found[0] if found else told.strip())
    trial.promise(found and found[1] == found[2] != "0" and found[3] == "0", told.strip())
    attempts = 0
    for pair in _pairs(trial):
        attempts += _on_node(trial, pair) + _with_grants(trial, pair) + _at_coordinator(trial, pair)
    attempts += _certificates(trial)
    trial.figure("further attempts refused", attempts)


def _pairs(trial: ClusterTrial) -> Iterator[Pair]:
    """Yield two pairs for each agency: with an agency on the same node, and on another node."""
    places = trial.installation.places()
    for own, host in places.items():
        for is_near in (True, False):
            others = [o for o, at in places.items() if o != own and (at == host) is is_near]
            for other in others[:1]:
                yield Pair(
                    role=f"{DATABASE}_{own}",
                    own=own,
                    other=other,
                    other_role=f"{DATABASE}_{other}",
                    node=trial.installation.node_at(host),
                )


def _on_node(trial: ClusterTrial, pair: Pair) -> int:
    """Try forbidden statements on a node as the agency's role, with the cluster's certificate."""
    shard = trial.installation.query(SHARD.format(schema=pair.other))[0][0]
    with closing(_signed_in(trial, pair.node, pair.role)) as made:
        own = _asked(made, COUNT.format(schema=pair.own))
        trial.promise(own > 0, f"{pair.own} does not read its own rows on {pair.node.name}: {own}")
        attempts = (
            COUNT.format(schema=pair.other),
            f"SELECT count(*) FROM {shard}",
            f'SET ROLE "{pair.other_role}"',
            f'SET ROLE "{DATABASE}_app"',
            f'SET ROLE "{DATABASE}_public"',
            f'SET ROLE "{DATABASE}"',
            "COPY (SELECT 1) TO PROGRAM 'true'",
        )
        for sql in attempts:
            _refused(trial, made, sql, f"{pair.own} on {pair.node.name}")
    return len(attempts)


def _with_grants(trial: ClusterTrial, pair: Pair) -> int:
    """Check that nodes refuse a read that wrong grants on the coordinator allow."""
    installation = trial.installation
    with closing(installation.connect()) as made, made.cursor() as cursor:
        cursor.execute("SET citus.enable_ddl_propagation = off")
        for sql in WITH_GRANTS:
            cursor.execute(sql.format(other=pair.other, role=pair.role))
        try:
            with closing(psycopg2.connect(installation.url(APPLICATION))) as application:
                application.autocommit = True
                _asked(application, f'SET ROLE "{pair.role}"')
                allowed = _asked(application, COUNT.format(schema=pair.own))
                trial.promise(allowed > 0, f"{pair.own} does not read its own rows: {allowed}")
                _refused(trial, application, COUNT.format(schema=pair.other), f"{pair.own} granted")
                sent = _asked(application, SENT.format(schema=pair.other))
                trial.promise(sent == 0, f"{pair.own} has nodes read {pair.other}")
        finally:
            for sql in WITHOUT_GRANTS:
                cursor.execute(sql.format(other=pair.other, role=pair.role))
    return 2


def _at_coordinator(trial: ClusterTrial, pair: Pair) -> int:
    """Check that an agency's role cannot sign in at the coordinator."""
    coordinator = trial.cluster.coordinator
    ways: dict[str, dict[str, Any]] = {
        "a certificate": _with_certificate(trial, coordinator, pair.role),
        "a password": {"host": coordinator.host, "password": "guessed", "sslmode": "require"},
        "the socket": {"host": str(coordinator.folder)},
    }
    for way, parameters in ways.items():
        _kept_out(trial, coordinator, f"{pair.role} with {way}", user=pair.role, **parameters)
    return len(ways)


def _certificates(trial: ClusterTrial) -> int:
    """Check that nodes refuse connections without a certificate of the cluster's authority."""
    strange = trial.installation.files / "strange"
    strange.mkdir(exist_ok=True)
    # The authority of these certificates is trusted by no server.
    address = {"DNS:db-1.internal": "IP:127.0.0.1", "/CN=db-1.internal": "/CN=db-0.internal"}
    run_shell(box("certificates", {}), strange)
    run_shell(box("certificate", address), strange)
    attempts = 0
    for node in trial.cluster.nodes:
        for user in ("postgres", DATABASE, f"{DATABASE}_app", f"{DATABASE}_a_health"):
            ways = {
                "a strange certificate": {
                    "sslcert": str(strange / "server.crt"),
                    "sslkey": str(strange / "server.key"),
                },
                "no certificate": {"sslcert": str(strange / "none"), "password": "guessed"},
                "no encryption": {"sslmode": "disable", "password": "guessed"},
            }
            for way, parameters in ways.items():
                given = {"host": node.host, "sslmode": "require", **parameters}
                _kept_out(trial, node, f"{user} with {way}", user=user, **given)
                attempts += 1
    return attempts


def _with_certificate(trial: ClusterTrial, server: DatabaseServer, user: str) -> dict[str, Any]:
    """Return psycopg2 parameters for a sign-in to a server with the coordinator's certificate."""
    folder = trial.cluster.coordinator.folder
    return {
        "host": server.host,
        "sslmode": "verify-full",
        "sslrootcert": str(folder / "ca.crt"),
        "sslcert": str(folder / "server.crt"),
        "sslkey": str(folder / "server.key"),
    }


def _signed_in(trial: ClusterTrial, server: DatabaseServer, user: str) -> Any:
    made = psycopg2.connect(
        dbname=DATABASE, user=user, port=server.port, **_with_certificate(trial, server, user)
    )
    made.autocommit = True
    return made


def _kept_out(
    trial: ClusterTrial, server: DatabaseServer, who: str, *, user: str, **parameters: Any
) -> None:
    try:
        psycopg2.connect(
            dbname=DATABASE, user=user, port=server.port, connect_timeout=5, **parameters
        ).close()
    except psycopg2.OperationalError:
        return
    trial.promise(False, f"{who} signs in at {server.name}")


def _asked(made: Any, sql: str) -> int:
    with made.cursor() as cursor:
        cursor.execute(sql)
        return int(cursor.fetchone()[0]) if cursor.description else 0


def _refused(trial: ClusterTrial, made: Any, sql: str, who: str) -> None:
    try:
        _asked(made, sql)
    except psycopg2.Error as error:
        trial.promise(error.pgcode == REFUSED, f"{who}: {sql}: {error.pgcode} {error}")
    else:
        trial.promise(False, f"{who} may {sql}")
