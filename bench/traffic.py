"""Users who file and track over all agencies while another measurement runs.

``python -m bench.traffic DATABASE_URL SECONDS_AT_MOST``; when its standard input is closed, it
prints the number of successful requests and the errors as one JSON object.
"""

import json
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from random import Random
from typing import cast

from bench.installation import configure
from bench.serving import request

PAUSE = 0.005
EMAIL = "person@example.org"


def main() -> None:
    """File and track by turns until the standard input ends or the time is over."""
    url, at_most = sys.argv[1], float(sys.argv[2])
    configure(url)
    stop = threading.Event()

    def end_with_input() -> None:
        sys.stdin.read()
        stop.set()

    threading.Thread(target=end_with_input, daemon=True).start()
    done: Counter[str] = Counter()
    problems: Counter[str] = Counter()
    act = _act()
    end = time.monotonic() + at_most
    print("working", flush=True)
    while not stop.is_set() and time.monotonic() < end:
        try:
            done[act()] += 1
        except Exception as error:
            problems[f"{type(error).__name__}: {error}"[:200]] += 1
        stop.wait(PAUSE)
    print(json.dumps({"done": dict(done), "problems": dict(problems)}), flush=True)


def _act() -> Callable[[], str]:
    """Return a function that makes a random request and raises ``RuntimeError`` for an error."""
    from django.test import Client  # noqa: PLC0415

    from shared.directory.models import Organisation  # noqa: PLC0415

    client = Client(raise_request_exception=False)
    chance = Random(3)
    rows = Organisation.objects.exclude(agency_code="").order_by("code")
    codes = list(rows.values_list("code", flat=True))
    filed: list[str] = []

    def ask(method: str, path: str, host: str, body: object = None) -> object:
        answer = client.generic(
            method,
            path,
            json.dumps(body) if body else "",
            content_type="application/json",
            headers={"host": host},
        )
        if answer.status_code >= 400:
            raise RuntimeError(f"{method} {path} on {host}: {answer.status_code}")
        return json.loads(answer.content) if path.startswith("/api/") else None

    def act() -> str:
        kind = chance.choice(("submitted", "tracked", "looked"))
        if kind == "looked":
            ask("GET", "/accounts/login/", f"{chance.choice(codes)}.localhost")
        elif kind == "tracked" and filed:
            pair = {"reference": chance.choice(filed), "email": EMAIL}
            ask("POST", "/api/v1/tracking/", "localhost", pair)
        else:
            receipt = ask("POST", "/api/v1/complaints/", "localhost", filing(chance.choice(codes)))
            filed.append(cast(dict[str, str], receipt)["reference"])
            kind = "submitted"
        return kind

    return act


def filing(organisation: str) -> dict[str, object]:
    """Return a complaint in the form that REST accepts."""
    return {
        "organisation": organisation,
        "kind": "complaint",
        "language": "fr",
        "privacy": "named",
        "subject": "Lampadaire en panne",
        "body": "Le lampadaire devant le numéro douze est en panne depuis le mois de mars.",
        "party": {"name": "Une citoyenne", "email": EMAIL},
    }


def filing_requests(codes: Sequence[str], *, count: int = 400) -> list[bytes]:
    """Return ``count`` filings over HTTP to drawn organisations."""
    chance = Random(2)
    bodies = [json.dumps(filing(chance.choice(codes))).encode() for _one in range(count)]
    return [request("/api/v1/complaints/", body) for body in bodies]


if __name__ == "__main__":
    main()
