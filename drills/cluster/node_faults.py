"""Scenarios with a failing node: only this node's agencies may fail, and no filing is lost."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from time import monotonic, sleep

from drills.cluster.paced_load import PacedLoad, p95, statuses
from drills.cluster.registry import ClusterTrial, scenario
from drills.cluster.servers import DatabaseServer
from drills.faults.application import Site
from drills.faults.load import Probe, ask
from drills.faults.registry import wait_until

PER_SECOND = 20.0
HUNG_SECONDS = 60.0
AWAY_SECONDS = 20.0
BACK_SECONDS = 20.0
# The longest allowed response times, in seconds, for agencies on other nodes.
MAX_P95_SECONDS = 0.5
MAX_HOME_SECONDS = 1.0
WARM_UP = 12
CODE = b"agency_unreachable"
Fault = Callable[[], AbstractContextManager[None]]


@scenario("node-refuses", "a node takes no connection for 20 s", without_roles=True)
def node_refuses(trial: ClusterTrial) -> None:
    """Make a node refuse new connections by its pg_hba.conf, and end the open connections."""
    node = _busiest(trial)

    @contextmanager
    def refusing() -> Iterator[None]:
        hba = (node.data / "pg_hba.conf").read_text()
        node.configure("pg_hba.conf", "local all postgres peer map=operators\n")
        node.ask(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        try:
            yield
        finally:
            node.configure("pg_hba.conf", hba)

    _survived(trial, node, refusing, seconds=AWAY_SECONDS)


@scenario("node-killed", "a node is killed, and started again after 20 s", without_roles=True)
def node_killed(trial: ClusterTrial) -> None:
    """Kill all processes of a node (SIGKILL)."""
    node = _busiest(trial)

    @contextmanager
    def killed() -> Iterator[None]:
        node.kill()
        try:
            yield
        finally:
            node.start()

    _survived(trial, node, killed, seconds=AWAY_SECONDS)


@scenario("node-hung", "all processes of a node are stopped for 60 s", without_roles=True)
def node_hung(trial: ClusterTrial) -> None:
    """Stop all processes of a node (SIGSTOP): connections stay open without an answer."""
    node = _busiest(trial)
    _survived(trial, node, node.hung, seconds=HUNG_SECONDS)


def _survived(trial: ClusterTrial, node: DatabaseServer, fault: Fault, *, seconds: float) -> None:
    with trial.installation.whole_site() as site, _visited(trial, site) as (load, home):
        sleep(trial.seconds)
        with fault():
            began = monotonic()
            sleep(seconds)
            ended = monotonic()
        _promise_back(trial, load, node)
        sleep(trial.seconds / 2)
    _judge_others(trial, load, node, home, during=(began, ended))
    _judge_own(trial, load, node, during=(began, ended))


@contextmanager
def _visited(trial: ClusterTrial, site: Site) -> Iterator[tuple[PacedLoad, Probe]]:
    # The first requests of a process are slow, so the first requests are not measured.
    for _time in range(WARM_UP):
        ask(site.port, "/fr/")
    with (
        trial.paced_load(site.port, per_second=PER_SECOND) as load,
        Probe(site.port, "/fr/") as home,
    ):
        yield load, home


def _judge_others(
    trial: ClusterTrial,
    load: PacedLoad,
    node: DatabaseServer,
    home: Probe,
    *,
    during: tuple[float, float],
) -> None:
    """Check that requests to agencies on other nodes are neither refused nor slow."""
    for name in load.nodes:
        if name == node.host:
            continue
        sent = load.between(*during, node=name)
        whole = load.between(0.0, during[1] + 1e6, node=name)
        answered, longest = p95([one.seconds for one in sent]), max(one.seconds for one in whole)
        trial.figure("other agencies: filings during the fault", len(sent))
        trial.figure("other agencies: p95 s", answered)
        trial.figure("other agencies: longest s", longest)
        wrong = [one for one in whole if one.status != 201]
        trial.promise(
            not wrong, f"other agencies: {dict(statuses(whole))}: {wrong[:1] and wrong[0].body!r}"
        )
        trial.promise(answered < MAX_P95_SECONDS, f"other agencies: p95 {answered:.2f} s")
    waits = dict(zip(home.at, home.seconds, strict=False))
    slowest = max(waits, key=lambda at: waits[at])
    trial.figure("home page: longest s", waits[slowest])
    trial.promise(
        waits[slowest] < MAX_HOME_SECONDS and set(home.statuses) == {200},
        f"the home page waited {waits[slowest]:.2f} s, {slowest - during[0]:.1f} s after the fault"
        f" began: {dict(home.statuses)}",
    )


def _judge_own(
    trial: ClusterTrial, load: PacedLoad, node: DatabaseServer, *, during: tuple[float, float]
) -> None:
    """Check that filings to the failed node's agencies are refused with the reason."""
    sent = load.between(during[0], during[1] - 0.5, node=node.host)
    trial.figure("its agencies: answers during the fault", str(dict(statuses(sent))))
    trial.figure("its agencies: longest s", max((one.seconds for one in sent), default=0.0))
    trial.promise(sent, "nobody filed with its agencies")
    wrong = [one for one in sent if one.status not in (201, 503)]
    trial.promise(not wrong, f"its agencies: {wrong[:1] and wrong[0]}")
    silent = [one for one in sent if one.status == 503 and CODE not in one.body]
    trial.promise(not silent, f"a refusal does not say why: {silent[:1] and silent[0].body!r}")
    late = [one for one in sent if one.status == 201 and one.at > during[0] + 1]
    trial.promise(not late, f"{len(late)} were filed on a node that was away")


def _promise_back(trial: ClusterTrial, load: PacedLoad, node: DatabaseServer) -> None:
    """Check that the node's agencies accept filings again soon after the fault."""
    since = monotonic()

    def filed() -> bool:
        return any(one.status == 201 for one in load.between(since, since + 1e6, node=node.host))

    is_back = wait_until(filed, seconds=BACK_SECONDS)
    trial.promise(is_back, f"nothing is filed {BACK_SECONDS:.0f} s after the node is back")
    if is_back:
        trial.figure("its agencies: filed again after s", monotonic() - since)


def _busiest(trial: ClusterTrial) -> DatabaseServer:
    """Return the node with the most agencies."""
    by_node = trial.installation.organisations_by_node()
    return trial.installation.node_at(max(by_node, key=lambda host: len(by_node[host])))
