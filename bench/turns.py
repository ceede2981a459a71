"""Filings a second of this checkout and of another one, by turns on one database server.

``--other FOLDER``: a checkout with its own ``.venv`` (``bin/dev types`` makes it); without it, this
checkout is compared with itself, which shows the noise of the machine. Both sites are served the
whole time, and each pair of turns begins with the other side: where one site is measured after the
other, a change of the machine's speed looks like a difference. Both installations are made anew and
deleted. ``ratio``: the median over the pairs of this checkout's rate divided by the other's, with
its quartiles. Prints one JSON object as its last line.
"""

import argparse
import json
import os
import statistics
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from bench.installation import database_name, drop_database, exists, server_url
from bench.measuring import report
from bench.serving import rate
from bench.traffic import filing_requests

ROOT = Path(__file__).resolve().parents[1]
AGENCIES, FEW, HISTORY = 12, 4, 5_000
PAIRS, SECONDS, CLIENTS = 30, 2.0, 8
# Both checkouts run these lines with their own code, so they use only names that former commits
# have too. The site ends with the standard input.
SERVE = """
import json, sys
from bench.fleet import fleet
from bench.serving import site_served
from bench.submit import _histories
agencies, few, history = map(int, sys.argv[1:])
with fleet(agencies) as codes:
    _histories(codes[:few], history)
    with site_served() as served:
        print(json.dumps({"port": served.port, "codes": codes[:few]}), flush=True)
        sys.stdin.read()
"""


def main() -> None:
    """Serve both checkouts, and send filings to both by turns."""
    arguments = _arguments()
    with ExitStack() as stack:
        ours = stack.enter_context(_side(ROOT, "this", arguments))
        theirs = stack.enter_context(_side(arguments.other.resolve(), "other", arguments))
        # The first turns fill the caches of both.
        ours(), theirs()
        pairs = [_pair(ours, theirs, number) for number in range(arguments.pairs)]
    ratios = sorted(mine / other for mine, other in pairs)
    low, _middle, high = statistics.quantiles(ratios, n=4) if len(ratios) > 1 else ratios * 3
    report(
        "turns",
        {
            "ratio": round(statistics.median(ratios), 3),
            "quartiles": [round(low, 3), round(high, 3)],
            "this_per_second": round(statistics.median(mine for mine, _other in pairs)),
            "other_per_second": round(statistics.median(other for _mine, other in pairs)),
            "pairs": arguments.pairs,
            "agencies": arguments.agencies,
        },
    )


def _pair(
    ours: Callable[[], float], theirs: Callable[[], float], number: int
) -> tuple[float, float]:
    if number % 2:
        other = theirs()
        return ours(), other
    return ours(), theirs()


@contextmanager
def _side(folder: Path, name: str, arguments: argparse.Namespace) -> Iterator[Callable[[], float]]:
    """Serve a checkout on an installation of its own; yield a function that measures one turn."""
    prefix = database_name(name)
    database = f"{prefix}_fleet_{arguments.agencies}"
    python = folder / ".venv/bin/python"
    sizes = [str(one) for one in (arguments.agencies, arguments.few, arguments.history)]
    _drop(database)
    with subprocess.Popen(
        [str(python), "-c", SERVE, *sizes],
        cwd=folder,
        env={**os.environ, "BENCH_DATABASE": prefix, "DATABASE_URL": server_url()},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            served = _served(process, folder)
            sent = filing_requests(served["codes"])
            yield lambda: rate(
                served["port"], sent, clients=arguments.clients, seconds=arguments.seconds
            )
        finally:
            process.communicate()
    _drop(database)


def _served(process: "subprocess.Popen[str]", folder: Path) -> dict[str, Any]:
    # Commands that prepare the installation print lines too.
    for line in process.stdout or ():
        if line.startswith("{"):
            return dict(json.loads(line))
    raise RuntimeError(f"the site of {folder} was not served")


def _drop(database: str) -> None:
    if exists(server_url(), database):
        drop_database(server_url(), database)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--other", type=Path, default=ROOT, help="The folder of another checkout.")
    parser.add_argument("--agencies", type=int, default=AGENCIES)
    parser.add_argument("--few", type=int, default=FEW, help="Agencies that get the filings.")
    parser.add_argument("--history", type=int, default=HISTORY, help="Cases in each of these.")
    parser.add_argument("--pairs", type=int, default=PAIRS)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="Of a turn.")
    parser.add_argument("--clients", type=int, default=CLIENTS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
