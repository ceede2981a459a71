"""Whether an inbox stays as quick as it was when its agency has five hundred thousand cases.

Two agencies of the same installation, one with few cases and one with many, are asked by turns:
each list through its selector, the numbers beside the lists, and the whole first page over HTTP
with a signed-in agent. The same in the large one for the cases of one body, common or rare, and of
one category. In the large one page 6,000 is compared with page 1, and the plan of every
statement is looked at. ``--cases N`` for another number.
"""

import argparse
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from bench.casefile import BODIES, CASES, agent_ensure, cases_fill
from bench.filling import ask, site
from bench.measuring import (
    Act,
    Pace,
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
    from shared.complaints.types import InboxPosition
    from tenants.models import Agency

FEW, MANY = 1_000, 500_000
NO_FILTER: Mapping[str, str] = MappingProxyType({})
# A tenth of all cases, a handful, one in thirty-one, and both.
FILTERS: Mapping[str, Mapping[str, str]] = {
    "body": {"organisation_code": "body-0"},
    "rare_body": {"organisation_code": f"body-{BODIES - 1}"},
    "category": {"category_code": "category-7"},
    "both": {"organisation_code": "body-0", "category_code": "category-7"},
}
IN_ADDRESS = {"organisation_code": "body", "category_code": "category"}
DEEP_PAGE = 6_000
# Below this, PostgreSQL rightly reads a table of some pages from end to end.
MIN_FOR_PLANS = 50_000
IN_ORDER = "due_on NULLS LAST, id"


class InboxClient:
    """One agent, signed in at one agency, who reads its inbox."""

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
        only: Mapping[str, str] = NO_FILTER,
    ) -> list[str]:
        """The references of one page of a list, through the selector."""
        from agency_console.inbox.enums import InboxView  # noqa: PLC0415
        from agency_console.inbox.selectors import inbox_page  # noqa: PLC0415
        from agency_console.inbox.types import InboxQuery  # noqa: PLC0415
        from shared.complaints.selectors import CaseFilter  # noqa: PLC0415
        from tenants.isolation.schema_switch import agency_context  # noqa: PLC0415

        query = InboxQuery(after=after, text=text, only=CaseFilter(**only))
        with agency_context(self.agency):
            found = inbox_page(view=InboxView(view), query=query, officer=self.agent)
        return [case.reference for case in found.cases]

    def counts(self, only: Mapping[str, str] = NO_FILTER) -> dict[str, int]:
        """The numbers beside the lists."""
        from agency_console.inbox.selectors import list_counts  # noqa: PLC0415
        from shared.complaints.selectors import CaseFilter  # noqa: PLC0415
        from tenants.isolation.schema_switch import agency_context  # noqa: PLC0415

        with agency_context(self.agency):
            return list_counts(officer=self.agent, only=CaseFilter(**only))

    def page(self, **asked: str) -> None:
        """The whole page over HTTP."""
        from tenants.isolation.schema_switch import start_in  # noqa: PLC0415

        answer = self._client.get("/", asked)
        start_in(None)
        require(answer.status_code == 200, f"the inbox answers {answer.status_code}")


def main() -> None:
    """Fill two agencies, measure them by turns, check the plans."""
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
    """The figures of the line: the page, each list, the numbers, the deep page, the plans."""
    from shared.complaints.selectors import INBOX_VIEWS  # noqa: PLC0415

    # All open: the two agencies have other numbers of cases, but both fill this page.
    page = by_turns(
        {"small": lambda: few.page(view="open"), "large": lambda: many.page(view="open")},
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
        "rows_on_the_page": [len(few.rows("open")), len(many.rows("open"))],
        **summary(page["large"]),
        "growth": growth(page["large"], page["small"]),
        "lists": lists,
        "counts": _compared(counts),
        "filters": {name: _filtered(many, only, pace) for name, only in FILTERS.items()},
        "deep": _deep(many, pace),
        "plans": _plans(many, cases),
        **pace.shown(),
    }


def _compared(timings: dict[str, list[list[float]]]) -> dict[str, object]:
    return summary(timings["large"]) | {"growth": growth(timings["large"], timings["small"])}


def _filtered(inbox: InboxClient, only: Mapping[str, str], pace: Pace) -> dict[str, object]:
    """The lists of open and of all cases of a choice, its numbers, and its page, each by itself."""
    address = {IN_ADDRESS[column]: code for column, code in only.items()}
    timings = by_turns(
        {
            "open": lambda: inbox.rows("open", only=only),
            "all": lambda: inbox.rows("all", only=only),
            "counts": lambda: inbox.counts(only),
            "page": lambda: inbox.page(view="open", **address),
        },
        pace,
    )
    shown = {"cases": inbox.counts(only)["all"]}
    return shown | {name: summary(timing) for name, timing in timings.items()}


def _deep(inbox: InboxClient, pace: Pace) -> dict[str, object]:
    """A page far down the list of all cases, beside its first page."""
    from agency_console.inbox.filters import position_text  # noqa: PLC0415

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
    """The number of the page, where it begins, and what OFFSET finds on it."""
    from agency_console.inbox.selectors import PAGE_SIZE  # noqa: PLC0415
    from shared.complaints.types import InboxPosition  # noqa: PLC0415
    from tenants.isolation.schema_switch import agency_context  # noqa: PLC0415

    with agency_context(inbox.agency):
        ((held,),) = ask(f"SELECT count(*) FROM {CASES}")
        number = max(min(DEEP_PAGE, int(str(held)) // PAGE_SIZE * 3 // 5), 2)
        before = (number - 1) * PAGE_SIZE
        rows = ask(
            f"SELECT due_on, id, reference FROM {CASES} ORDER BY {IN_ORDER} OFFSET %s LIMIT %s",
            before - 1,
            PAGE_SIZE + 1,
        )
    (due_on, case_id, _last), *page = rows
    after = InboxPosition(due_on=due_on, case_id=case_id)  # type: ignore[arg-type]
    return number, after, [str(one) for _due_on, _id, one in page]


def _plans(inbox: InboxClient, cases: int) -> dict[str, object]:
    """Of each statement on the cases: its milliseconds, and the index that it used."""
    from shared.complaints.selectors import INBOX_VIEWS  # noqa: PLC0415
    from tenants.isolation.schema_switch import agency_context  # noqa: PLC0415

    _number, after, _rows = _deep_position(inbox)
    acts: dict[str, Act] = {
        **{view: lambda view=view: inbox.rows(view) for view in INBOX_VIEWS},  # type: ignore[misc]
        "deep": lambda: inbox.rows("all", after),
        "counts": inbox.counts,
    }
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
