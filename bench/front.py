"""The first page's requests a second, divided by those of a bare Django view.

The bare view (bench/bare.py) sends the same bytes without any middleware. The same gunicorn serves
both, and they are measured by turns. ``ratio``: without compression. ``ratio_compressed``: for a
browser that accepts compressed pages. ``ratio_with_session``: for a reader with a session, whose
page is not shared. ``processor_ms``: the workers' processor time for one answer. Prints one JSON
object as its last line.
"""

import argparse
import json
import platform
import socket
import statistics
from collections.abc import Callable, Iterator, Mapping

from bench.bare_site import bare_site
from bench.figures import register_fill
from bench.fleet import FEW, fleet
from bench.measuring import require
from bench.serving import Served, answer_of, rate, request, site_served

ROUNDS, SECONDS, CLIENTS = 7, 2.0, 8
CASES = 20_000
PAGE = "/fr/"
SIDES = {
    "": b"",
    "_compressed": b"Accept-Encoding: gzip\r\n",
    "_with_session": b"Cookie: sessionid=a\r\n",
}
# Requests a second, and milliseconds of processor time for each answer.
Round = Mapping[str, tuple[float, float]]


def main() -> None:
    """Fill the register, start both servers, and measure both servers by turns."""
    arguments = _arguments()
    with fleet(arguments.agencies) as codes:
        register_fill(codes, cases=arguments.cases)
        with site_served() as ours, bare_site(_page_of(ours)) as bare:
            found = list(_rounds(ours, bare, arguments))
    machine = f"{platform.machine()}, Python {platform.python_version()}"
    told = {"bench": "front", **_figures(found), "clients": CLIENTS, "rounds": len(found)}
    print(json.dumps({**told, "machine": machine}))


def _page_of(ours: Served) -> bytes:
    """Return the site's first page as it is sent without compression."""
    with socket.create_connection(("127.0.0.1", ours.port), timeout=30) as wire:
        head, _gap, body = answer_of(wire, request(PAGE)).partition(b"\r\n\r\n")
    require(head.startswith(b"HTTP/1.1 200"), "the first page is not answered")
    return body


def _rounds(ours: Served, bare: Served, arguments: argparse.Namespace) -> Iterator[Round]:
    sides: dict[str, Callable[[], tuple[float, float]]] = {
        "bare": lambda: _measured(bare, b"", arguments.seconds)
    }
    for name, header in SIDES.items():
        sides[f"ours{name}"] = lambda header=header: _measured(ours, header, arguments.seconds)  # type: ignore[misc]
    for side in sides.values():
        side()
    for _round in range(arguments.rounds):
        yield {name: side() for name, side in sides.items()}


def _measured(served: Served, header: bytes, seconds: float) -> tuple[float, float]:
    asked = request(PAGE).removesuffix(b"\r\n") + header + b"\r\n"
    before = served.processor_seconds()
    reached = rate(served.port, [asked] * CLIENTS, clients=CLIENTS, seconds=seconds)
    used = served.processor_seconds() - before
    return reached, 1000 * used / max(reached * seconds, 1)


def _figures(found: list[Round]) -> dict[str, object]:
    names = list(found[0])
    figures: dict[str, object] = {
        "rate": {name: round(_median(found, name, 0)) for name in names},
        "processor_ms": {name: round(_median(found, name, 1), 3) for name in names},
    }
    for name in SIDES:
        shares = [one[f"ours{name}"][0] / one["bare"][0] for one in found]
        figures[f"ratio{name}"] = round(statistics.median(shares), 2)
        figures[f"range{name}"] = [round(min(shares), 2), round(max(shares), 2)]
    return figures


def _median(found: list[Round], name: str, place: int) -> float:
    return statistics.median(one[name][place] for one in found)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agencies", type=int, default=FEW)
    parser.add_argument("--cases", type=int, default=CASES, help="In the register.")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="For each side of a round.")
    return parser.parse_args()


if __name__ == "__main__":
    main()
