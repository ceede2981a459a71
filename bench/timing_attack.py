"""Whether an answer, or its time, tells an outsider that a reference exists.

Unknown references, and references of cases with a wrong e-mail or receipt code, are sent in a
random order over REST and to the page. Both answers must be the same in status, headers and text;
their times are compared by Welch's t-test (Reparaz, Balasch and Verbauwhede, "Dude, is my code
constant time?", 2017): above 4.5 an outsider could distinguish them. As in the paper, the slowest
answers are also left out at several quantiles, because they hide small differences. The same test
with true pairs shows whether the test would find a difference at all.
"""

import argparse
import os
import re
import secrets
import socket
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from math import sqrt
from random import Random
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from bench.casefile import case_email, case_reference, cases_fill
from bench.filling import SEED, reference, site as filled_site
from bench.measuring import report, require
from bench.routes import routes_fill
from bench.serving import answer_of, request, site

if TYPE_CHECKING:
    from tenants.models import Agency

TRIES = 20_000
CASES = 10_000
# A few true pairs suffice, because they differ clearly; each true pair adds a token row.
CONTROL = 1_000
MAX_T_SIZE = 4.5
QUANTILES = (1.0, 0.99, 0.95, 0.9, 0.75, 0.5)
UNKNOWN, WRONG = "unknown", "wrong"
# The parts that differ between any two answers to the same request.
FLEETING = re.compile(
    rb"(?i)^date: .*$|; expires=[^;]*|name=\"csrfmiddlewaretoken\" value=\"[^\"]*\"", re.MULTILINE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """The two values that a person types, a reference and a secret, as long in all pairs."""

    reference: str
    secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Welch's t by the quantile kept, median milliseconds, and the number of unequal answers."""

    t: dict[str, float]
    unknown_ms: float
    wrong_ms: float
    differing_answers: int

    @property
    def largest(self) -> float:
        """Return the largest absolute value of t."""
        return max(map(abs, self.t.values()))


class Door:
    """A way to try a pair: the function that makes the request, and a connection."""

    def __init__(self, port: int, ask: Callable[[Pair, str], bytes]) -> None:
        self._port, self._ask = port, ask
        self._tries = 0

    @contextmanager
    def opened(self) -> Iterator[None]:
        """Open a connection during the block; the site closes connections idle for a minute."""
        with socket.create_connection(("127.0.0.1", self._port), timeout=15) as self._wire:
            self._wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            yield

    def try_one(self, pair: Pair) -> tuple[float, bytes]:
        """Try a pair; return the seconds, and the answer without its typed and changing parts."""
        self._tries += 1
        asked = self._ask(pair, _address(self._tries))
        began = time.perf_counter()
        answer = answer_of(self._wire, asked)
        taken = time.perf_counter() - began
        for typed in (pair.secret, pair.reference):
            answer = answer.replace(typed.encode(), b"*" * len(typed))
        return taken, FLEETING.sub(b"", answer)


def main() -> None:
    """Fill an installation, serve it, and try REST and the page with e-mail and receipt code."""
    arguments = _arguments()
    # Each try has its own client address, because the rate limits would refuse a shared address.
    os.environ["TRUSTED_PROXIES"] = "1"
    # With the usual limit, the failed lookups of all addresses would require a proof of work.
    os.environ["FAILED_LOOKUPS_PER_SECOND"] = "1000000"
    with filled_site() as agencies, ExitStack() as cleanup:
        cases = min(CASES, arguments.tries)
        cases_fill(agencies[2], cases=cases)
        routes_fill(agencies[2], agencies, cases=cases, routes=cases)
        port = cleanup.enter_context(site(alone=True))
        doors = {"rest": Door(port, _over_rest), "page": Door(port, _page_of(port))}
        found = {
            f"{name}_{half}": _compared(door, agencies[2], half, cases, arguments.tries)
            for name, door in doors.items()
            for half in ("email", "code")
        }
        control = _control(doors["rest"], agencies[2], cases)
    worst = max(one.largest for one in found.values())
    report(
        "timing_attack",
        {
            "tries": arguments.tries,
            "largest_t": worst,
            "told_apart": worst >= MAX_T_SIZE,
            "differing_answers": sum(one.differing_answers for one in found.values()),
            "control_t": control,
            **{name: asdict(one) for name, one in found.items()},
        },
    )
    # With few tries, even true pairs may not differ enough to be found.
    is_judged = min(CONTROL, cases) == CONTROL
    require(
        control >= MAX_T_SIZE or not is_judged,
        f"true pairs are not told apart either: t is {control}",
    )


def _compared(door: Door, agency: "Agency", half: str, cases: int, tries: int) -> Comparison:
    rng = Random(SEED)
    kinds = [UNKNOWN, WRONG] * (tries // 2)
    rng.shuffle(kinds)
    # The cases take turns, because the limits would refuse a case that chance repeats too often.
    order = rng.sample(range(1, cases + 1), cases)
    times: dict[str, list[float]] = {UNKNOWN: [], WRONG: []}
    answers: set[bytes] = set()
    with door.opened():
        for number, kind in enumerate(kinds):
            place = order[len(times[kind]) % cases]
            known, strange = case_reference(agency, place), reference(place, seed=SEED + 1)
            pair = Pair(
                reference=known if kind == WRONG else strange, secret=_wrong_secret(half, number)
            )
            taken, answer = door.try_one(pair)
            answers.add(answer)
            times[kind].append(taken)
    return _comparison(times, answers)


def _control(door: Door, agency: "Agency", cases: int) -> float:
    times: dict[str, list[float]] = {UNKNOWN: [], WRONG: []}
    # The control sends true pairs where the other test sends unknown references.
    with door.opened():
        for number in range(1, min(CONTROL, cases) + 1):
            true = Pair(reference=case_reference(agency, number), secret=case_email(number))
            false = Pair(reference=true.reference, secret=_wrong_secret("email", number))
            times[WRONG].append(door.try_one(false)[0])
            times[UNKNOWN].append(door.try_one(true)[0])
    return _comparison(times, {b""}).largest


def _comparison(times: dict[str, list[float]], answers: set[bytes]) -> Comparison:
    return Comparison(
        t=_welch_at_quantiles(times[UNKNOWN], times[WRONG]),
        unknown_ms=round(statistics.median(times[UNKNOWN]) * 1000, 3),
        wrong_ms=round(statistics.median(times[WRONG]) * 1000, 3),
        differing_answers=len(answers) - 1,
    )


def _welch_at_quantiles(one: Sequence[float], other: Sequence[float]) -> dict[str, float]:
    """Return Welch's t for the values up to each quantile of both samples together."""
    together = sorted([*one, *other])
    found = {}
    for quantile in QUANTILES:
        limit = together[max(int(len(together) * quantile) - 1, 0)]
        kept = [[value for value in sample if value <= limit] for sample in (one, other)]
        found[f"{quantile:g}"] = round(_welch(*kept), 2)
    return found


def _welch(one: Sequence[float], other: Sequence[float]) -> float:
    spread = statistics.variance(one) / len(one) + statistics.variance(other) / len(other)
    return (statistics.fmean(one) - statistics.fmean(other)) / sqrt(spread)


def _wrong_secret(half: str, number: int) -> str:
    # A new value for each try, because the rate limit would refuse a repeated address.
    drawn = secrets.randbelow(10**16)
    return f"{drawn:016d}" if half == "code" else f"{drawn:016d}.{number:05d}@example.org"


def _address(number: int) -> str:
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


def _over_rest(pair: Pair, address: str) -> bytes:
    half = "email" if "@" in pair.secret else "receipt_code"
    body = f'{{"reference":"{pair.reference}","{half}":"{pair.secret}"}}'.encode()
    return _from(address, request("/api/v1/tracking/", body))


def _page_of(port: int) -> Callable[[Pair, str], bytes]:
    """Return a function that makes the request of the page's form, as a browser does."""
    with socket.create_connection(("127.0.0.1", port), timeout=15) as wire:
        page = answer_of(wire, request("/fr/track/"))
    token = next(_found(rb'name="csrfmiddlewaretoken" value="([^"]+)"', page))
    cookie = next(_found(rb"(?i)^set-cookie:\s*([\w-]*csrftoken=[^;]+)", page))

    def ask(pair: Pair, address: str) -> bytes:
        fields = {
            "csrfmiddlewaretoken": token,
            "reference": pair.reference,
            "secret": pair.secret,
        }
        body = urlencode(fields).encode()
        asked = request("/fr/track/", body).replace(
            b"application/json", b"application/x-www-form-urlencoded"
        )
        return _from(address, asked.replace(b"\r\n", f"\r\nCookie: {cookie}\r\n".encode(), 1))

    return ask


def _found(pattern: bytes, page: bytes) -> Iterator[str]:
    for match in re.finditer(pattern, page, re.MULTILINE):
        yield match[1].decode()


def _from(address: str, asked: bytes) -> bytes:
    return asked.replace(b"\r\n", f"\r\nX-Forwarded-For: {address}\r\n".encode(), 1)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tries", type=int, default=TRIES, help="At each door with each half.")
    return parser.parse_args()


if __name__ == "__main__":
    main()
