"""Whether an inbox of five hundred thousand cases is as fast as a small inbox.

Two agencies of one installation, one with few cases and one with many, are measured by turns: each
list through its selector, the counts beside the lists, and the first page over HTTP with a
signed-in agent. In the large agency, every filter is measured with every sort over HTTP, for open
cases and, sorted by date, for all cases (``slowest`` names the slowest). Page 6,000 is compared
with page 1, and the plan of every statement is checked. ``--cases N`` changes the number.
"""

import argparse
from collections.abc import Callable, Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from bench.casefile import BODIES, CASES, agent_ensure, cases_fill
from bench.filling import ask, site
from bench.measuring import (
    Act,
    Pace,
    Timings,
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
    from shared.complaints.selectors import CaseFilter
    from shared.complaints.types import InboxPosition
    from tenants.models import Agency

FEW, MANY = 1_000, 500_000
NO_FILTER: Mapping[str, Any] = MappingProxyType({})
# Filters by name: some match many cases, some match few or none, and some combine two fields.
FILTERS: Mapping[str, Mapping[str, Any]] = {
    "none": NO_FILTER,
    "body": {"organisation_code": "body-0"},
    "rare_body": {"organisation_code": f"body-{BODIES - 1}"},
    "category": {"category_code": "category-7"},
    "both": {"organisation_code": "body-0", "category_code": "category-7"},
    "kind_and_language": {"kind": "proposal", "language": "fr"},
    "officer_and_channel": {"officer_id": 1, "channel": "portal"},
    "unit": {"unit_id": 1},
    "unit_and_place": {"unit_id": 2, "place": "médina"},
    "label": {"label_id": 2},
    "label_and_body": {"label_id": 2, "organisation_code": "body-1"},
    "place": {"place": "agdal rabat"},
    "nowhere": {"place": "nowhere"},
    "dates": {"received_from": 40, "received_to": 10},
}
DEEP_PAGE = 6_000
# With fewer cases, PostgreSQL rightly reads a whole table of a few pages.
MIN_FOR_PLANS = 50_000
IN_ORDER = "received_at DESC, id DESC"


def filter_of(given: Mapping[str, Any]) -> "CaseFilter":
    """Return a filter with the given values; its days are given as numbers of days ago."""
    from shared.complaints.selectors import CaseFilter  # noqa: PLC0415 - nothing before configure()
    from shared.kernel import clock  # noqa: PLC0415

    today = clock.today()
    days = {
        name: today - timedelta(days=value)
        for name, value in given.items()
        if name.startswith("received_")
    }
    return CaseFilter(**{**given, **days})


class InboxClient:
    """An agent who is signed in at an agency and reads its inbox."""

    def __init__(self, agency: "Agency") -> None:
        from django.conf import settings  # noqa: PLC0415 - there are none before configure()
        from django.test import Client  # noqa: PLC0415

        from tenants.isolation.schema_switch import agency_context  # noqa: PLC0415
        from tests.support.sessions import open_session  # noqa: PLC0415

        self.agency = agency
        self.agent = agent_ensure(agency)
        self._client = Client(headers={"host": f"{agency.code}.{settings.BASE_DOMAIN}"})
        with agency_context(agency):
            open_session(self._client, self.agent)

    def rows(
        self,
        view: str,
        after: "InboxPosition | None" = None,
        text: str = "",
        only: Mapping[str, Any] = NO_FILTER,
        sort: str = "",
    ) -> list[str]:
        """Return the references of one page of a list, through the selector."""
        from agency_console.access.types import ListAddress  # noqa: PLC0415
        from agency_console.inbox.selectors.pages import inbox_page  # noqa: PLC0415
        from shared.units.types import WHOLE_AGENCY  # noqa: PLC0415
        from tenants.isolation.schema_switch import agency_context  # noqa: PLC0415

        address = ListAddress(view=view, text=text, sort=sort, only=filter_of(only), after=after)
        with agency_context(self.agency):
            found = inbox_page(address=address, officer=self.agent, scope=WHOLE_AGENCY)
        return [case.reference for case in found.cases]

    def counts(self, only: Mapping[str, Any] = NO_FILTER) -> dict[str, int]:
        """Return the counts that the page shows beside the lists."""
        from agency_console.inbox.selectors.pages import list_counts  # noqa: PLC0415
        from shared.units.types import WHOLE_AGENCY  # noqa: PLC0415
        from tenants.isolation.schema_switch import agency_context  # noqa: PLC0415

        with agency_context(self.agency):
            found = list_counts(officer=self.agent, scope=WHOLE_AGENCY, only=filter_of(only))
        return {view: count.number for view, count in found.items()}

    def page(self, only: Mapping[str, Any] = NO_FILTER, **asked: str) -> None:
        """Request the whole inbox page over HTTP."""
        from agency_console.access.forms import filter_parts  # noqa: PLC0415
        from tenants.isolation.schema_switch import start_in  # noqa: PLC0415

        answer = self._client.get("/", asked | filter_parts(filter_of(only)))
        start_in(None)
        require(answer.status_code == 200, f"the inbox answers {answer.status_code}")


def main() -> None:
    """Fill two agencies, measure both by turns, and check the query plans."""
    arguments = _arguments()
    with site() as agencies:
        small, large = agencies[:2]
        cases_fill(small, cases=min(FEW, arguments.cases))
        cases_fill(large, cases=arguments.cases)
        figures = measured(
            InboxClient(small), InboxClient(large), arguments.cases, pace_of(arguments)
        )
    report("inbox", figures)


def measured(few: InboxClient, many: InboxClient, cases: int, pace: Pace) -> dict[str, object]:
    """Return the figures of the bench's result line."""
    from shared.complaints.selectors import INBOX_VIEWS  # noqa: PLC0415

    # The list of all cases is compared, because it fills a page in both agencies.
    page = by_turns(
        {
            "small": lambda: few.page(view="all"),
            "large": lambda: many.page(view="all"),
            "open": lambda: many.page(view="open"),
        },
        pace,
    )
    lists: dict[str, object] = {}
    for view in INBOX_VIEWS:
        acts: dict[str, Act] = {
            "small": lambda view=view: few.rows(view),  # type: ignore[misc]
            "large": lambda view=view: many.rows(view),  # type: ignore[misc]
        }
        shown = [len(few.rows(view)), len(many.rows(view))]
        lists[view] = {"rows": shown} | _compared(by_turns(acts, pace))
    counts = by_turns({"small": few.counts, "large": many.counts}, pace)
    return {
        "cases": [min(FEW, cases), cases],
        "open": [_open(few), _open(many)],
        "rows_on_the_page": [len(few.rows("all")), len(many.rows("all"))],
        **summary(page["open"]),
        "growth": growth(page["large"], page["small"]),
        "lists": lists,
        "counts": _compared(counts),
        "slowest": _slowest(many, pace),
        "deep": _deep(many, pace),
        "plans": _plans(many, cases),
        **pace.shown(),
    }


def _open(inbox: InboxClient) -> int:
    from tenants.isolation.schema_switch import agency_context  # noqa: PLC0415

    states = "'received', 'in_progress', 'awaiting_citizen', 'reopened'"
    with agency_context(inbox.agency):
        ((held,),) = ask(f"SELECT count(*) FROM {CASES} WHERE status IN ({states})")
    return int(str(held))


def _compared(timings: Timings) -> dict[str, object]:
    return summary(timings["large"]) | {"growth": growth(timings["large"], timings["small"])}


def _slowest(inbox: InboxClient, pace: Pace) -> dict[str, object]:
    """Measure every filter with every sort over HTTP.

    Returns the slowest filter and sort for open cases and for all cases.
    """
    from shared.complaints.selectors import SORTS_BY_DATE, ListSort  # noqa: PLC0415

    # A few calls of each page suffice to find the slow pages among hundreds.
    few = Pace(rounds=min(pace.rounds, 3), times=min(pace.times, 20))
    found: dict[str, object] = {}
    for view, sorts in (("open", tuple(ListSort)), ("all", SORTS_BY_DATE)):
        acts: dict[str, Act] = {
            f"{name} by {sort}": _page_of(inbox, view, sort, only)
            for name, only in FILTERS.items()
            for sort in sorts
        }
        timings = {name: summary(timing) for name, timing in by_turns(acts, few).items()}
        worst = max(timings, key=lambda name: timings[name]["p95_ms"])
        found[view] = {"pairs": len(timings), "slowest": worst, **timings[worst]}
    return found


def _page_of(
    inbox: InboxClient, view: str, sort: str, only: Mapping[str, Any]
) -> Callable[[], None]:
    return lambda: inbox.page(only, view=view, sort=sort)


def _deep(inbox: InboxClient, pace: Pace) -> dict[str, object]:
    """Compare a late page of the list of all cases with the list's first page."""
    from agency_console.access.forms import position_text  # noqa: PLC0415

    number, after, expected = _deep_position(inbox)
    require(inbox.rows("all", after) == expected, f"page {number} shows other cases")
    rows = by_turns(
        {"first": lambda: inbox.rows("all"), "deep": lambda: inbox.rows("all", after)}, pace
    )
    address = position_text(after)
    page = by_turns(
        {
            "first": lambda: inbox.page(view="all"),
            "deep": lambda: inbox.page(view="all", after=address),
        },
        pace,
    )
    return {
        "page": number,
        **growth(rows["deep"], rows["first"]),
        "selector": summary(rows["deep"]),
        "over_http": summary(page["deep"]) | {"growth": growth(page["deep"], page["first"])},
    }


def _deep_position(inbox: InboxClient) -> "tuple[int, InboxPosition, list[str]]":
    """Return a late page's number, its start, and the references that OFFSET finds on it."""
    from agency_console.inbox.selectors.pages import PAGE_SIZE  # noqa: PLC0415
    from shared.complaints.types import InboxPosition  # noqa: PLC0415
    from tenants.isolation.schema_switch import agency_context  # noqa: PLC0415

    with agency_context(inbox.agency):
        ((held,),) = ask(f"SELECT count(*) FROM {CASES}")
        number = max(min(DEEP_PAGE, int(str(held)) // PAGE_SIZE * 3 // 5), 2)
        before = (number - 1) * PAGE_SIZE
        rows = ask(
            f"SELECT received_at, id, reference FROM {CASES} ORDER BY {IN_ORDER}"
            " OFFSET %s LIMIT %s",
            before - 1,
            PAGE_SIZE + 1,
        )
    (received_at, case_id, _last), *page = rows
    after = InboxPosition(at=received_at, case_id=case_id)  # type: ignore[arg-type]
    return number, after, [str(one) for _at, _id, one in page]


def _plans(inbox: InboxClient, cases: int) -> dict[str, object]:
    """Return the milliseconds and the indexes of each statement that reads cases."""
    from shared.complaints.selectors import INBOX_VIEWS, ListSort  # noqa: PLC0415
    from tenants.isolation.schema_switch import agency_context  # noqa: PLC0415

    _number, after, _rows = _deep_position(inbox)
    acts: dict[str, Act] = {
        **{view: lambda view=view: inbox.rows(view) for view in INBOX_VIEWS},  # type: ignore[misc]
        "deep": lambda: inbox.rows("all", after),
        "counts": inbox.counts,
    }
    for sort in ListSort:
        acts[f"by_{sort}"] = lambda sort=sort: inbox.rows("open", sort=sort)  # type: ignore[misc]
    for name, only in FILTERS.items():
        acts |= {
            f"{name}_open": lambda only=only: inbox.rows("open", only=only),  # type: ignore[misc]
            f"{name}_all": lambda only=only: inbox.rows("all", only=only),  # type: ignore[misc]
            f"{name}_counts": lambda only=only: inbox.counts(only),  # type: ignore[misc]
        }
    found: dict[str, object] = {}
    for name, act in acts.items():
        with agency_context(inbox.agency):
            for plan in plans(act, table=CASES):
                whole = plan.whole_tables & {CASES}
                require(not whole or cases < MIN_FOR_PLANS, f"{name} reads the whole table")
                found[name] = {
                    "sql_ms": round(plan.milliseconds, 2),
                    "most_rows": plan.rows,
                    "indexes": sorted(plan.indexes),
                }
    return found


def _arguments() -> argparse.Namespace:
    parser = options_of(__doc__)
    parser.add_argument("--cases", type=int, default=MANY, help="In the large agency.")
    return parser.parse_args()


if __name__ == "__main__":
    main()
