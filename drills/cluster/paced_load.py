"""Filings to agencies of several nodes at a steady rate, with the results by node."""

import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import monotonic

from drills.faults.load import Answer, Load, filing

CLIENTS_OF_A_NODE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One request of the load, with its answer."""

    node: str
    at: float
    status: int
    seconds: float
    body: bytes


class PacedLoad(Load):
    """A load at a steady rate in which each client files to the agencies of one node.

    Only the clients of a failing node wait and retry.
    """

    def __init__(
        self, port: int, *, run: str, organisations: Mapping[str, Sequence[str]], per_second: float
    ) -> None:
        self.nodes = sorted(organisations)
        self._by_node = organisations
        clients = CLIENTS_OF_A_NODE * len(self.nodes)
        super().__init__(port, run=run, clients=clients)
        self._every = clients / per_second
        self.sent: list[Sent] = []
        self._node_of: dict[str, str] = {}

    def send(self, key: str, body: bytes, **headers: str) -> Answer:
        """Send a filing and record the filing's node."""
        at = monotonic()
        answer = super().send(key, body, **headers)
        self.sent.append(
            Sent(
                node=self._node_of[key],
                at=at,
                status=answer.status,
                seconds=answer.seconds,
                body=b"" if answer.status == 201 else answer.body[:300],
            )
        )
        return answer

    def between(self, since: float, until: float, *, node: str) -> list[Sent]:
        """Return the requests to a node between two times."""
        return [one for one in self.sent if one.node == node and since <= one.at < until]

    def _client(self, number: int) -> None:
        node = self.nodes[number % len(self.nodes)]
        organisations, count = self._by_node[node], 0
        # Without different start times, all clients would send their filings together.
        due = monotonic() + self._every * number / (CLIENTS_OF_A_NODE * len(self.nodes))
        while not self._ended.wait(max(0.0, due - monotonic())):
            key = f"{self.run}-{number}-{count}"
            self._node_of[key] = node
            privacy = "confidential" if count % 5 == 4 else "named"
            which = organisations[(number + count) % len(organisations)]
            self.file(key, filing(key, which, privacy=privacy))
            count += 1
            due = max(due + self._every, monotonic())


def statuses(sent: Sequence[Sent]) -> Counter[int]:
    """Return the count of answers for each HTTP status."""
    return Counter(one.status for one in sent)


def p95(seconds: Sequence[float]) -> float:
    """Return the 95th percentile of ``seconds``."""
    if len(seconds) < 2:
        return max(seconds, default=0.0)
    return statistics.quantiles(seconds, n=20, method="inclusive")[-1]
