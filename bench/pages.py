"""How long the site works on each of its pages, with the data of the demonstration.

The bench finds the pages as a reader would, from two first pages: every link, the steps of the
complaint form with answers, and the tracking page of a case. Then all pages are requested by turns,
over one connection to one process. ``worst_p95_ms`` is of the slowest page; ``times_a_probe``
divides by the time of /healthz in the same rounds. Prints one JSON object as its last line.
"""

import argparse
import re
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from html import unescape
from urllib.parse import urlencode, urljoin, urlsplit

from bench.installation import installation
from bench.measuring import options_of, p95, pace_of, report, require
from bench.serving import answer_of, site

LANGUAGES = ("ar", "fr")
# The highest number of pages whose addresses differ by a code or a word only.
MAX_ALIKE = 6
MOST_PAGES = 250
PROBE = "/healthz"
SLOWEST_MS = 200
INSIDE = tuple(f"/{language}/" for language in LANGUAGES)


class Reader:
    """A browser: a connection, cookies, and the forms that it fills in."""

    def __init__(self, port: int) -> None:
        self._wire = socket.create_connection(("127.0.0.1", port), timeout=30)
        self._wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._cookies: dict[str, str] = {}

    def get(self, path: str) -> tuple[float, str]:
        """Request a page; return the seconds of the request and the whole answer."""
        return self._ask(f"GET {path} HTTP/1.1", b"")

    def post(self, path: str, **fields: str) -> str:
        """Submit a form of the page at ``path``; return the address of the redirection."""
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.get(path)[1])
        require(token, f"no form at {path}")
        values = {**fields, "csrfmiddlewaretoken": token[1] if token else ""}
        _taken, answer = self._ask(f"POST {path} HTTP/1.1", urlencode(values).encode())
        found = re.search(r"(?im)^location: *(\S+)", answer)
        require(found, f"{path} took no answer: {answer[:200]}")
        return urljoin(path, found[1]) if found else path

    def _ask(self, line: str, body: bytes) -> tuple[float, str]:
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        head = f"{line}\r\nHost: localhost\r\nCookie: {cookies}\r\nAccept: text/html\r\n"
        if body:
            head += "Content-Type: application/x-www-form-urlencoded\r\n"
            head += f"Content-Length: {len(body)}\r\n"
        asked = f"{head}\r\n".encode() + body
        began = time.perf_counter()
        answer = answer_of(self._wire, asked).decode(errors="replace")
        taken = time.perf_counter() - began
        for name, value in re.findall(r"(?im)^set-cookie: *([\w-]+)=([^;\r]*)", answer):
            self._cookies[name] = value
        return taken, answer


def main() -> None:
    """Seed, serve and crawl the site, then measure its pages by turns."""
    from django.core.management import call_command  # noqa: PLC0415 - bench configures later

    arguments = _arguments()
    with ExitStack() as cleanup:
        cleanup.enter_context(installation(agencies=0))
        seeded = {name: getattr(arguments, name) for name in ("agencies", "complaints")}
        call_command("seed_demo", verbosity=0, **{name: n for name, n in seeded.items() if n})
        _demo_keys_forget()
        reader = Reader(cleanup.enter_context(site(alone=True)))
        pages = [PROBE, *_walked(reader, arguments.most)]
        pace = pace_of(arguments)
        times: dict[str, list[float]] = {page: [] for page in pages}
        for _ in range(pace.rounds * pace.times):
            for page in pages:
                times[page].append(reader.get(page)[0])
    tails = {page: p95(taken) * 1000 for page, taken in times.items()}
    worst = sorted(tails, key=lambda page: -tails[page])[:8]
    report(
        "pages",
        {
            "pages": len(pages) - 1,
            "worst_p95_ms": round(tails[worst[0]], 1),
            "times_a_probe": round(tails[worst[0]] / tails[PROBE], 1),
            "over_200_ms": [page for page in worst if tails[page] > SLOWEST_MS],
            "slowest": {page: round(tails[page], 1) for page in worst},
            **pace.shown(),
        },
    )


def _walked(reader: Reader, most: int) -> Iterator[str]:
    seen: set[str] = set()
    alike: dict[str, int] = {}
    waiting = [*_entered(reader), *(f"/{language}/" for language in LANGUAGES)]
    while waiting and len(seen) < most:
        page = waiting.pop(0)
        shape = re.sub(r"=[^&]*", "=", re.sub(r"(?<=/)[\w-]*[\d-][\w-]*(?=/)", "*", page))
        if page in seen or alike.get(shape, 0) >= MAX_ALIKE:
            continue
        seen.add(page)
        alike[shape] = alike.get(shape, 0) + 1
        answer = reader.get(page)[1]
        head = answer.partition("\r\n")[0]
        require(re.search(r" [23]\d\d ", head), f"{page}: {head}")
        if " 200 " in head and "text/html" in answer[:1500]:
            yield page
            waiting += list(_links(answer, page))


def _links(answer: str, page: str) -> Iterator[str]:
    for found in re.findall(r'<a [^>]*href="([^"#]+)', answer):
        parts = urlsplit(urljoin(page, unescape(found)))
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        if not parts.netloc and not parts.scheme and path.startswith(INSIDE):
            yield path


def _demo_keys_forget() -> None:
    """Delete the demonstration's keys, because production settings refuse them."""
    from allauth.mfa.models import Authenticator  # noqa: PLC0415 - models need configure()

    from tenants.isolation.schema_switch import as_owner  # noqa: PLC0415

    with as_owner():
        Authenticator.objects.all().delete()


def _entered(reader: Reader) -> list[str]:
    """Open a tracking page and a form's check page in this browser; return their addresses."""
    from bench.traffic import EMAIL  # noqa: PLC0415 - models need configure()
    from public_portal.intake.enums import Step  # noqa: PLC0415
    from public_portal.intake.services.drafts import form_draft_keep  # noqa: PLC0415
    from public_portal.intake.types import Answers  # noqa: PLC0415
    from shared.complaints.enums import Kind, Language, Privacy  # noqa: PLC0415
    from shared.kernel.actors import CITIZEN  # noqa: PLC0415
    from tenants.agencies.selectors import agency_list  # noqa: PLC0415
    from tenants.case_access.gateway import complaint_file  # noqa: PLC0415

    agency = agency_list()[0]
    answers = Answers(
        kind=Kind.COMPLAINT,
        organisation=agency.code,
        declarations=("none",),
        subject="Lampadaire en panne",
        body="Le lampadaire devant le numéro douze est en panne depuis le mois de mars.",
        language=Language.FRENCH,
        privacy=Privacy.NAMED,
        party_kind="person",
        name="Une citoyenne",
        email=EMAIL,
        accepted=tuple(Step),
    )
    receipt = complaint_file(draft=answers.to_draft(), actor=CITIZEN, is_email_proved=True)
    space = reader.post("/ar/track/", reference=receipt.reference, secret=EMAIL)
    token = form_draft_keep(token="", answers=answers)
    check = reader.post(f"/fr/submit/later/{token}/")
    return [space, check]


def _arguments() -> argparse.Namespace:
    parser = options_of(__doc__, times=3)
    parser.add_argument("--agencies", type=int, help="Of the demonstration.")
    parser.add_argument("--complaints", type=int, help="Of the demonstration.")
    parser.add_argument("--most", type=int, default=MOST_PAGES, help="Pages at most.")
    return parser.parse_args()


if __name__ == "__main__":
    main()
