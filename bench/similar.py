"""How long similar cases and suggestions take among the five hundred thousand cases of one agency.

The selectors run for random cases, by turns with a baseline, which reads one case with its person.
The plans show whether a statement reads the whole table.
"""

import argparse
from random import Random
from typing import TYPE_CHECKING

from bench.casefile import CASES, case_reference, cases_fill
from bench.filling import SEED, site
from bench.inbox import MANY, MIN_FOR_PLANS
from bench.measuring import (
    Act,
    Pace,
    by_turns,
    options_of,
    pace_of,
    plans,
    report,
    require,
    summary,
)

if TYPE_CHECKING:
    from tenants.models import Agency

TIMES = 20
PLANNED = 5


def main() -> None:
    """Fill an agency, and measure the search for similar cases in it."""
    arguments = _arguments()
    with site() as agencies:
        cases_fill(agencies[3], cases=arguments.cases, with_texts=True)
        figures = measured(agencies[3], arguments.cases, pace_of(arguments))
    report("similar", figures)


def measured(agency: "Agency", cases: int, pace: Pace) -> dict[str, object]:
    """Return the figures of the result line; ``p95_ms`` is of the similar cases."""
    from shared.complaints.selectors import (  # noqa: PLC0415 - nothing before configure()
        case_suggestions,
        complaint_get,
        earlier_cases,
        similar_cases,
    )
    from shared.units.types import WHOLE_AGENCY  # noqa: PLC0415
    from tenants.isolation.schema_switch import agency_context  # noqa: PLC0415

    rng = Random(SEED)

    def drawn() -> str:
        return case_reference(agency, rng.randint(1, cases))

    acts: dict[str, Act] = {
        "similar": lambda: similar_cases(
            complaint_get(reference=drawn()), scope=WHOLE_AGENCY, user_id=0
        ),
        "suggestions": lambda: case_suggestions(complaint_get(reference=drawn())),
        "earlier": lambda: earlier_cases(
            complaint_get(reference=drawn()), scope=WHOLE_AGENCY, user_id=0
        ),
        "one_case": lambda: complaint_get(reference=drawn()),
    }
    with agency_context(agency):
        timings = by_turns(acts, pace)
        most = 0
        for name in ("similar", "suggestions", "earlier"):
            for plan in [one for _ in range(PLANNED) for one in plans(acts[name], table=CASES)]:
                whole = plan.whole_tables & {CASES}
                require(not whole or cases < MIN_FOR_PLANS, f"{name} reads the whole table")
                most = max(most, plan.rows)
    return {
        "cases": cases,
        **summary(timings["similar"]),
        **{name: summary(timings[name]) for name in ("suggestions", "earlier", "one_case")},
        "most_rows": most,
        **pace.shown(),
    }


def _arguments() -> argparse.Namespace:
    parser = options_of(__doc__, times=TIMES)
    parser.add_argument("--cases", type=int, default=MANY)
    return parser.parse_args()


if __name__ == "__main__":
    main()
