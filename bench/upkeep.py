"""The hourly upkeep of an agency with five hundred thousand cases and its escalation of late cases.

One installation has two agencies, one with few cases and one with many. First the upkeep processes
all due actions of the large agency, as after a long interruption: ``backlog`` has the numbers of
runs, of events, and of events a second. Then upkeep without due actions runs by turns in both:
``growth``. Last, some open cases are merged, and the plans of every list and of every statement of
the upkeep are checked for reads of a whole table; ``merged`` compares the list of open cases with
its time before. One transaction has all changes and is rolled back. Prints one JSON object as its
last line.
"""

import argparse
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bench.casefile import CASES, cases_fill
from bench.filling import ask, site
from bench.inbox import FEW, MANY, MIN_FOR_PLANS, InboxClient
from bench.measuring import (
    by_turns,
    growth,
    options_of,
    pace_of,
    plans,
    report,
    require,
    summary,
)

if TYPE_CHECKING:
    from tenants.models import Agency

# More cases than an agency merges in a month.
MERGED = 200
TIMES = 10


def main() -> None:
    """Fill two agencies, process their backlog, measure the usual hour, and check the plans."""
    arguments = _arguments()
    pace = pace_of(arguments)
    with site() as agencies:
        small, large = agencies[:2]
        cases_fill(small, cases=min(FEW, arguments.cases))
        cases_fill(large, cases=arguments.cases)
        inbox = InboxClient(large)
        with _undone():
            _caught_up(small)
            backlog = _caught_up(large)
            hour = by_turns({"small": _upkeep(small), "large": _upkeep(large)}, pace)
            alone = by_turns({"open": lambda: inbox.rows("open")}, pace)
            _merge(large)
            merged = by_turns({"open": lambda: inbox.rows("open")}, pace)
            found = _plans(inbox, arguments.cases)
    report(
        "upkeep",
        {
            "cases": [min(FEW, arguments.cases), arguments.cases],
            "backlog": backlog,
            **summary(hour["large"]),
            "growth": growth(hour["large"], hour["small"]),
            "merged": summary(merged["open"]) | growth(merged["open"], alone["open"]),
            "plans": found,
            **pace.shown(),
        },
    )


@contextmanager
def _undone() -> Iterator[None]:
    """Roll all changes of the block back, because other benches read the installation too."""
    from django.db import transaction  # noqa: PLC0415 - nothing before configure()

    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _upkeep(agency: "Agency") -> Callable[[], int]:
    from shared.complaints import services  # noqa: PLC0415 - nothing before configure()
    from shared.kernel.actors import SYSTEM  # noqa: PLC0415
    from tenants.isolation.schema_switch import agency_context  # noqa: PLC0415

    def run() -> int:
        with agency_context(agency):
            return services.expired_deadlines_apply(actor=SYSTEM)

    return run


def _caught_up(agency: "Agency") -> dict[str, object]:
    """Run the upkeep until no action is due; return the number of runs and the events a second."""
    runs, events, began = 0, 0, time.monotonic()
    while number := _upkeep(agency)():
        runs, events = runs + 1, events + number
    seconds = time.monotonic() - began
    return {"runs": runs, "events": events, "events_per_second": round(events / seconds)}


def _merge(agency: "Agency") -> None:
    """Merge some open cases into the oldest open case."""
    from tenants.isolation.schema_switch import agency_context, as_owner  # noqa: PLC0415 - nothing before configure()

    states = "'received', 'in_progress', 'awaiting_citizen', 'reopened'"
    with agency_context(agency), as_owner():
        ask(
            f"WITH chosen AS (SELECT id, first_value(id) OVER (ORDER BY id) AS main FROM {CASES}"
            f" WHERE status IN ({states}) ORDER BY id LIMIT %s)"
            f" UPDATE {CASES} c SET merged_into_id = main FROM chosen"
            " WHERE c.id = chosen.id AND chosen.id <> main",
            MERGED + 1,
        )
        ask(f"ANALYZE {CASES}")


def _plans(inbox: InboxClient, cases: int) -> dict[str, object]:
    """Return the slowest statement of each list and of the upkeep, and what the statement reads."""
    from shared.complaints.selectors import INBOX_VIEWS  # noqa: PLC0415 - nothing before configure()
    from tenants.isolation.schema_switch import agency_context  # noqa: PLC0415

    acts: dict[str, Callable[[], object]] = {
        **{view: lambda view=view: inbox.rows(view) for view in INBOX_VIEWS},  # type: ignore[misc]
        "counts": inbox.counts,
        "upkeep": _upkeep(inbox.agency),
    }
    found: dict[str, object] = {}
    for name, act in acts.items():
        with agency_context(inbox.agency):
            read = plans(act, table=CASES)
        whole = [plan for plan in read if CASES in plan.whole_tables]
        require(not whole or cases < MIN_FOR_PLANS, f"{name} reads the whole table")
        slowest = max(read, key=lambda plan: plan.milliseconds)
        found[name] = {
            "sql_ms": round(slowest.milliseconds, 2),
            "most_rows": slowest.rows,
            "indexes": sorted(slowest.indexes),
        }
    return found


def _arguments() -> argparse.Namespace:
    parser = options_of(__doc__, times=TIMES)
    parser.add_argument("--cases", type=int, default=MANY, help="In the large agency.")
    return parser.parse_args()


if __name__ == "__main__":
    main()
