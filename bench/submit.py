"""Filings a second with all parts of the product, divided by the database's raw write rate.

Floor: eight psycopg2 clients, each with one hand-written statement that inserts complaint, event
and route into the agencies' tables and commits durably. The product: eight clients of ``POST
/api/v1/complaints/`` on gunicorn with two workers, under the application's login, with roles, row
policies, announcement, e-mail and its task. Both are measured by turns in the same database, for
the same agencies; ``bare`` compares with a floor of three tables without further indexes.

``growth``: the product's rate with many agencies, divided by the rate in an installation of few
agencies. ``spread``: the rate for filings to all agencies in a random order, compared with filings
to busy agencies; it is the worst case, because a connection reads the catalog when it first enters
an agency. ``hottest``: the rate for one agency, compared with the busy agencies. Prints one JSON
object as its last line.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from multiprocessing import Barrier, Process, Queue
from random import Random
from typing import TYPE_CHECKING
from uuid import UUID

import psycopg2

from bench.casefile import cases_fill
from bench.fleet import FEW, MANY, fleet
from bench.installation import execute, hurried
from bench.serving import rate, site
from bench.traffic import filing, filing_requests

if TYPE_CHECKING:
    from multiprocessing.synchronize import Barrier as BarrierType

ROUNDS = 5
SECONDS = 3.0
CLIENTS = 8
HISTORY = 50_000
# Warm-up: the number of rounds at the busy agencies, and the seconds at all agencies.
WARM_ROUNDS, LONG_SECONDS = 2, 20.0
WARM_TIMES = 3
# The longest wait for a client's result, in seconds.
PATIENCE = 300


def main() -> None:
    """Fill and warm up the agencies, then measure the rates by turns."""
    arguments = _arguments()
    with fleet(arguments.agencies) as codes:
        with nullcontext() if arguments.alone or arguments.fill else _other_filled(arguments):
            _histories(codes[: arguments.few], arguments.history)
        if not arguments.fill:
            _measure(arguments, codes)


def _measure(arguments: argparse.Namespace, codes: Sequence[str]) -> None:
    with site() as port:
        found = _rounds(port, codes, arguments)
        told = {"bench": "submit", "agencies": len(codes), **_ratios(found)}
        if not arguments.alone:
            # A process can use one database only, so a child measures the other number of agencies.
            few = _other(arguments)
            told |= _compared(found, few, _rate_to_all(port, codes, arguments))
    machine = f"{platform.machine()}, Python {platform.python_version()}"
    how = {"clients": arguments.clients, "rounds": arguments.rounds, "machine": machine}
    print(json.dumps(told | how))


def _histories(busy: Sequence[str], cases: int) -> None:
    """Fill the busy agencies with years of cases, because inserts into empty tables are faster."""
    from shared.complaints.models import Complaint  # noqa: PLC0415 - none before configure
    from tenants.agencies.selectors import agency_by_code  # noqa: PLC0415
    from tenants.isolation.schema_switch import agency_context  # noqa: PLC0415

    for code in busy:
        agency = agency_by_code(code)
        with agency_context(agency):
            has_one = Complaint.objects.count() >= cases
        if not has_one:
            cases_fill(agency, cases=cases)


def _rounds(
    port: int, codes: Sequence[str], arguments: argparse.Namespace
) -> list[dict[str, float]]:
    url, busy = hurried(os.environ["DATABASE_URL"]), codes[: arguments.few]
    seconds = arguments.seconds
    _bare_tables(url)
    many, one = filing_requests(busy), filing_requests(busy[:1])
    sides: dict[str, Callable[[], float]] = {
        "floor": lambda: _floor_rate(url, _statements(busy), arguments),
        "bare": lambda: _floor_rate(url, [_statement("floor", "floor.route")], arguments),
        "ours": lambda: rate(port, many, clients=arguments.clients, seconds=seconds),
    }
    if not arguments.alone:
        sides["hottest"] = lambda: rate(port, one, clients=arguments.clients, seconds=seconds)
    rate(port, many, clients=arguments.clients, seconds=seconds * WARM_ROUNDS)
    return [{name: side() for name, side in sides.items()} for _round in range(arguments.rounds)]


def _compared(
    found: Sequence[Mapping[str, float]], few: Mapping[str, float], rate_to_all: float
) -> dict[str, object]:
    ours = statistics.median(one["ours"] for one in found)
    return {
        "hottest": round(statistics.median(one["hottest"] / one["ours"] for one in found), 2),
        # Relative to the bare rate of the same minutes, because the machine's speed varies.
        "growth": round(few["bare_ratio"] / _share(found, "bare"), 2),
        "spread": round(ours / rate_to_all, 2),
        "few": few,
    }


def _share(found: Sequence[Mapping[str, float]], of: str) -> float:
    return statistics.median(one["ours"] / one[of] for one in found)


def _ratios(found: Sequence[Mapping[str, float]]) -> dict[str, object]:
    shares = [one["ours"] / one["floor"] for one in found]
    return {
        "ratio": round(statistics.median(shares), 4),
        "range": [round(pick(shares), 4) for pick in (min, max)],
        "bare_ratio": round(_share(found, "bare"), 4),
        **{
            f"{name}_per_second": round(statistics.median(one[name] for one in found))
            for name in ("floor", "bare", "ours")
        },
    }


def _rate_to_all(port: int, codes: Sequence[str], arguments: argparse.Namespace) -> float:
    requests = filing_requests(codes, count=4 * len(codes))
    for _warm_up in range(2):
        found = rate(port, requests, clients=arguments.clients, seconds=arguments.long)
    return found


def _bare_tables(url: str) -> None:
    execute(
        url,
        "DROP SCHEMA IF EXISTS floor CASCADE; CREATE SCHEMA floor;"
        # Defaults are copied, because the statement leaves out columns that have a default.
        "CREATE TABLE floor.route (LIKE public.tenants_route INCLUDING DEFAULTS);"
        "CREATE TABLE floor.complaints_complaint (LIKE a_body_00000.complaints_complaint"
        " INCLUDING DEFAULTS INCLUDING IDENTITY, PRIMARY KEY (id));"
        "CREATE TABLE floor.complaints_complaintevent"
        " (LIKE a_body_00000.complaints_complaintevent INCLUDING DEFAULTS)",
    )


def _statements(codes: Sequence[str]) -> list[str]:
    return [_statement(f"a_{code.replace('-', '_')}", "public.tenants_route") for code in codes]


def _statement(schema: str, route: str) -> str:
    return f"""
        WITH c AS (
            INSERT INTO {schema}.complaints_complaint (
                reference, kind, organisation_code, category_code, subject, body, remedy, place,
                language, privacy, channel, status, outcome, received_at, due_on, reopened, version
            ) VALUES (
                %(reference)s, 'complaint', 'body', '', %(subject)s, %(body)s, '', '', 'fr',
                'named', 'api', 'received', '', now(), current_date + 60, 0, 1
            ) RETURNING id
        ), e AS (
            INSERT INTO {schema}.complaints_complaintevent
                (id, complaint_id, position, kind, status, outcome, actor_kind, actor_label, at)
            SELECT %(event)s::uuid, id, 1, 'received', 'received', '', 'citizen', 'citizen', now()
            FROM c
        )
        INSERT INTO {route}
            (reference, schema_name, nonce, receipt_digest, email_digest, created_at)
        VALUES (%(reference)s, '{schema}', %(key)s, %(key)s, %(key)s, now())
    """


def _floor_rate(url: str, statements: Sequence[str], arguments: argparse.Namespace) -> float:
    clients: int = arguments.clients
    seconds: float = arguments.seconds
    counts: Queue[int] = Queue()
    ready = Barrier(clients)
    work = [
        Process(target=_floor_client, args=(url, number, statements, seconds, ready, counts))
        for number in range(clients)
    ]
    for one in work:
        one.start()
    # With a time limit, because a failed client puts no result into the queue.
    total = sum(counts.get(timeout=PATIENCE) for _one in work)
    for one in work:
        one.join()
    return total / seconds


def _floor_client(
    url: str,
    number: int,
    statements: Sequence[str],
    seconds: float,
    ready: "BarrierType",
    counts: "Queue[int]",
) -> None:
    chance, done = Random(time.time_ns() + number), 0
    content = filing("body")
    made = psycopg2.connect(url)
    made.autocommit = True
    cursor = made.cursor()

    def write() -> None:
        values = {
            "reference": f"{chance.randrange(10**16):016d}",
            "subject": content["subject"],
            "body": content["body"],
            "event": str(UUID(int=chance.getrandbits(128))),
            "key": chance.randbytes(32),
        }
        cursor.execute(chance.choice(statements), values)

    # Each connection caches its tables before the time begins, as the site's connections do.
    for _ in range(WARM_TIMES * len(statements)):
        write()
    ready.wait(PATIENCE)
    end = time.perf_counter() + seconds
    while not done or time.perf_counter() < end:
        write()
        done += 1
    made.close()
    counts.put(done)


def _other(arguments: argparse.Namespace) -> dict[str, float]:
    """Run this bench in an installation of few busy agencies; return the figures of that run."""
    done = subprocess.run(_of_few(arguments), capture_output=True, text=True, check=True)
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return told


@contextmanager
def _other_filled(arguments: argparse.Namespace) -> Iterator[None]:
    """Fill the installation of few agencies during the block, which fills the other one.

    Each is the work of one processor, and both together were half of the time of the bench.
    """
    with subprocess.Popen([*_of_few(arguments), "--fill"], stdout=subprocess.DEVNULL) as filling:
        yield
    if filling.returncode:
        raise RuntimeError("the installation of few agencies was not filled")


def _of_few(arguments: argparse.Namespace) -> list[str]:
    same = [
        f"--{name}={getattr(arguments, name)}"
        for name in ("few", "history", "rounds", "clients", "seconds")
    ]
    return [sys.executable, "-m", "bench.submit", "--alone", f"--agencies={arguments.few}", *same]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agencies", type=int, default=MANY)
    parser.add_argument("--few", type=int, default=FEW, help="Agencies that people write to.")
    parser.add_argument("--history", type=int, default=HISTORY, help="Cases of each of those.")
    parser.add_argument("--clients", type=int, default=CLIENTS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="Of each side of a round.")
    parser.add_argument("--long", type=float, default=LONG_SECONDS, help="Seconds, to all of them.")
    parser.add_argument("--alone", action="store_true", help="Without the few beside the many.")
    parser.add_argument("--fill", action="store_true", help="Fill the agencies, measure nothing.")
    return parser.parse_args()


if __name__ == "__main__":
    main()
