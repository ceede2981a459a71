"""How many requests of staff a second the consoles of many agencies answer.

One signed-in officer in each agency reads the inbox and cases, takes unassigned cases and writes
notes; the open pages ask for changes and save drafts, a case's page those of its case. The site
runs on gunicorn under the application's login, with roles and row policies. ``--own`` percent of
the requests are made by people, the rest by open pages. With ``--rate``, each request is sent at
its fixed time, even if earlier requests are not answered yet, and its delay counts from this time:
``p95_ms``, with the answered ``rate``. ``first_rate``: clients without a pause, while each
connection enters the agencies for the first time. ``max_rate``: the same afterwards. ``ratio``:
``max_rate`` divided by the rate of a bare view with as many bytes as the inbox (bench/bare.py), in
the same rounds. ``processor_ms``: the processor time of the workers and of PostgreSQL for one
request. Prints one JSON object as its last line.
"""

import argparse
import json
import os
import platform
import socket
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from bench.bare_site import bare_site
from bench.filling import ask
from bench.fleet import fleet
from bench.measuring import p95, require
from bench.officers import Desk, Worked, desks_ensure, request_of, share_of_free, work, written
from bench.serving import Served, answer_of, processor_seconds, rate, request, site_served

AGENCIES, CASES = 500, 200
RATE, SECONDS, ROUNDS, CLIENTS = 150.0, 15.0, 3, 16
# A person with sixty cases a day makes four requests in the seven minutes of each case; the page of
# a case that is visible for half of that time makes seventy. So a half is more than the real share
# of people's own requests.
OWN_SHARE = 50.0
# The share of time for the rates of the bare view and of clients without a pause.
SHARE_OF_FAST = 0.4
# Seconds for each agency until eight connections have entered most agencies, at 100 requests a
# second.
FIRST_SECONDS_EACH = 0.18


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """A round's results: the bare view's rate, clients without a pause, and clients at the pace."""

    bare: float
    fast: Worked
    paced: Worked
    web_ms: float
    database_ms: float


def main() -> None:
    """Fill and sign in, measure by turns, and check that all acknowledged writes are stored."""
    arguments = _arguments()
    with fleet(arguments.agencies) as codes:
        desks = desks_ensure(codes, cases=arguments.cases)
        notes, taken = written(codes)
        with site_served() as site, bare_site(_inbox(site, desks[0])) as bare:
            first = _first(site, desks, arguments)
            found = list(_rounds(site, bare, desks, arguments))
        done = [first, *(one.fast for one in found), *(one.paced for one in found)]
        now = written(codes)
    require(now[0] - notes == sum(one.notes for one in done), "notes are not there")
    require(now[1] - taken == sum(one.taken for one in done), "cases that were taken are not")
    first_rate = round(len(first.delays) / _first_seconds(arguments), 1)
    told = {"bench": "staff", "agencies": len(codes), "first_rate": first_rate}
    told |= _figures(found, arguments)
    machine = f"{platform.machine()}, Python {platform.python_version()}"
    print(json.dumps({**told, "machine": machine}))


def _first(site: Served, desks: Sequence[Desk], arguments: argparse.Namespace) -> Worked:
    """Run the first turn, in which connections enter the agencies; its counts are separate.

    A connection caches the catalog of tables for its whole lifetime of thousands of requests.
    """
    mine = share_of_free(desks, 0, arguments.rounds * 2 + 1)
    seconds = _first_seconds(arguments)
    return _work(site, mine, arguments, seconds=seconds, pace=0, seed="first")


def _work(
    site: Served,
    desks: Sequence[Desk],
    arguments: argparse.Namespace,
    *,
    seconds: float,
    pace: float,
    seed: str,
) -> Worked:
    return work(
        site.port,
        desks,
        clients=arguments.clients,
        seconds=seconds,
        pace=pace,
        own=arguments.own,
        seed=seed,
    )


def _first_seconds(arguments: argparse.Namespace) -> float:
    agencies: int = arguments.agencies
    seconds: float = arguments.seconds
    return max(seconds, agencies * FIRST_SECONDS_EACH)


def _rounds(
    site: Served, bare: Served, desks: Sequence[Desk], arguments: argparse.Namespace
) -> Iterator[Round]:
    clients, seconds = arguments.clients, arguments.seconds
    parts = arguments.rounds * 2 + 1
    for number in range(arguments.rounds):
        asked = [request("/fr/")] * clients
        short = max(seconds * SHARE_OF_FAST, 0.5)
        of_bare = rate(bare.port, asked, clients=clients, seconds=short)
        web, database = site.processor_seconds(), _database_seconds()
        mine = share_of_free(desks, 2 * number + 1, parts)
        fast = _work(site, mine, arguments, seconds=short, pace=0, seed=f"fast{number}")
        web, database = site.processor_seconds() - web, _database_seconds() - database
        mine = share_of_free(desks, 2 * number + 2, parts)
        paced = _work(site, mine, arguments, seconds=seconds, pace=arguments.rate, seed=f"{number}")
        each = 1000 / max(len(fast.delays), 1)
        yield Round(
            bare=of_bare, fast=fast, paced=paced, web_ms=web * each, database_ms=database * each
        )


def _figures(found: Sequence[Round], arguments: argparse.Namespace) -> dict[str, object]:
    short = max(arguments.seconds * SHARE_OF_FAST, 0.5)
    fast = [len(one.fast.delays) / short for one in found]
    paced = [len(one.paced.delays) / arguments.seconds for one in found]
    shares = [mine / one.bare for mine, one in zip(fast, found, strict=True)]
    tails = [p95(list(one.paced.delays)) * 1000 for one in found]
    errors = [error for one in found for error in (*one.fast.errors, *one.paced.errors)]
    return {
        "rate": round(statistics.median(paced), 1),
        "p95_ms": round(statistics.median(tails), 1),
        "p95_range_ms": [round(min(tails), 1), round(max(tails), 1)],
        "errors": len(errors),
        "first_error": errors[0] if errors else "",
        "max_rate": round(statistics.median(fast), 1),
        "bare_rate": round(statistics.median(one.bare for one in found), 1),
        "ratio": round(statistics.median(shares), 3),
        "range": [round(min(shares), 3), round(max(shares), 3)],
        "processor_ms": {
            "web": round(statistics.median(one.web_ms for one in found), 2),
            "database": round(statistics.median(one.database_ms for one in found), 2),
        },
        "cases": arguments.cases,
        "clients": arguments.clients,
        "own": arguments.own,
        "rounds": len(found),
    }


def _inbox(site: Served, desk: Desk) -> bytes:
    """Return the inbox page as it is sent without compression."""
    asked, _expected = request_of(desk, "open", "", Random(0))
    with socket.create_connection(("127.0.0.1", site.port), timeout=30) as wire:
        plain = asked.replace(b"Accept-Encoding: gzip\r\n", b"")
        head, _gap, body = answer_of(wire, plain).partition(b"\r\n\r\n")
    require(head.startswith(b"HTTP/1.1 200"), f"the inbox is not answered: {head[:200]!r}")
    return body


def _database_seconds() -> float:
    """Return PostgreSQL's processor time in seconds; 0 if PostgreSQL is on another machine."""
    ((pid,),) = ask("SELECT pg_backend_pid()")
    try:
        parent = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        tasks = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        ended = Path(f"/proc/{parent}/stat").read_text().rpartition(")")[2].split()[13:15]
    except OSError:
        return 0.0
    living = sum(processor_seconds(int(one)) for one in tasks)
    return living + sum(map(int, ended)) / os.sysconf("SC_CLK_TCK")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agencies", type=int, default=AGENCIES)
    parser.add_argument("--cases", type=int, default=CASES, help="In each agency.")
    parser.add_argument("--rate", type=float, default=RATE, help="Requests a second.")
    parser.add_argument("--own", type=float, default=OWN_SHARE, help="Of a hundred requests.")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="At the rate, each round.")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--clients", type=int, default=CLIENTS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
