"""A measurement of an agency's disk space on each server, for docs/capacity.md."""

import statistics
from dataclasses import dataclass
from time import monotonic

from drills.cluster.lifecycle import free_organisations, provisioned
from drills.cluster.registry import ClusterTrial, scenario
from drills.cluster.runbook import statements
from drills.cluster.server import DatabaseServer

AGENCIES = 40
SIZE = """
SELECT pg_database_size(current_database()), (SELECT count(*) FROM pg_ls_dir('base/' || d.oid))
FROM pg_database d WHERE d.datname = current_database()
"""


@dataclass(frozen=True, slots=True)
class Size:
    """The size of the database on one server, in bytes and files."""

    bytes: int
    files: int


@scenario(
    "capacity",
    "what one agency more costs each server, with and without metadata on nodes",
    is_usual=False,
    limit=420,
)
def capacity(trial: ClusterTrial) -> None:
    """Measure new agencies with and without the tables' metadata on every node."""
    _agencies_measured(trial, "metadata on nodes")
    trial.figure("metadata stopped s", _run(trial, statements("metadata, stop", _nodes(trial))))
    _agencies_measured(trial, "no metadata on nodes")
    trial.figure("metadata started s", _run(trial, statements("metadata, start", _nodes(trial))))
    states = trial.cluster.coordinator.ask(
        "SELECT bool_and(metadatasynced) FROM pg_dist_node WHERE shouldhaveshards"
    )
    trial.promise(states == [(True,)], "a node has no metadata afterwards")


def _agencies_measured(trial: ClusterTrial, when: str) -> None:
    servers = trial.cluster.servers
    before = [_size(server) for server in servers]
    seconds = provisioned(trial.installation, free_organisations(trial.installation, AGENCIES))
    trial.promise(len(seconds) == AGENCIES, f"{len(seconds)} of {AGENCIES} agencies were made")
    after = [_size(server) for server in servers]
    grown = [
        Size(bytes=new.bytes - old.bytes, files=new.files - old.files)
        for new, old in zip(after, before, strict=True)
    ]
    trial.figure(f"{when}: new agency s", statistics.median(seconds))
    trial.figure(f"{when}: coordinator", _said(grown[:1]))
    # Each figure is the average of both nodes, with half of the new agencies on each node.
    trial.figure(f"{when}: each node", _said(grown[1:]))


def _said(grown: list[Size]) -> str:
    megabytes = statistics.mean(one.bytes for one in grown) / AGENCIES / 1e6
    files = statistics.mean(one.files for one in grown) / AGENCIES
    return f"{megabytes:.2f} MB and {files:.0f} files for each agency of the cluster"


def _size(server: DatabaseServer) -> Size:
    server.ask("CHECKPOINT")
    ((size, files),) = server.ask(SIZE)
    return Size(bytes=int(size), files=int(files))


def _nodes(trial: ClusterTrial) -> dict[str, str]:
    return trial.cluster.addresses("db-1", "db-2")


def _run(trial: ClusterTrial, lines: list[str]) -> float:
    """Run SQL statements on the coordinator and return their duration in seconds."""
    began = monotonic()
    for sql in lines:
        trial.cluster.coordinator.ask(sql)
    return monotonic() - began
