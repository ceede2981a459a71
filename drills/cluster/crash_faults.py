"""Scenarios that kill servers during filings; no filing may be stored in part."""

from time import monotonic, sleep

from drills.cluster.paced_load import PacedLoad
from drills.cluster.registry import ClusterTrial, scenario
from drills.cluster.servers import DatabaseServer
from drills.faults.registry import wait_until

KILLS = 10
# The highest rate of the web process, so that a kill often falls between the two commits of a
# filing.
PER_SECOND = 60.0
BEFORE_KILL_SECONDS, DOWN_SECONDS = 2.0, 0.5
BACK_SECONDS = 30.0
MANY_KILLS = 40


@scenario("coordinator-kills", "the coordinator is killed ten times under filings", limit=420)
def coordinator_kills(trial: ClusterTrial) -> None:
    """Kill the coordinator (SIGKILL) ten times; start the coordinator again after each kill."""
    _killed(trial, [trial.cluster.coordinator], kills=KILLS)


@scenario("node-kills", "nodes are killed ten times under filings", limit=420)
def node_kills(trial: ClusterTrial) -> None:
    """Kill nodes (SIGKILL) ten times, in turn; start the killed node again after each kill."""
    _killed(trial, trial.cluster.nodes, kills=KILLS)


@scenario(
    "one-phase",
    "the check of the check: without the table of commits, kills leave halves",
    is_usual=False,
    limit=900,
)
def one_phase(trial: ClusterTrial) -> None:
    """Kill the coordinator repeatedly while the site has no two-phase commit.

    This scenario must fail, to prove that the checker finds a half-written filing.
    """
    _killed(
        trial,
        [trial.cluster.coordinator],
        kills=MANY_KILLS,
        application="drills.cluster.one_phase_wsgi",
    )


def _killed(
    trial: ClusterTrial,
    servers: list[DatabaseServer],
    *,
    kills: int,
    application: str = "config.wsgi",
) -> None:
    waits: list[float] = []
    with (
        trial.installation.whole_site(application=application) as site,
        trial.paced_load(site.port, per_second=PER_SECOND) as load,
    ):
        for number in range(kills):
            sleep(BEFORE_KILL_SECONDS)
            server = servers[number % len(servers)]
            server.kill()
            sleep(DOWN_SECONDS)
            server.start()
            waits.append(_promise_back(trial, load, server))
        site_processes = [*site.workers, *site.operators]
        ended = [one.name for one in site_processes if one.process.poll() is not None]
        trial.promise(not ended, f"ended for good: {ended}")
    trial.figure("kills", kills)
    trial.figure("filed again after s, at most", max(waits))


def _promise_back(trial: ClusterTrial, load: PacedLoad, server: DatabaseServer) -> float:
    """Check that filings for every node succeed again in time; return the time in seconds."""
    since = monotonic()

    def filed() -> bool:
        found = [one.node for one in load.sent if one.at > since and one.status == 201]
        return set(found) == set(load.nodes)

    is_back = wait_until(filed, seconds=BACK_SECONDS)
    trial.promise(is_back, f"not all is filed {BACK_SECONDS:.0f} s after {server.name} is back")
    return monotonic() - since
