"""Whether a citizen finds a case as quickly among millions of references as among ten thousand.

Ten thousand cases with true keys are searched in a random order, through the gateway and over REST:
from reference and e-mail to the whole case, and with a wrong e-mail. One installation has only
their routes; the other has two million routes (ten million with ``--full``, because filling them
takes longer than the rest of the bench). Both installations are measured by turns.
"""

import argparse
import time
from random import Random
from typing import TYPE_CHECKING

from bench.casefile import case_email, case_reference, cases_fill
from bench.filling import SEED, site
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
from bench.routes import ROUTES, routes_fill

if TYPE_CHECKING:
    from tenants.models import Agency

FEW, MANY, FULL = 10_000, 2_000_000, 10_000_000
MAX_SQL_MS = 1.0


class Citizens:
    """People who find their cases, one after the other, in a random order."""

    def __init__(self, agency: "Agency", *, cases: int) -> None:
        from django.conf import settings  # noqa: PLC0415 - there are none before configure()
        from django.test import Client  # noqa: PLC0415

        self._agency, self._cases = agency, cases
        self._rng = Random(SEED)
        self._client = Client(headers={"host": settings.BASE_DOMAIN})

    def look(self) -> None:
        """Find a case by reference and e-mail, and read it, through the gateway."""
        from tenants.case_access import gateway  # noqa: PLC0415
        from tenants.case_access.enums import KeyKind  # noqa: PLC0415

        number, reference = self._next()
        issued = gateway.tracking_open(
            reference=reference, kind=KeyKind.EMAIL, value=case_email(number)
        )
        require(gateway.case_show(token=issued.token).reference == reference, "another case")

    def open(self) -> None:
        """Find a case and get its token, without reading the case."""
        from tenants.case_access import gateway  # noqa: PLC0415
        from tenants.case_access.enums import KeyKind  # noqa: PLC0415

        number, reference = self._next()
        gateway.tracking_open(reference=reference, kind=KeyKind.EMAIL, value=case_email(number))

    def miss(self) -> None:
        """Try to find a case with another person's e-mail address."""
        from tenants.case_access import gateway  # noqa: PLC0415
        from tenants.case_access.enums import KeyKind  # noqa: PLC0415
        from tenants.case_access.errors import CaseNotFound  # noqa: PLC0415

        number, reference = self._next()
        try:
            gateway.tracking_open(
                reference=reference, kind=KeyKind.EMAIL, value=case_email(number + 1)
            )
        except CaseNotFound:
            return
        require(False, "a wrong e-mail opens a case")

    def ask(self) -> None:
        """Find a case and read it, in two requests over REST."""
        number, reference = self._next()
        halves = {"reference": reference, "email": case_email(number)}
        opened = self._client.post(
            "/api/v1/tracking/", halves, content_type="application/json"
        ).json()
        require("token" in opened, f"REST opens nothing: {opened}")
        token = {"authorization": f"Bearer {opened['token']}"}
        case = self._client.get("/api/v1/tracking/case/", headers=token).json()
        require(case.get("reference") == reference, f"REST answers {case}")

    def _next(self) -> tuple[int, str]:
        number = self._rng.randint(1, self._cases)
        return number, case_reference(self._agency, number)


def main() -> None:
    """Fill both installations, and measure both by turns."""
    arguments = _arguments()
    few = min(FEW, arguments.routes)
    if arguments.as_partner:
        with site(second=True) as agencies:
            citizens = _filled(agencies, few, few)
            serve_rounds(_ways(citizens), pace_of(arguments), _sql(citizens, few))
        return
    options = [f"--routes={few}", f"--times={arguments.times}"]
    with partner("bench.track", options) as other, site() as agencies:
        began = time.monotonic()
        citizens = _filled(agencies, few, arguments.routes)
        filling = time.monotonic() - began
        many, those = in_turns(_ways(citizens), other, pace_of(arguments))
        sql = _sql(citizens, arguments.routes)
    ways = {
        name: summary(many[name]) | {"growth": growth(many[name], those[name])} for name in many
    }
    report(
        "track",
        {
            "routes": [few, arguments.routes],
            **summary(many["rest"]),
            "growth": ways["gateway"]["growth"],
            **ways,
            **sql,
            "sql_ms_among_few": other.told["sql_ms"],
            "filled_in_s": round(filling),
            **pace_of(arguments).shown(),
        },
    )


def _filled(agencies: "list[Agency]", cases: int, routes: int) -> Citizens:
    holder = agencies[2]
    cases_fill(holder, cases=cases)
    routes_fill(holder, agencies, cases=cases, routes=routes)
    return Citizens(holder, cases=cases)


def _ways(citizens: Citizens) -> dict[str, Act]:
    return {
        "open": citizens.open,
        "miss": citizens.miss,
        "gateway": citizens.look,
        "rest": citizens.ask,
    }


def _sql(citizens: Citizens, routes: int) -> dict[str, object]:
    """Return PostgreSQL's milliseconds to find a case by its route and by its token."""
    found = [
        *plans(citizens.open, table=ROUTES),
        *plans(citizens.look, table="tenants_trackingtoken"),
    ]
    spent = sum(plan.milliseconds for plan in found)
    whole = {table for plan in found for table in plan.whole_tables} & {ROUTES}
    require(not whole or routes <= FEW, f"{whole} read from end to end")
    # Among few routes, the time depends on the machine only, so the limit is not checked.
    require(spent < MAX_SQL_MS or routes < FEW, f"{spent:.2f} ms in PostgreSQL")
    return {
        "sql_ms": round(spent, 3),
        "indexes": sorted({index for plan in found for index in plan.indexes}),
    }


def _arguments() -> argparse.Namespace:
    parser = options_of(__doc__)
    parser.add_argument("--routes", type=int, default=MANY)
    parser.add_argument(
        "--full", action="store_const", dest="routes", const=FULL, help="Ten million routes."
    )
    parser.add_argument(FLAG, action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
