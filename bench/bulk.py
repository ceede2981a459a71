"""Workspaces for all communes of the country in one job, and the speed of the job's page meanwhile.

An operator uploads a list of every commune (each with an administrator) and starts the job. The
process that does the job is killed once, and the job is cancelled once. The list is then uploaded
again: the page names the lines whose workspaces exist, and the job does the rest. Meanwhile the
bench requests the job's page each second. Baseline: the same workspaces in a loop without pages,
job or process (``--alone``), in the same run. ``--rows N`` takes the first N communes.
"""

import argparse
import csv
import logging
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import UUID

from bench.installation import installation, static_ensure
from bench.measuring import report, require

ROOT = Path(__file__).resolve().parents[1]
OPERATOR = "operator@oversight.example"
# The share of workspaces that exist when the process is killed, and when the job is cancelled.
KILLED_AT, CANCELLED_AT = 0.2, 0.4
LOOP = 50
PATIENCE_SECONDS = 3_600.0


class Desk:
    """A client for oversight's pages, signed in as an operator."""

    def __init__(self) -> None:
        from django.conf import settings  # noqa: PLC0415 - there are none before configure()
        from django.test import Client  # noqa: PLC0415

        from shared.accounts.enums import Role  # noqa: PLC0415
        from shared.accounts.services.users import user_create  # noqa: PLC0415
        from shared.kernel.actors import SYSTEM  # noqa: PLC0415
        from tests.support.sessions import open_session  # noqa: PLC0415

        user = user_create(
            email=OPERATOR, name="Operator", role=Role.OPERATOR, password=None, actor=SYSTEM,
            language="fr",
        )  # fmt: skip
        self._client = Client(headers={"host": f"oversight.{settings.BASE_DOMAIN}"})
        open_session(self._client, user)

    def get(self, path: str) -> tuple[str, float]:
        """Return a page and the seconds of the request."""
        return self._asked(lambda: self._client.get(path))

    def post(self, path: str, **form: Any) -> tuple[str, float]:
        """Post a form; return the page or the redirection's address, and the seconds."""
        return self._asked(lambda: self._client.post(path, form))

    def _asked(self, ask: Callable[[], Any]) -> tuple[str, float]:
        from tenants.isolation.schema_switch import start_in  # noqa: PLC0415

        began = time.perf_counter()
        answer = ask()
        took = time.perf_counter() - began
        start_in(None)
        require(answer.status_code in (200, 302), f"{answer.status_code}")
        return answer.headers.get("Location") or answer.content.decode(), took


class Watch:
    """A client that requests the page of the job repeatedly, as the browser does."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.seconds: list[float] = []
        self.heaviest = 0

    def until(self, address: str, holds: Callable[[Any], bool], process: "Process") -> Any:
        """Request the page until the condition is true for the job; return the job's row."""
        from shared.jobs.models import Job  # noqa: PLC0415

        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            page, took = self._desk.get(address)
            self.seconds.append(took)
            self.heaviest = max(self.heaviest, len(page.encode()))
            process.look()
            job = Job.objects.get(pk=UUID(address.strip("/").rpartition("/")[2]))
            if holds(job):
                return job
            time.sleep(0.2)
        raise TimeoutError(address)


class Process:
    """The job runner's process, and the most memory that the process has used."""

    def __init__(self) -> None:
        self.peak_mb = 0
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the job runner."""
        self._process = subprocess.Popen([sys.executable, "manage.py", "run_operator"], cwd=ROOT)

    def look(self) -> None:
        """Record the highest memory use of the process so far."""
        if self._process is not None:
            with suppress(OSError, StopIteration):
                lines = Path(f"/proc/{self._process.pid}/status").read_text().splitlines()
                peak = next(line for line in lines if line.startswith("VmHWM"))
                self.peak_mb = max(self.peak_mb, int(peak.split()[1]) // 1024)

    def end(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Send a signal to the process and wait for the end of the process."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait()
        self._process = None


@contextmanager
def operating() -> Iterator[Process]:
    """Run a job runner during the block."""
    process = Process()
    try:
        process.start()
        yield process
    finally:
        process.end()


def main() -> None:
    """Run the measurement in an installation without agencies."""
    arguments = _arguments()
    logging.getLogger("django.request").setLevel(logging.ERROR)
    with installation(agencies=0):
        static_ensure()
        report("bulk", measured(arguments.rows, arguments.loop))


def measured(most: int, loop: int) -> dict[str, object]:
    """Return the figures of the bench's result line."""
    from tenants.agencies.selectors import agency_list  # noqa: PLC0415

    content = _list(most)
    total = content.count("\n") - 1
    desk = Desk()
    watch = Watch(desk)
    check, check_s = _checked(desk, content)
    with operating() as process:
        began = time.perf_counter()
        address = _begun(desk, content)
        watch.until(address, lambda job: job.result.get("made", 0) >= total * KILLED_AT, process)
        process.end(signal.SIGKILL)
        process.start()
        watch.until(address, lambda job: job.result.get("made", 0) >= total * CANCELLED_AT, process)
        desk.post(f"{address}cancel/")
        first = watch.until(address, lambda job: job.finished_at is not None, process)
        require(first.state == "cancelled", f"the first work ended {first.state}")
        again, again_s = _checked(desk, content)
        address = _begun(desk, content)
        second = watch.until(address, lambda job: job.finished_at is not None, process)
        whole_s = time.perf_counter() - began
    made = first.result["made"], second.result["made"]
    require(sum(made) == total == agency_list().count(), f"{made} of {total} are made")
    end, end_s = desk.get(address)
    listed, list_s = desk.get("/jobs/")
    own = (second.finished_at - second.started_at).total_seconds() / made[1]
    alone = _loop(loop)
    return {
        "rows": total,
        "csv_kb": _kb(content),
        "check": {"s": round(check_s, 2), "kb": _kb(check)},
        "check_again": {"s": round(again_s, 2), "kb": _kb(again)},
        "whole_s": round(whole_s, 1),
        "each_ms": round(own * 1000, 1),
        "alone_each_ms": round(alone * 1000, 1),
        "ratio": round(own / alone, 2),
        "page_ms": round(statistics.median(watch.seconds) * 1000, 1),
        "page_most_ms": round(max(watch.seconds) * 1000, 1),
        "page_kb": round(watch.heaviest / 1000, 1),
        "page_of_the_end": {"s": round(end_s, 2), "kb": _kb(end)},
        "list_of_work": {"s": round(list_s, 2), "kb": _kb(listed)},
        "operator_mb": process.peak_mb,
    }


def _list(most: int) -> str:
    """Return a CSV file of all communes, with an administrator for each commune."""
    from shared.directory.models import Organisation  # noqa: PLC0415
    from tenants.fleet.services.bulk_creation import COLUMNS, template_rows  # noqa: PLC0415

    regions = Organisation.objects.filter(kind="region").order_by("code")
    rows = [row for region in regions for row in template_rows(region=region.code)][:most]
    target = StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(COLUMNS)
    for code, name_ar, name_fr, own, *_blank in rows:
        writer.writerow(
            (code, name_ar, name_fr, own, f"sg@{code}.example.ma", "الكاتب العام", "ar")
        )
    return target.getvalue()


def _checked(desk: Desk, content: str) -> tuple[str, float]:
    from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: PLC0415

    file = SimpleUploadedFile("communes.csv", content.encode())
    return desk.post("/workspaces/bulk/", file=file)


def _begun(desk: Desk, content: str) -> str:
    address, _took = desk.post("/workspaces/bulk/start/", content=content)
    require(address.startswith("/jobs/"), f"the start leads to {address[:80]}")
    return address


def _loop(times: int) -> float:
    """Return the mean seconds to create a workspace without job, body and invitation."""
    from shared.kernel.actors import SYSTEM  # noqa: PLC0415
    from tenants.agencies.types import AgencyInfo  # noqa: PLC0415
    from tests.support.provisioning import agency_create  # noqa: PLC0415

    began = time.perf_counter()
    for number in range(times):
        code = f"alone-{number}"
        agency_create(
            info=AgencyInfo(code=code, name_ar=code, name_fr=code, name_en=code), actor=SYSTEM
        )
    return (time.perf_counter() - began) / times


def _kb(text: str) -> float:
    return round(len(text.encode()) / 1000, 1)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=2_000, help="At most so many communes.")
    parser.add_argument("--loop", type=int, default=LOOP, help="Workspaces of the baseline.")
    return parser.parse_args()


if __name__ == "__main__":
    main()
