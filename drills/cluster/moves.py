"""Scenarios that move agencies between nodes and add a node."""

from threading import Event, Thread
from time import monotonic, sleep

from drills.cluster.lifecycle import free_organisations
from drills.cluster.paced_load import PacedLoad, statuses
from drills.cluster.registry import ClusterTrial, scenario
from drills.cluster.server import DatabaseServer
from drills.faults.attachments import Case, file_with_attachment
from drills.faults.load import Answer, filing

PER_SECOND = 20.0
MOVED = {"'a_health'": "'{schema}'", "'db-2.internal', 5432": "'{host}', {port}"}


@scenario("move", "an agency moves between nodes, there and back, under filings")
def move(trial: ClusterTrial) -> None:
    """Move an agency to another node and back; check that no request fails meanwhile."""
    installation = trial.installation
    home = {schema: installation.node_at(host) for schema, host in installation.places().items()}
    organisation = installation.organisations[0]
    schema = f"a_{organisation.replace('-', '_')}"
    other = next(node for node in trial.cluster.nodes if node is not home[schema])
    with installation.whole_site() as site:
        by_hand = trial.by_hand(site.port)
        case = Case(
            trial,
            site.port,
            file_with_attachment(by_hand, f"{by_hand.run}-{organisation}", organisation),
        )
        case.opened()
        with trial.paced_load(site.port, per_second=PER_SECOND) as load:
            sleep(trial.seconds / 2)
            for number, node in enumerate((other, home[schema])):
                began = monotonic()
                seen = move_agency(trial, schema, node, case if number == 0 else None)
                trial.figure(f"move {number + 1} s", monotonic() - began)
                trial.promise(
                    installation.places()[schema] == node.host, f"it is not on {node.name}"
                )
                trial.promise(
                    all(answer.status == 200 for answer in seen),
                    f"its citizen was answered {[answer.status for answer in seen]}",
                )
            sleep(trial.seconds / 2)
    _judge(trial, load)


@scenario("third-node", "a third node joins, takes an agency and gets new ones", limit=300)
def third_node(trial: ClusterTrial) -> None:
    """Add a node during filings, and create agencies there."""
    installation = trial.installation
    organisation = installation.organisations[0]
    schema = f"a_{organisation.replace('-', '_')}"
    with (
        installation.whole_site() as site,
        trial.paced_load(site.port, per_second=PER_SECOND) as load,
    ):
        began = monotonic()
        new = trial.cluster.node_add()
        trial.figure("node made and joined s", monotonic() - began)
        began = monotonic()
        move_agency(trial, schema, new, None)
        trial.figure("move to it s", monotonic() - began)
        sleep(trial.seconds)
        codes = free_organisations(installation, 6)
        installation.manage(*(["create_agency", code, f"--organisation={code}"] for code in codes))
        places = installation.places()
        landed = [code for code in codes if places[f"a_{code.replace('-', '_')}"] == new.host]
        trial.figure("new agencies on it", f"{len(landed)} of {len(codes)}")
        trial.promise(landed, "no new agency lands on it")
        trial.promise(places[schema] == new.host, "the agency was not moved to it")
        sleep(trial.seconds / 2)
        by_hand = trial.by_hand(site.port)
        for code in landed:
            key = f"{by_hand.run}-{code}"
            by_hand.file(key, filing(key, code))
    installation.manage(["leak_test", "--readers=9", "--others=5"], ["check_schemas"])
    _judge(trial, load)


def move_agency(
    trial: ClusterTrial, schema: str, node: DatabaseServer, case: Case | None
) -> list[Answer]:
    """Move an agency by the runbook while a citizen opens a case repeatedly.

    Returns the answers to the citizen.
    """
    values = {"schema": schema, "host": node.host, "port": node.port}
    here = {written: used.format(**values) for written, used in MOVED.items()}
    with _Watched(case) as watched:
        trial.cluster.coordinator.run("move", here)
    return watched.answers


class _Watched:
    """A context manager in whose block a citizen opens a case repeatedly."""

    def __init__(self, case: Case | None) -> None:
        self._case = case
        self.answers: list[Answer] = []
        self._ended = Event()
        self._thread = Thread(target=self._look, daemon=True)

    def __enter__(self) -> "_Watched":
        """Start the thread that opens the case."""
        self._thread.start()
        return self

    def __exit__(self, *_failure: object) -> None:
        """End the thread that opens the case."""
        self._ended.set()
        self._thread.join()

    def _look(self) -> None:
        while self._case is not None and not self._ended.wait(0.1):
            self.answers.append(self._case.citizen.get("/fr/track/case/"))


def _judge(trial: ClusterTrial, load: PacedLoad) -> None:
    wrong = [one for one in load.sent if one.status != 201]
    trial.promise(not wrong, f"{dict(statuses(load.sent))}: {wrong[:1]}")
    trial.figure("errors", len(wrong))
    trial.figure("longest wait s", load.longest_wait)
