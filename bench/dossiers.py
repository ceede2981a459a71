"""Whether a reader waits longer while many citizens download the documents of long requests.

Each of ``--clients`` repeatedly requests the document of its own long request; meanwhile one reader
requests the first page. ``ratio``: the reader's 95th percentile during the downloads, divided by
the same without other clients. ``pages_p95_ms``: the reader's 95th percentile while as many clients
request the first page. ``answers``: number of the downloads' answers, by status.
Prints one JSON object as its last line.
"""

import argparse
import socket
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event

from bench.fleet import FEW, fleet
from bench.measuring import p95, report, require
from bench.serving import answer_of, request, site

CLIENTS, SECONDS, MESSAGES = 48, 20.0, 40
PATIENCE = 120
DOCUMENT = "/fr/track/case/dossier.pdf"
TEXT = "Le portail du quartier ne ferme plus et personne ne répond depuis le mois de mars. " * 40
# Seconds between two page requests of the reader.
PAUSE = 0.05


def main() -> None:
    """File long requests; time a reader alone, and while citizens download their documents."""
    arguments = _arguments()
    with fleet(arguments.agencies) as codes:
        cookies = [_long_case(codes[0], arguments.messages) for _one in range(arguments.clients)]
        with site() as port:
            _read(port, seconds=arguments.seconds / 4)
            alone = _read(port, seconds=arguments.seconds)
            pages, _answers = _beside(port, "/fr/", cookies, arguments.seconds)
            beside, answers = _beside(port, DOCUMENT, cookies, arguments.seconds)
    require(not [status for status in answers if status not in (200, 429, 503)], f"{answers}")
    waited = {"alone_p95_ms": alone, "pages_p95_ms": pages, "p95_ms": beside}
    report(
        "dossiers",
        {
            "ratio": round(p95(beside) / p95(alone), 2),
            **{name: round(1000 * p95(seconds), 1) for name, seconds in waited.items()},
            "worst_ms": round(1000 * max(beside), 1),
            "answers": answers,
            "clients": arguments.clients,
            "signs": len(TEXT) * arguments.messages,
        },
    )


def _long_case(code: str, messages: int) -> str:
    """File a request with many long messages; return the session cookie that opens it."""
    from django.contrib.sessions.backends.db import SessionStore  # noqa: PLC0415 - configured late

    from public_portal.intake.types import Answers  # noqa: PLC0415
    from shared.complaints.enums import Kind, Language, Privacy  # noqa: PLC0415
    from shared.kernel.actors import CITIZEN  # noqa: PLC0415
    from tenants.case_access import gateway  # noqa: PLC0415
    from tenants.case_access.enums import KeyKind  # noqa: PLC0415
    from tenants.case_access.types import TRACKING_TOKEN_SESSION_KEY  # noqa: PLC0415

    answers = Answers(
        kind=Kind.COMPLAINT,
        organisation=code,
        declarations=("none",),
        subject="Portail fermé",
        body=TEXT,
        language=Language.FRENCH,
        privacy=Privacy.ANONYMOUS,
    )
    receipt = gateway.complaint_file(draft=answers.to_draft(), actor=CITIZEN, is_email_proved=True)
    token = gateway.tracking_open(
        reference=receipt.reference, kind=KeyKind.RECEIPT, value=receipt.receipt_code
    ).token
    for _one in range(messages):
        gateway.message_add(token=token, body=TEXT)
    session = SessionStore()
    session[TRACKING_TOKEN_SESSION_KEY] = token
    session.save()
    return str(session.session_key)


def _beside(
    port: int, path: str, cookies: Sequence[str], seconds: float
) -> tuple[list[float], dict[int, int]]:
    over = Event()
    with ThreadPoolExecutor(len(cookies)) as pool:
        takers = [pool.submit(_take, port, path, cookie, over.is_set) for cookie in cookies]
        try:
            found = _read(port, seconds=seconds)
        finally:
            over.set()
        answers = sum((taker.result() for taker in takers), Counter[int]())
    return found, dict(sorted(answers.items()))


def _take(port: int, path: str, cookie: str, is_over: Callable[[], bool]) -> Counter[int]:
    asked = request(path).removesuffix(b"\r\n")
    asked += f"Cookie: sessionid={cookie}\r\nConnection: close\r\n\r\n".encode()
    answers: Counter[int] = Counter()
    # At least one request is sent, even if the time is already over.
    while not answers or not is_over():
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as wire:
            answers[int(answer_of(wire, asked).split(b" ", 2)[1])] += 1
    return answers


def _read(port: int, *, seconds: float) -> list[float]:
    """Return the seconds of each request for the first page."""
    found: list[float] = []
    end = time.perf_counter() + seconds
    while not found or time.perf_counter() < end:
        began = time.perf_counter()
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as wire:
            answer = answer_of(wire, request("/fr/"))
        require(answer.startswith(b"HTTP/1.1 200"), "the first page is not answered")
        found.append(time.perf_counter() - began)
        time.sleep(PAUSE)
    return found


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agencies", type=int, default=FEW)
    parser.add_argument("--clients", type=int, default=CLIENTS, help="Who take their files.")
    parser.add_argument("--messages", type=int, default=MESSAGES, help="Of each long request.")
    parser.add_argument("--seconds", type=float, default=SECONDS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
