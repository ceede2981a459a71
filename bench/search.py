"""How long the inbox searches for words among the five hundred thousand cases of one agency.

Searched through the selector: words that no, few, many or only the latest cases have, two words, a
word that only messages contain, a phrase, an Arabic word with diacritics, a French word, a person,
and half a reference. Over HTTP and through the selector: hundreds of words, chosen as often as
people write them. All searches are in the list of all cases, with their messages and notes. Also
measured: the search hits of one page, and ``subject ILIKE '%word%'``.
"""

import argparse
import time
from random import Random
from typing import TYPE_CHECKING

from bench.case_texts import RARE_IN_MESSAGES
from bench.casefile import CASES, case_reference, cases_fill
from bench.filling import SEED, ask, site
from bench.generated_text import RARE, RARE_EVERY, RECENT, TextGenerator
from bench.inbox import MANY, MIN_FOR_PLANS, InboxClient
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

TIMES = 10
DRAWN = 100
WAY_BEFORE = f"SELECT id FROM {CASES} WHERE subject ILIKE %s ORDER BY due_on, id LIMIT 51"


def main() -> None:
    """Fill an agency and search in its cases."""
    arguments = _arguments()
    with site() as agencies:
        # Not the agency of bench.inbox, whose cases have no messages.
        large = agencies[3]
        cases_fill(large, cases=arguments.cases, with_texts=True)
        figures = measured(large, arguments.cases, arguments.drawn, pace_of(arguments))
    report("search", figures)


def measured(agency: "Agency", cases: int, drawn: int, pace: Pace) -> dict[str, object]:
    """Return the figures of the result line; ``p95_ms`` is of random words over HTTP."""
    inbox = InboxClient(agency)
    asked = _asked(agency, cases)
    _require_found(inbox, asked, cases)
    acts: dict[str, Act] = {
        name: lambda text=text: inbox.rows("all", text=text)  # type: ignore[misc]
        for name, text in asked.items()
    }
    words = TextGenerator(seed=SEED).words(drawn, Random(SEED))
    return {
        "cases": cases,
        **summary([[_seconds(inbox, word) for word in words] for _ in range(pace.rounds)]),
        "selector": summary(
            [[_seconds(inbox, word, http=False) for word in words] for _ in range(pace.rounds)]
        ),
        "drawn": drawn,
        "words": {
            name: summary(found) | {"shown": len(inbox.rows("all", text=asked[name]))}
            for name, found in by_turns(acts, pace).items()
        },
        "marks": summary(by_turns({"marks": lambda: _marks(inbox, "route")}, pace)["marks"]),
        "before": _before(inbox, ["qwertz", words[0]], pace),
        "plans": _plans(inbox, acts, cases),
        **pace.shown(),
    }


def _asked(agency: "Agency", cases: int) -> dict[str, str]:
    return {
        "none": "qwertz",
        "few": RARE,
        "latest": RECENT,
        "many": "route",
        "many_and_latest": f"retard {RECENT}",
        "in_messages": RARE_IN_MESSAGES,
        "phrase": '"retard dossier"',
        "rare_phrase": f'"{RARE} dossier"',
        "arabic": "إنارةُ",
        "french": "École",
        "person": "person 4711",
        "beginning": "cha",
        "number": case_reference(agency, cases // 2)[:8],
    }


def _require_found(inbox: InboxClient, asked: dict[str, str], cases: int) -> None:
    """Check the search results, because wrong results would make the figures meaningless."""
    found = {name: inbox.rows("all", text=text) for name, text in asked.items()}
    require(not found["none"], "a word that nobody used is found")
    few = (cases + RARE_EVERY // 2) // RARE_EVERY
    require(len(found["few"]) == min(few, 50), f"of {few} cases {len(found['few'])} are found")
    for name in ("latest", "many", "arabic", "french", "in_messages", "phrase", "person"):
        # Among few cases, no case may contain the phrase, the message's word or the person.
        is_sure = cases >= MIN_FOR_PLANS or name in ("latest", "many", "arabic", "french")
        require(found[name] or not is_sure, f"{name}: what is in use is not found")
    wanted = case_reference(inbox.agency, cases // 2)
    require(wanted in found["number"], "half a number does not find its case")


def _seconds(inbox: InboxClient, word: str, *, http: bool = True) -> float:
    began = time.perf_counter()
    if http:
        inbox.page(view="all", q=word)
    else:
        inbox.rows("all", text=word)
    return time.perf_counter() - began


def _marks(inbox: InboxClient, text: str) -> None:
    """Compute the search hits of the fifty cases of a page."""
    from shared.complaints.selectors import search_hits  # noqa: PLC0415
    from tenants.isolation.schema_switch import agency_context  # noqa: PLC0415

    with agency_context(inbox.agency):
        page = [
            int(str(case)) for (case,) in ask(f"SELECT id FROM {CASES} ORDER BY id DESC LIMIT 50")
        ]
        require(len(search_hits(page, text)) == len(page), "a case of the page is not shown")


def _before(inbox: InboxClient, words: list[str], pace: Pace) -> dict[str, object]:
    """Return the milliseconds of the former search, for an unused and a frequent word."""
    from tenants.isolation.schema_switch import agency_context  # noqa: PLC0415 - nothing before configure()

    with agency_context(inbox.agency):
        timings = by_turns(
            {word: lambda word=word: ask(WAY_BEFORE, f"%{word}%") for word in words},  # type: ignore[misc]
            Pace(rounds=min(pace.rounds, 5), times=2),
        )
    names = ("none", "frequent")
    return {name: summary(found) for name, found in zip(names, timings.values(), strict=True)}


def _plans(inbox: InboxClient, acts: dict[str, Act], cases: int) -> dict[str, object]:
    from tenants.isolation.schema_switch import agency_context  # noqa: PLC0415

    found: dict[str, object] = {}
    for name, act in acts.items():
        with agency_context(inbox.agency):
            # For a phrase, the search reads the cases and their texts before the list.
            done = plans(act, table=CASES)
        whole = {table for plan in done for table in plan.whole_tables} & {CASES}
        require(not whole or cases < MIN_FOR_PLANS, f"{name} reads the whole table")
        found[name] = {
            "sql_ms": round(sum(plan.milliseconds for plan in done), 2),
            "most_rows": max(plan.rows for plan in done),
            "indexes": sorted({index for plan in done for index in plan.indexes}),
        }
    return found


def _arguments() -> argparse.Namespace:
    parser = options_of(__doc__, times=TIMES)
    parser.add_argument("--cases", type=int, default=MANY)
    parser.add_argument("--drawn", type=int, default=DRAWN, help="Words drawn.")
    return parser.parse_args()


if __name__ == "__main__":
    main()
