"""Memory and time that two thousand agencies need in one web process and its database connection.

``cold_ms``: the time of each agency's sign-in page at the first request in the process, which is
followed by one complaint. One process with one database connection serves all agencies; its memory
and the connection's are measured meanwhile. ``roles_cost``: the share of a submission's time that
is due to the database roles, by turns with the same site without roles. Prints one JSON object as
its last line.
"""

import argparse
import json
import os
import platform
import socket
import statistics
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from random import Random

import psycopg2

from bench.fleet import MANY, fleet
from bench.installation import hurried
from bench.serving import answered, rate, request, site
from bench.traffic import filing

ROUNDS = 9
SECONDS = 2.0
CLIENTS = 4
LOOK_EVERY = 20


def main() -> None:
    """Measure each agency's first requests, memory, and the site with and without roles."""
    arguments = _arguments()
    with fleet(arguments.agencies) as codes, ExitStack() as cleanup:
        with site(alone=True) as port:
            cold, backend = _cold(port, codes)
            memory = {"worker_mb": _largest_worker(), "backend_mb": backend}
        port = cleanup.enter_context(site())
        bare = cleanup.enter_context(site(roles=False))
        costs = _roles_cost(port, bare, codes, arguments)
    cold.sort()
    print(
        json.dumps(
            {
                "bench": "serve",
                "agencies": len(codes),
                "cold_ms": round(statistics.median(cold) * 1000, 1),
                "cold_p95_ms": round(cold[int(len(cold) * 0.95)] * 1000, 1),
                "cold_worst_ms": round(cold[-1] * 1000, 1),
                **memory,
                "roles_cost": round(statistics.median(costs), 3),
                "roles_cost_range": [round(min(costs), 3), round(max(costs), 3)],
                "machine": f"{platform.machine()}, Python {platform.python_version()}",
            }
        )
    )


def _cold(port: int, codes: Sequence[str]) -> tuple[list[float], float]:
    """Return the seconds of each console's first page; then file a complaint, which is not timed.

    Also returns the largest size of the database connection in MB, because it may end on the way.
    """
    seconds, largest = [], 0.0
    with socket.create_connection(("127.0.0.1", port), timeout=30) as wire:
        for number, code in enumerate(codes, 1):
            began = time.perf_counter()
            answered(wire, request("/accounts/login/", host=f"{code}.localhost"))
            seconds.append(time.perf_counter() - began)
            answered(wire, request("/api/v1/complaints/", json.dumps(filing(code)).encode()))
            if number % LOOK_EVERY == 0:
                largest = max(largest, _largest_backend())
    return seconds, largest


def _largest_worker() -> float:
    """Return the resident memory in MB of the largest gunicorn process."""
    sizes = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and b"config.wsgi" in (entry / "cmdline").read_bytes():
                sizes.append(_kilobytes(entry / "status", "VmRSS"))
        except OSError:
            continue
    return round(max(sizes) / 1024, 1)


def _largest_backend() -> float:
    """Return the private memory in MB of the application's largest database connection."""
    made = psycopg2.connect(hurried(os.environ["DATABASE_URL"]))
    with made.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
            " AND usename LIKE '%_app'"
        )
        pids = [pid for (pid,) in cursor.fetchall()]
    made.close()
    # No process id is found where the only connection has just ended.
    sizes = [_kilobytes(Path(f"/proc/{pid}/status"), "RssAnon") for pid in pids]
    return round(max(sizes, default=0) / 1024, 1)


def _kilobytes(path: Path, name: str) -> int:
    lines = path.read_text().splitlines()
    # A process that has just ended has no memory, and its file has no line for it.
    return next((int(one.split()[1]) for one in lines if one.startswith(f"{name}:")), 0)


def _roles_cost(
    port: int, bare: int, codes: Sequence[str], arguments: argparse.Namespace
) -> list[float]:
    chance = Random(5)
    bodies = [json.dumps(filing(chance.choice(codes[:20]))).encode() for _one in range(200)]
    requests = [request("/api/v1/complaints/", body) for body in bodies]
    for one in (port, bare):
        rate(one, requests, clients=CLIENTS, seconds=arguments.seconds)
    costs = []
    for _round in range(arguments.rounds):
        without, ours = (
            rate(one, requests, clients=CLIENTS, seconds=arguments.seconds) for one in (bare, port)
        )
        costs.append(1 - ours / without)
    return costs


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agencies", type=int, default=MANY)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="With roles and without.")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="Of each side of a round.")
    return parser.parse_args()


if __name__ == "__main__":
    main()
