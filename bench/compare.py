"""The time of oversight's comparison of two thousand agencies, with few cases and with many.

Twenty-four months are compared through the selectors and over HTTP by a signed-in analyst, by turns
on two installations, one with ten times as many cases. ``--agencies N``, ``--cases N``.
"""

import argparse
import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bench.figures import CASES, MONTHS, first_day, named_agencies, register_fill
from bench.filling import site
from bench.measuring import (
    Act,
    growth,
    options_of,
    pace_of,
    plans,
    report,
    require,
    summary,
)
from bench.partner import FLAG, in_turns, partner, serve_rounds

if TYPE_CHECKING:
    from django.test import Client

AGENCIES, CASES_OF_ALL, TIMES_AS_MANY = 2_000, 330_000, 10
TIMES = 8
ANALYST = "analyst@oversight.example"


class Oversight:
    """An analyst who reads the comparison of all agencies over twenty-four months."""

    def __init__(self) -> None:
        from shared.kernel import clock  # noqa: PLC0415 - nothing before configure()

        self.asked = {"from": first_day().isoformat(), "to": clock.today().isoformat()}
        self._client = _signed_in()

    def selectors(self) -> int:
        """Call the page's selectors; return the number of agencies compared."""
        from public_portal.oversight.access.views import ROWS_ON_A_PAGE  # noqa: PLC0415
        from public_portal.oversight.comparison.forms import ComparisonForm  # noqa: PLC0415
        from public_portal.oversight.comparison.selectors import compared, compared_groups  # noqa: PLC0415

        form = ComparisonForm(self.asked)
        require(form.is_valid(), f"the question is refused: {form.errors}")
        found = compared(question=form.to_question())
        compared_groups(compared=found, agencies=found.agencies[:ROWS_ON_A_PAGE])
        return len(found.agencies)

    def counted(self) -> int:
        """Return the number of cases that the comparison adds up."""
        from public_portal.oversight.comparison.forms import ComparisonForm  # noqa: PLC0415
        from public_portal.oversight.comparison.selectors import compared  # noqa: PLC0415

        form = ComparisonForm(self.asked)
        form.is_valid()
        agencies = compared(question=form.to_question()).agencies
        return sum(one.figures.counts.received for one in agencies)

    def page(self) -> None:
        """Request the comparison's page over HTTP."""
        answer = self._client.get("/", self.asked)
        require(answer.status_code == 200, f"the comparison answers {answer.status_code}")


def _signed_in() -> "Client":
    from django.conf import settings  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415

    from shared.accounts.enums import Role  # noqa: PLC0415
    from shared.accounts.models import User  # noqa: PLC0415
    from shared.accounts.services.users import user_create  # noqa: PLC0415
    from shared.kernel.actors import SYSTEM  # noqa: PLC0415
    from tests.support.sessions import open_session  # noqa: PLC0415

    analyst = User.objects.filter(email=ANALYST).first() or user_create(
        email=ANALYST, name="Analyst", role=Role.ANALYST, password=None, actor=SYSTEM, language="fr"
    )
    client = Client(headers={"host": f"oversight.{settings.BASE_DOMAIN}"})
    open_session(client, analyst)
    return client


def main() -> None:
    """Fill both installations, and measure the comparison in both installations by turns."""
    arguments = _arguments()
    pace = pace_of(arguments)
    if arguments.as_partner:
        with _filled(arguments, arguments.cases, second=True) as oversight:
            serve_rounds(_acts(oversight), pace, _told(oversight, arguments.times))
        return
    options = [f"--{name}={getattr(arguments, name)}" for name in ("agencies", "cases", "times")]
    tenfold = arguments.cases * TIMES_AS_MANY
    with partner("bench.compare", options) as other, _filled(arguments, tenfold) as oversight:
        many, few = in_turns(_acts(oversight), other, pace)
        sql = _told(oversight, arguments.times)
    report(
        "compare",
        {
            "agencies": arguments.agencies,
            "months": 24,
            "cases": [arguments.cases, tenfold],
            **summary(few["page"]),
            "growth": growth(many["page"], few["page"]),
            "selectors": summary(few["selectors"])
            | {"growth": growth(many["selectors"], few["selectors"])},
            "tenfold": {name: summary(found) for name, found in many.items()},
            "sql_ms": {"once": other.told, "tenfold": sql},
            **pace.shown(),
        },
    )


@contextmanager
def _filled(
    arguments: argparse.Namespace, cases: int, *, second: bool = False
) -> Iterator[Oversight]:
    with site(second=second) as own, named_agencies(arguments.agencies) as codes:
        register_fill(codes, cases=cases)
        oversight = Oversight()
        require(oversight.counted() == cases, "cases are missing from the comparison")
        require(oversight.selectors() == len(codes) + len(own), "agencies are missing")
        yield oversight


def _acts(oversight: Oversight) -> dict[str, Act]:
    return {"selectors": oversight.selectors, "page": oversight.page}


def _told(oversight: Oversight, times: int) -> dict[str, float]:
    """Return PostgreSQL's median milliseconds for the counted months and for the cases."""
    return {
        table: round(
            statistics.median(
                sum(plan.milliseconds for plan in plans(oversight.selectors, table=table))
                for _ in range(min(times, 5))
            ),
            1,
        )
        for table in (MONTHS, CASES)
    }


def _arguments() -> argparse.Namespace:
    parser = options_of(__doc__, times=TIMES)
    parser.add_argument("--agencies", type=int, default=AGENCIES)
    parser.add_argument("--cases", type=int, default=CASES_OF_ALL)
    parser.add_argument(FLAG, action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
