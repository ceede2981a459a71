"""How much of the raw write rate is left when a complaint is filed with everything on.

Baseline: eight clients of psycopg2, each with one hand-written statement that inserts complaint,
event and route, committed durably. Ours: eight clients of ``POST /api/v1/complaints/`` on gunicorn
with two workers, under the application's login, with roles, row policies, announcement, letter and
its task. By turns, in the same database. ``growth`` is our rate among few agencies by that among
many. Prints one JSON object as its last line.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from multiprocessing import Process, Queue
from random import Random

import psycopg2

from bench.fleet import FEW, MANY, fleet
from bench.serving import rate, request, site
from bench.traffic import filing

ROUNDS = 5
SECONDS = 3.0
CLIENTS = 8
REQUESTS = 400


def main() -> None:
    """Warm up, then measure the two by turns."""
    arguments = _arguments()
    with fleet(arguments.agencies) as codes, site() as port:
        url = _plain(os.environ["DATABASE_URL"])
        _floor_tables(url, codes)
        requests = _requests(codes)
        rate(port, requests, clients=CLIENTS, seconds=SECONDS)
        pairs = [
            (
                _floor_rate(url, codes),
                rate(port, requests, clients=CLIENTS, seconds=SECONDS),
            )
            for _round in range(ROUNDS)
        ]
    ours = statistics.median(own for _floor, own in pairs)
    told = {
        "bench": "submit",
        "agencies": len(codes),
        "ratio": round(statistics.median(own / floor for floor, own in pairs), 4),
        "range": [round(pick(own / floor for floor, own in pairs), 4) for pick in (min, max)],
        "floor_per_second": round(statistics.median(floor for floor, _own in pairs)),
        "ours_per_second": round(ours),
        "clients": CLIENTS,
        "rounds": ROUNDS,
        "machine": f"{platform.machine()}, Python {platform.python_version()}",
    }
    if not arguments.alone:
        # One process has one database: the other number of agencies is measured by a child.
        few = _other(FEW)
        told |= {"growth": round(few["ours_per_second"] / ours, 2), "few": few}
    print(json.dumps(told))


def _requests(codes: Sequence[str]) -> list[bytes]:
    chance = Random(2)
    bodies = [json.dumps(filing(chance.choice(codes))).encode() for _one in range(REQUESTS)]
    return [request("/api/v1/complaints/", body) for body in bodies]


def _floor_tables(url: str, codes: Sequence[str]) -> None:
    made = psycopg2.connect(url)
    made.autocommit = True
    with made.cursor() as cursor:
        cursor.execute("CREATE SCHEMA IF NOT EXISTS floor")
        cursor.execute(
            "CREATE TABLE IF NOT EXISTS floor.route (reference text primary key, schema text);"
            "CREATE TABLE IF NOT EXISTS floor.complaint (id bigserial primary key, reference text"
            " unique, subject text, body text, email text, at timestamptz);"
            "CREATE TABLE IF NOT EXISTS floor.event (id bigserial primary key, complaint bigint"
            " references floor.complaint, kind text, at timestamptz)"
        )
    made.close()


def _floor_rate(url: str, codes: Sequence[str]) -> float:
    counts: Queue[int] = Queue()
    work = [Process(target=_floor_client, args=(url, number, counts)) for number in range(CLIENTS)]
    for one in work:
        one.start()
    total = sum(counts.get() for _one in work)
    for one in work:
        one.join()
    return total / SECONDS


def _floor_client(url: str, number: int, counts: "Queue[int]") -> None:
    chance, done = Random(time.time_ns() + number), 0
    made = psycopg2.connect(url)
    made.autocommit = True
    cursor = made.cursor()
    end = time.perf_counter() + SECONDS
    while time.perf_counter() < end:
        cursor.execute(
            "WITH c AS (INSERT INTO floor.complaint (reference, subject, body, email, at)"
            " VALUES (%s, %s, %s, %s, now()) RETURNING id, reference), e AS (INSERT INTO"
            " floor.event (complaint, kind, at) SELECT id, 'received', now() FROM c)"
            " INSERT INTO floor.route SELECT reference, 'a_x' FROM c",
            [f"{chance.randrange(10**16):016d}", "Subject", "Body " * 16, "person@example.org"],
        )
        done += 1
    made.close()
    counts.put(done)


def _plain(url: str) -> str:
    """Without the options that only our settings know."""
    return url.replace("&statement_timeout=0", "")


def _other(agencies: int) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.submit", "--alone", f"--agencies={agencies}"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return told


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agencies", type=int, default=MANY)
    parser.add_argument("--alone", action="store_true", help="Without the few beside the many.")
    return parser.parse_args()


if __name__ == "__main__":
    main()
