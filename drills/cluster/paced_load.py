"""Filings at a steady rate over the agencies of several nodes, with their results by node."""

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
    """A load whose clients each file for the agencies of one node, at a steady rate.

    While a node fails, only the clients of that node wait and send again.
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
        """Send a filing as the base class does, and record the filing's node."""
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
        """Return the requests that were sent to one node between two moments."""
        return [one for one in self.sent if one.node == node and since <= one.at < until]

    def _client(self, number: int) -> None:
        node = self.nodes[number % len(self.nodes)]
        organisations, count = self._by_node[node], 0
        # Each client starts at a different moment.
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
    """Return how often each HTTP status was answered."""
    return Counter(one.status for one in sent)


def p95(seconds: Sequence[float]) -> float:
    """Return the 95th percentile of the times."""
    if len(seconds) < 2:
        return max(seconds, default=0.0)
    return statistics.quantiles(seconds, n=20, method="inclusive")[-1]
