"""How fast a new agency gets its workspace among two thousand agencies.

Baseline: django-tenants saves a row with ``auto_create_schema``, in the same database, by turns
with the product's way. Also measured: the time from the approval to the first sign-in page
(bench.approval). ``--agencies N`` changes the number. Prints one JSON object at the end.
"""

import argparse
import json
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

from bench.approval import approvals_measured
from bench.fleet import FEW, MANY, fleet

RUNS = 7
THEIR_RUNS, WAYS = 5, 5


def main() -> None:
    """Warm up both ways, measure both by turns, and remove the new agencies."""
    arguments = _arguments()
    with fleet(arguments.agencies) as codes:
        runs = arguments.runs
        ours, theirs = measured(runs, their_runs=0 if arguments.alone else min(runs, THEIR_RUNS))
        first, ways = (0.0, []) if arguments.alone else approvals_measured(min(runs, WAYS))
        _remove()
    if arguments.alone:
        print(json.dumps(ours))
        return
    # Another process measures among few agencies, because a process can use one database only.
    few = _at_few(arguments)
    own, library = statistics.median(ours), statistics.median(theirs)
    print(
        json.dumps(
            {
                "bench": "provision",
                "agencies": len(codes),
                "ratio": round(library / own, 1),
                "ours_ms": round(own * 1000, 1),
                "ours_range_ms": [round(min(ours) * 1000, 1), round(max(ours) * 1000, 1)],
                "library_ms": round(library * 1000),
                "library_range_ms": [round(min(theirs) * 1000), round(max(theirs) * 1000)],
                "sign_in_s": round(statistics.median(ways), 2),
                "sign_in_range_s": [round(min(ways), 2), round(max(ways), 2)],
                "sign_in_after_start_s": round(first, 2),
                "growth": round(own / statistics.median(few), 2),
                "ours_at_few_ms": round(statistics.median(few) * 1000, 1),
                "few": arguments.few,
                "machine": f"{platform.machine()}, Python {platform.python_version()}",
            }
        )
    )


def measured(runs: int, *, their_runs: int) -> tuple[list[float], list[float]]:
    """Return the seconds of each creation, first the product's, then the library's."""
    # An interrupted run may have left agencies.
    _remove()
    ours, theirs = [], []
    for number in range(runs + 1):
        ours.append(_seconds(lambda number=number: _ours(f"fresh-{number}")))  # type: ignore[misc]
        if number < their_runs:
            theirs.append(_seconds(lambda number=number: _theirs(f"old-{number}")))  # type: ignore[misc]
    # The first creation is left out, because it warms the connection and renders the script.
    return ours[1:], theirs


def _seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _ours(code: str) -> None:
    from shared.kernel.actors import SYSTEM  # noqa: PLC0415
    from tenants.agencies.types import AgencyInfo  # noqa: PLC0415
    from tests.support.provisioning import agency_create  # noqa: PLC0415

    info = AgencyInfo(code=code, name_ar=code, name_fr=code, name_en=code)
    agency_create(info=info, actor=SYSTEM)


def _theirs(code: str) -> None:
    from tenants.isolation.schema_switch import as_owner  # noqa: PLC0415
    from tenants.models import Agency  # noqa: PLC0415

    names = {"name_ar": code, "name_fr": code, "name_en": code}
    agency = Agency(code=code, schema_name=f"a_{code.replace('-', '_')}", **names)
    agency.auto_create_schema = True
    with as_owner():
        agency.save(verbosity=0)


def _remove() -> None:
    from django.db import connection  # noqa: PLC0415

    from tenants.isolation.database_roles import agency_role_drop  # noqa: PLC0415
    from tenants.isolation.schema_switch import as_owner  # noqa: PLC0415
    from tenants.models import Agency, Domain  # noqa: PLC0415

    made = Agency.objects.filter(code__regex="^(fresh|old|way)-")
    for agency in made:
        with as_owner(), connection.cursor() as cursor:
            cursor.execute(f'DROP SCHEMA "{agency.schema_name}" CASCADE')
        if not agency.code.startswith("old"):
            agency_role_drop(schema_name=agency.schema_name)
        Domain.objects.filter(tenant=agency).delete()
    with as_owner():
        made.delete()


def _at_few(arguments: argparse.Namespace) -> list[float]:
    options = ["--alone", f"--agencies={arguments.few}", f"--runs={arguments.runs}"]
    command = [sys.executable, "-m", "bench.provision", *options]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    seconds: list[float] = json.loads(done.stdout.splitlines()[-1])
    return seconds


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agencies", type=int, default=MANY)
    parser.add_argument("--few", type=int, default=FEW, help="Of the installation beside it.")
    parser.add_argument("--runs", type=int, default=RUNS, help="Creations of our own way.")
    parser.add_argument("--alone", action="store_true", help="Ours only; prints the seconds.")
    return parser.parse_args()


if __name__ == "__main__":
    main()
