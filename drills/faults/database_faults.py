"""Faults of PostgreSQL and of its connections."""

from contextlib import ExitStack
from time import monotonic, sleep

import psycopg2

from bin.postgres.settings import PORT
from drills.faults.application import APPLICATION, DATABASE, Site
from drills.faults.installation import Installation
from drills.faults.load import Load, Probe
from drills.faults.processes import end
from drills.faults.registry import MAX_WAIT, Trial, fault, wait_until
from drills.faults.tcp_proxy import TcpProxy, tcp_proxy

SILENT_SECONDS = 15.0
BACK_SECONDS = 10.0
# /healthz needs no database, but must wait while all threads wait for the database.
HEALTHZ_SECONDS = MAX_WAIT
FEW_CONNECTIONS = 20


@fault("backend-terminated", "connections to the database are ended again and again")
def backend_terminated(trial: Trial) -> None:
    """End connections of web and worker with ``pg_terminate_backend``."""
    ended = 0
    with trial.installation.site() as site, trial.load(site.port):
        for number in trial.moments(every=0.4):
            found = trial.installation.backends()
            if found:
                pid = found[number % len(found)]
                trial.installation.query("SELECT pg_terminate_backend(%s)", [pid])
                ended += 1
    trial.note(f"{ended} connections ended")


@fault("backend-killed", "one process of PostgreSQL is killed: all restart and recover")
def backend_killed(trial: Trial) -> None:
    """Kill the server process of one connection (SIGKILL); PostgreSQL then restarts."""
    with trial.installation.site() as site, trial.load(site.port) as load:
        for _moment in trial.moments(every=4.0, seconds=max(trial.seconds, 8.5)):
            found = trial.installation.backends()
            if found:
                end(found[0])
                _promise_back(trial, load)


@fault("postmaster-killed", "PostgreSQL is killed and started again")
def postmaster_killed(trial: Trial) -> None:
    """Kill the postmaster (SIGKILL) during the load."""
    with trial.installation.site() as site, trial.load(site.port) as load:
        sleep(trial.seconds / 3)
        end(trial.installation.postmaster())
        trial.installation.restart_database()
        _promise_back(trial, load)
        sleep(trial.seconds / 3)


@fault("database-silent", "PostgreSQL is stopped for 15 s (SIGSTOP)", limit=MAX_WAIT)
def database_silent(trial: Trial) -> None:
    """Stop PostgreSQL (SIGSTOP), so that open connections get no answer."""
    with trial.installation.site() as site, trial.load(site.port) as load:
        sleep(2)
        with Probe(site.port, "/healthz") as probe, trial.installation.silent_database():
            sleep(SILENT_SECONDS)
        _promise_back(trial, load)
        _promise_lives(trial, probe)


@fault("database-blackholed", "the network to PostgreSQL loses every packet", limit=MAX_WAIT)
def database_blackholed(trial: Trial) -> None:
    """Hold all bytes back with a proxy in front of PostgreSQL."""
    with ExitStack() as stack:
        proxy, site = _behind_proxy(trial.installation, stack)
        load = stack.enter_context(trial.load(site.port))
        sleep(2)
        with Probe(site.port, "/healthz") as probe:
            proxy.silence()
            sleep(SILENT_SECONDS)
            proxy.speak()
        _promise_back(trial, load)
        _promise_lives(trial, probe)


@fault("database-slow", "every answer of PostgreSQL comes 0.3 s late", limit=MAX_WAIT)
def database_slow(trial: Trial) -> None:
    """Delay all data with a proxy in front of PostgreSQL."""
    with ExitStack() as stack:
        proxy, site = _behind_proxy(trial.installation, stack)
        load = stack.enter_context(trial.load(site.port))
        sleep(1)
        with Probe(site.port, "/healthz") as probe:
            proxy.delay = 0.15
            sleep(trial.seconds)
            proxy.delay = 0.0
        _promise_back(trial, load)
        _promise_lives(trial, probe)


@fault("connections-exhausted", "PostgreSQL has no connection left", limit=MAX_WAIT)
def connections_exhausted(trial: Trial) -> None:
    """Take all twenty connections away from the site while forty clients file."""
    installation = trial.installation
    installation.restart_database(max_connections=str(FEW_CONNECTIONS))
    try:
        with (
            installation.site(WEB_THREADS="8") as site,
            trial.load(site.port, clients=40, pause=0.2) as load,
        ):
            taken: list[psycopg2.extensions.connection] = []
            for _turn in trial.moments(every=0.5):
                _end_connections(installation, spare=taken)
                taken += _all_connections(installation)
            most = len(taken)
            for one in taken:
                one.close()
            trial.note(f"{most} connections taken by others")
            trial.promise(most >= FEW_CONNECTIONS // 2, f"only {most} were taken from the site")
            _promise_back(trial, load)
    finally:
        installation.restart_database()


def _end_connections(
    installation: Installation, *, spare: list[psycopg2.extensions.connection]
) -> None:
    """End all connections except ``spare``.

    The site itself would end its connections only after minutes.
    """
    installation.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE usename = %s AND NOT pid = ANY(%s)",
        [APPLICATION, [one.info.backend_pid for one in spare]],
    )


def _all_connections(installation: Installation) -> list[psycopg2.extensions.connection]:
    taken: list[psycopg2.extensions.connection] = []
    while len(taken) < FEW_CONNECTIONS:
        try:
            made = psycopg2.connect(
                dbname=DATABASE,
                user=APPLICATION,
                host=str(installation.server.socket),
                port=PORT,
            )
        except psycopg2.OperationalError:
            return taken
        taken.append(made)
        # In this time the site may release another connection, which the next try takes.
        sleep(0.01)
    return taken


def _behind_proxy(installation: Installation, stack: ExitStack) -> tuple[TcpProxy, Site]:
    socket = installation.server.socket / f".s.PGSQL.{PORT}"
    proxy = stack.enter_context(tcp_proxy(socket))
    url = installation.url(APPLICATION, host="127.0.0.1", port=proxy.port)
    return proxy, stack.enter_context(installation.site(DATABASE_URL=url))


def _promise_back(trial: Trial, load: Load) -> None:
    """Check that a filing is acknowledged soon after the fault."""
    since = monotonic()
    is_back = wait_until(lambda: load.last_success > since, seconds=BACK_SECONDS)
    trial.promise(is_back, f"nothing is filed {BACK_SECONDS:.0f} s after the fault")
    if is_back:
        trial.note(f"filed again {load.last_success - since:.1f} s after the fault")


def _promise_lives(trial: Trial, probe: Probe) -> None:
    trial.note(f"/healthz answered within {probe.longest_wait:.1f} s")
    trial.promise(
        probe.longest_wait <= HEALTHZ_SECONDS and set(probe.statuses) == {200},
        f"/healthz waited {probe.longest_wait:.1f} s: {dict(probe.statuses)}",
    )
