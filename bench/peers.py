"""Our site and django-helpdesk, on one machine and one PostgreSQL server, by turns.

``filing``: filings a second of eight clients, ours (``POST /api/v1/complaints/``) divided by theirs
(the public ticket form as a real POST with its CSRF token). ``list``: the milliseconds of the staff
list of a queue of 100,000 tickets (the page, and the JSON of its first 25 rows, which its script
asks for) divided by those of our inbox page with 50 of as many cases. ``list_open``: the same with
open cases only, a few percent on both sides. ``search``: the lists of all cases, searched for drawn
words of subjects and bodies. Each side is served by gunicorn with as many
processes and threads, with the same version of Django. django-helpdesk is installed from the
package registry into var/ by the first run. Prints one JSON object as its last line.
"""

import argparse
import json
import socket
import statistics
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import cycle
from pathlib import Path
from random import Random
from urllib.parse import urlencode

from bench.casefile import agent_ensure, case_reference, cases_fill
from bench.filling import SEED
from bench.fleet import fleet
from bench.generated_text import RARE, RARE_EVERY, TextGenerator
from bench.helpdesk import HELPDESK, OPEN_EVERY, Helpdesk, helpdesk, ticket_count
from bench.installation import database_name, database_url
from bench.measuring import Act, Pace, Timings, by_turns, report, require
from bench.serving import answered, rate, request, site_served
from bench.traffic import filing

# The first agency is read; the second gets the filings, so that the first keeps its content.
AGENCIES = 2
CASES, ROUNDS, SECONDS, TIMES, CLIENTS = 100_000, 5, 3.0, 8, 8
Round = Mapping[str, float]


class Inbox:
    """The inbox page of an agency over HTTP, for a signed-in agent."""

    def __init__(self, port: int, code: str) -> None:
        from django.conf import settings  # noqa: PLC0415 - there are none before configure()
        from django.test import Client  # noqa: PLC0415

        from tenants.agencies.selectors import agency_by_code  # noqa: PLC0415
        from tenants.isolation.schema_switch import agency_context  # noqa: PLC0415
        from tests.support.sessions import open_session  # noqa: PLC0415

        agency = agency_by_code(code)
        agent = agent_ensure(agency)
        host = f"{code}.{settings.BASE_DOMAIN}"
        client = Client(headers={"host": host})
        with agency_context(agency):
            open_session(client, agent)
        cookies = "; ".join(f"{name}={one.value}" for name, one in client.cookies.items())
        self._port, self._head = port, f"Host: {host}\r\nCookie: {cookies}\r\n\r\n"

    def list_page(self, word: str = "", *, view: str = "all") -> bytes:
        """Load a list of cases, or of those with the word; return the answer."""
        asked = urlencode({"view": view} | ({"q": word} if word else {}))
        with socket.create_connection(("127.0.0.1", self._port), timeout=120) as wire:
            return answered(wire, f"GET /?{asked} HTTP/1.1\r\n{self._head}".encode())


def main() -> None:
    """Fill both databases, serve both sites, and measure both by turns."""
    arguments = _arguments()
    with fleet(arguments.agencies) as codes, tempfile.TemporaryDirectory() as folder:
        _histories(codes[:AGENCIES], arguments.cases)
        with (
            site_served() as ours,
            helpdesk(cases=arguments.cases, folder=Path(folder)) as theirs,
        ):
            inbox = Inbox(ours.port, codes[0])
            _require_found(inbox, theirs, codes[0], arguments.cases)
            figures = _reading(inbox, theirs, arguments)
            figures |= _filing(ours.port, theirs, codes[1], arguments)
    told = {"cases": arguments.cases, "peer": HELPDESK, "clients": CLIENTS}
    report("peers", figures | told | {"rounds": arguments.rounds, "times": arguments.times})


def _histories(codes: Sequence[str], cases: int) -> None:
    from shared.complaints.models import Complaint  # noqa: PLC0415 - none before configure
    from tenants.agencies.selectors import agency_by_code  # noqa: PLC0415
    from tenants.isolation.schema_switch import agency_context  # noqa: PLC0415

    for number, code in enumerate(codes):
        agency = agency_by_code(code)
        with agency_context(agency):
            present = Complaint.objects.count()
        # The agency that gets filings has more from each run on.
        if present < cases or (number == 0 and present != cases):
            cases_fill(agency, cases=cases, with_texts=True)


def _require_found(inbox: Inbox, theirs: Helpdesk, code: str, cases: int) -> None:
    """Check both lists and both searches, because wrong pages would make the figures wrong."""
    from tenants.agencies.selectors import agency_by_code  # noqa: PLC0415

    agency = agency_by_code(code)
    require(theirs.list_page() == cases, "the ticket list does not count all tickets")
    few = cases // OPEN_EVERY
    require(theirs.list_page(only_open=True) == few, "the list of open tickets has other tickets")
    latest = case_reference(agency, cases).encode()
    require(latest in inbox.list_page(), "the inbox does not show the latest case")
    rare = (cases + RARE_EVERY // 2) // RARE_EVERY
    require(theirs.list_page(RARE) == rare, "the ticket search does not find the rare word")
    if rare:
        first = case_reference(agency, RARE_EVERY // 2).encode()
        require(first in inbox.list_page(RARE), "our search does not find the rare word")


def _reading(inbox: Inbox, theirs: Helpdesk, arguments: argparse.Namespace) -> dict[str, object]:
    words = TextGenerator(seed=SEED).words(arguments.times, Random(SEED))
    pace = Pace(rounds=arguments.rounds, times=arguments.times)
    lists: dict[str, Act] = {"ours": inbox.list_page, "theirs": theirs.list_page}
    searches = {
        "ours": _search(inbox.list_page, words),
        "theirs": _search(theirs.list_page, words),
    }
    opened: dict[str, Act] = {
        "ours": lambda: inbox.list_page(view="open"),
        "theirs": lambda: theirs.list_page(only_open=True),
    }
    timed = _times("list", by_turns(lists, pace)) | _times("list_open", by_turns(opened, pace))
    return timed | _times("search", by_turns(searches, pace))


def _search(page: Callable[[str], object], words: Sequence[str]) -> Act:
    """Return an act that searches for the next word at each call."""
    following: Iterator[str] = cycle(words)
    return lambda: page(next(following))


def _times(name: str, found: Timings) -> dict[str, object]:
    rounds = [
        {side: statistics.median(found[side][number]) * 1000 for side in found}
        for number in range(len(found["ours"]))
    ]
    return _compared(name, "ms", rounds, [one["theirs"] / one["ours"] for one in rounds])


def _filing(
    port: int, theirs: Helpdesk, code: str, arguments: argparse.Namespace
) -> dict[str, object]:
    ours = [request("/api/v1/complaints/", json.dumps(filing(code)).encode())] * CLIENTS
    form = [theirs.form_request()] * CLIENTS
    seconds = arguments.seconds
    sides: dict[str, Callable[[], float]] = {
        "ours": lambda: rate(port, ours, clients=CLIENTS, seconds=seconds),
        # A form that was accepted is answered with a redirect, a refused one with 200.
        "theirs": lambda: rate(theirs.port, form, clients=CLIENTS, seconds=seconds, status=b"302"),
    }
    url = database_url(database_name("helpdesk"))
    before = ticket_count(url)
    for side in sides.values():
        side()
    rounds = [{name: side() for name, side in sides.items()} for _ in range(arguments.rounds)]
    written = sum(one["theirs"] for one in rounds) * seconds
    require(ticket_count(url) - before >= written, "tickets that were accepted are not stored")
    return _compared(
        "filing", "per_second", rounds, [one["ours"] / one["theirs"] for one in rounds]
    )


def _compared(
    name: str, unit: str, rounds: Sequence[Round], ratios: Sequence[float]
) -> dict[str, object]:
    return {
        name: round(statistics.median(ratios), 1),
        f"{name}_range": [round(min(ratios), 1), round(max(ratios), 1)],
        f"{name}_{unit}": {
            side: round(statistics.median(one[side] for one in rounds), 1)
            for side in ("ours", "theirs")
        },
    }


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agencies", type=int, default=AGENCIES, help="Two of them are used.")
    parser.add_argument("--cases", type=int, default=CASES, help="On each side.")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="Of filing, each side.")
    parser.add_argument("--times", type=int, default=TIMES, help="Lists and searches in a round.")
    return parser.parse_args()


if __name__ == "__main__":
    main()
