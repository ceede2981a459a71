"""The timing of acts by turns, query plans, and the result line of a bench."""

import argparse
import json
import platform
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Act = Callable[[], object]
# Seconds by name of the act, then by round, then by call.
Timings = dict[str, list[list[float]]]

ROUNDS, TIMES = 7, 40


class Unfit(SystemExit):
    """The error for a wrong answer or a plan without its index: the figures are invalid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """PostgreSQL's plan of a statement: milliseconds, indexes, and tables read completely.

    ``rows`` is the largest number of rows that a node of the plan has read or discarded.
    """

    sql: str
    milliseconds: float
    rows: int = 0
    indexes: set[str] = field(default_factory=set)
    whole_tables: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """The number of rounds, and the number of calls of each act in a round."""

    rounds: int = ROUNDS
    times: int = TIMES

    def shown(self) -> dict[str, int]:
        """Return the numbers of rounds and calls for the result line."""
        return {"rounds": self.rounds, "calls_a_round": self.times}


def options_of(about: str | None, *, times: int = TIMES) -> argparse.ArgumentParser:
    """Return a parser with the options of every bench; ``pace_of`` reads them."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="Rounds of calls.")
    parser.add_argument("--times", type=int, default=times, help="Calls in each of the rounds.")
    return parser


def pace_of(arguments: argparse.Namespace) -> Pace:
    """Return the numbers of rounds and calls that the options set."""
    return Pace(rounds=arguments.rounds, times=arguments.times)


def by_turns(acts: Mapping[str, Act], pace: Pace) -> Timings:
    """Call the acts by turns, after a warm-up; return the seconds of all calls."""
    for act in acts.values():
        for _ in range(max(2, pace.times // 10)):
            act()
    rounds = [one_round(acts, pace.times) for _ in range(pace.rounds)]
    return {name: [found[name] for found in rounds] for name in acts}


def one_round(acts: Mapping[str, Act], times: int) -> dict[str, list[float]]:
    """Return the seconds of each of ``times`` calls of each act."""
    return {name: [_seconds(act) for _ in range(times)] for name, act in acts.items()}


def _seconds(act: Act) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def p95(seconds: list[float]) -> float:
    """Return the 95th percentile: 19 of 20 values are not larger than this value."""
    return sorted(seconds)[max(-(-len(seconds) * 95 // 100) - 1, 0)]


def summary(rounds: list[list[float]]) -> dict[str, Any]:
    """Return milliseconds: median of medians, and median and range of the 95th percentiles."""
    tails = [p95(one) * 1000 for one in rounds]
    return {
        "median_ms": round(statistics.median(statistics.median(one) for one in rounds) * 1000, 2),
        "p95_ms": round(statistics.median(tails), 2),
        "p95_range_ms": [round(min(tails), 2), round(max(tails), 2)],
    }


def growth(large: list[list[float]], small: list[list[float]]) -> dict[str, Any]:
    """Return how many times longer ``large`` takes than ``small``: median and range of the rounds.

    ``ratio`` compares 95th percentiles, ``ratio_of_medians`` compares medians.
    """
    tails = [p95(one) / p95(other) for one, other in zip(large, small, strict=True)]
    usual = [
        statistics.median(one) / statistics.median(other)
        for one, other in zip(large, small, strict=True)
    ]
    return {
        "ratio": round(statistics.median(tails), 2),
        "range": [round(min(tails), 2), round(max(tails), 2)],
        "ratio_of_medians": round(statistics.median(usual), 2),
    }


def plans(act: Act, *, table: str) -> list[Plan]:
    """Run the act; return the plans of the act's reads of ``table``, from EXPLAIN ANALYZE."""
    from django.db import connection  # noqa: PLC0415 - there are no settings before configure()
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    with CaptureQueriesContext(connection) as asked:
        act()
    reads = [
        query["sql"]
        for query in asked.captured_queries
        if table in query["sql"] and query["sql"].lstrip(" (").startswith("SELECT")
    ]
    return [_plan(sql) for sql in reads]


def _plan(sql: str) -> Plan:
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        # Each statement runs twice, because the first run may read from the disk.
        for _ in range(2):
            cursor.cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {sql}")
            (found,) = cursor.fetchone()[0]
    nodes = list(_nodes(found["Plan"]))
    return Plan(
        sql=sql,
        milliseconds=found["Planning Time"] + found["Execution Time"],
        rows=max(_read(node) for node in nodes),
        indexes={node["Index Name"] for node in nodes if "Index Name" in node},
        whole_tables={
            node["Relation Name"] for node in nodes if node["Node Type"].endswith("Seq Scan")
        },
    )


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for below in node.get("Plans", ()):
        yield from _nodes(below)


def _read(node: dict[str, Any]) -> int:
    thrown = sum(
        node.get(key, 0) for key in ("Rows Removed by Filter", "Rows Removed by Index Recheck")
    )
    return int((node["Actual Rows"] + thrown) * node["Actual Loops"])


def require(holds: object, what: str) -> None:
    """Raise ``Unfit`` unless ``holds`` is true, so that no wrong figures are printed."""
    if not holds:
        raise Unfit(f"not measured: {what}")


def report(name: str, figures: Mapping[str, object]) -> None:
    """Print the result line, which also names the machine."""
    machine = f"{platform.machine()}, Python {platform.python_version()}"
    print(json.dumps({"bench": name, **figures, "machine": machine}))
