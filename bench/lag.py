"""Seconds from the filing of a case until the national register has the case.

Sixty filings a second are sent over REST at fixed times, while a real worker process under the
application's login sends the e-mails and processes the outbox. The time begins when the filing is
sent and ends when the row is in the register, which the bench reads every 20 ms.
``--rate N``, ``--seconds N``, ``--runs N``.
"""

import argparse
import os
import secrets
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from bench.filling import ask, site
from bench.measuring import report, require, summary

if TYPE_CHECKING:
    from django.test import Client

    from tenants.models import Agency

RATE, SECONDS, RUNS = 60.0, 20.0, 5
LOOK_EVERY = 0.02
# A case that is not in the register after these seconds is lost, and the bench fails.
PATIENCE = 300.0
MIN_OF_RATE = 0.95
SEEN = "SELECT id, reference FROM register_registercase WHERE id > %s ORDER BY id"


class Watch(threading.Thread):
    """A thread that polls the register and records when each reference appears."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.seen: dict[str, float] = {}
        self._ended = threading.Event()

    def run(self) -> None:
        """Poll the register every 20 ms until ``end`` is called."""
        from django.db import connections  # noqa: PLC0415 - nothing before configure()

        ((last,),) = ask("SELECT coalesce(max(id), 0) FROM register_registercase")
        while not self._ended.wait(LOOK_EVERY):
            rows = ask(SEEN, last)
            at = time.perf_counter()
            for number, reference in rows:
                last = number
                self.seen.setdefault(str(reference), at)
        connections.close_all()

    def wait_for(self, references: list[str]) -> None:
        """Wait until all references have appeared in the register."""
        end = time.monotonic() + PATIENCE
        while not self.seen.keys() >= set(references):
            missing = len(set(references) - self.seen.keys())
            require(time.monotonic() < end, f"{missing} cases never reach the register")
            time.sleep(LOOK_EVERY)

    def end(self) -> None:
        """Stop polling the register."""
        self._ended.set()
        self.join()


def main() -> None:
    """Start the worker, file at a steady rate, and measure when the register has the cases."""
    arguments = _arguments()
    with site(second=True) as agencies, _worker():
        watch = Watch()
        watch.start()
        _run(agencies, watch, arguments.rate, min(arguments.seconds, 3.0))
        runs = [
            _run(agencies, watch, arguments.rate, arguments.seconds) for _ in range(arguments.runs)
        ]
        watch.end()
    lags = [lag for lag, _rate in runs]
    rates = [rate for _lag, rate in runs]
    # A run that asks for less than the usual rate need not reach its rate.
    holds = min(rates) > arguments.rate * MIN_OF_RATE
    require(holds or arguments.rate < RATE, f"only {min(rates):.1f} filings a second")
    found = summary(lags)
    report(
        "lag",
        {
            "p95_s": round(found["p95_ms"] / 1000, 2),
            "p95_range_s": [round(ms / 1000, 2) for ms in found["p95_range_ms"]],
            "median_s": round(found["median_ms"] / 1000, 2),
            "longest_s": round(max(max(one) for one in lags), 2),
            "filings_per_second": [round(min(rates), 1), round(max(rates), 1)],
            "filings": sum(len(one) for one in lags),
            "seconds": arguments.seconds,
            "runs": arguments.runs,
        },
    )


def _run(
    agencies: "list[Agency]", watch: Watch, rate: float, seconds: float
) -> tuple[list[float], float]:
    """Return the lag of each filing of one run in seconds, and the filings a second."""
    from django.conf import settings  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415

    client = Client(headers={"host": settings.BASE_DOMAIN})
    sent: dict[str, float] = {}
    start = time.perf_counter()
    for number in range(max(int(rate * seconds), 1)):
        # The send times are fixed, so a slow answer must not delay the next filings.
        time.sleep(max(start + number / rate - time.perf_counter(), 0))
        at = time.perf_counter()
        sent[_file(client, agencies[number % len(agencies)].code, number)] = at
    took = time.perf_counter() - start
    watch.wait_for(list(sent))
    return [watch.seen[one] - at for one, at in sent.items()], len(sent) / max(took, seconds)


def _file(client: "Client", organisation: str, number: int) -> str:
    """File one complaint over REST; return the complaint's reference."""
    answer = client.post(
        "/api/v1/complaints/",
        {
            "organisation": organisation,
            "kind": "complaint",
            "subject": f"Subject {number}",
            "body": "The street lamp before number twelve has been out since March. " * 4,
            "language": "fr",
            "privacy": "named",
            "party": {"name": "Test Person", "email": f"person{number}@example.org"},
        },
        content_type="application/json",
    )
    require(answer.status_code == 201, f"a filing is answered {answer.status_code}")
    return str(answer.json()["reference"])


@contextmanager
def _worker() -> Iterator[None]:
    """Run a worker process on the same database, under the application's login."""
    with tempfile.TemporaryDirectory() as letters, tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "run_worker"],
            env=os.environ | {"DATABASE_URL": _as_application(), "EMAIL_URL": f"file://{letters}"},
            stdout=log,
            stderr=log,
        )
        try:
            yield
            if process.poll() is not None:
                log.seek(0)
                require(False, f"the worker has ended: {log.read().decode()[-2000:]}")
        finally:
            process.terminate()
            process.wait(timeout=30)


def _as_application() -> str:
    from tenants.isolation.database_roles import application_login, application_password_set  # noqa: PLC0415

    password = secrets.token_hex(16)
    application_password_set(password=password)
    parts = urlsplit(os.environ["DATABASE_URL"])
    login = f"{application_login()}:{password}@{parts.netloc.rpartition('@')[2]}"
    return urlunsplit(parts._replace(netloc=login))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=float, default=RATE, help="Filings a second.")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="Of each run.")
    parser.add_argument("--runs", type=int, default=RUNS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
