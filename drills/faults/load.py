"""Clients that file complaints over REST and record the answers."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from random import Random
from ssl import SSLContext
from threading import Event, Lock, Thread
from time import monotonic
from typing import Any

HOST = "localhost"
# The client's timeout; longer than every allowed response time.
REQUEST_SECONDS = 25.0
# Seconds for which a client still retries a filing after the end of the fault.
GIVE_UP_SECONDS = 30.0
MAX_PAUSE_LENGTH = 1.0
REPEATED_SHARE = 0.1
SUBJECT = "Fault"
# When this event is set, all waits end, because the time of a fault is over.
OVER = Event()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The answer to a request; status 0 means no answer."""

    status: int
    seconds: float
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def content(self) -> dict[str, Any]:
        """Return the JSON content of the body."""
        found: dict[str, Any] = json.loads(self.body)
        return found


def ask(
    port: int,
    path: str,
    *,
    method: str = "GET",
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    host: str = HOST,
    seconds: float = REQUEST_SECONDS,
    trust: SSLContext | None = None,
) -> Answer:
    """Send one request on a new connection (with TLS if ``trust`` is given); return the answer."""
    began = monotonic()
    sent = {"Host": host, **(headers or {})}
    made = (
        HTTPSConnection(HOST, port, timeout=seconds, context=trust)
        if trust
        else HTTPConnection("127.0.0.1", port, timeout=seconds)
    )
    with closing(made) as connection:
        try:
            connection.request(method, path, body=body, headers=sent)
            answer = connection.getresponse()
            return Answer(
                status=answer.status,
                body=answer.read(),
                headers=_headers(answer.headers.items()),
                seconds=monotonic() - began,
            )
        except (OSError, HTTPException):
            return Answer(status=0, seconds=monotonic() - began)


def _headers(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in pairs:
        # A response has one header for each cookie, so values of one name are joined.
        found[name] = f"{found[name]}\n{value}" if name in found else value
    return found


def filing(key: str, organisation: str, *, privacy: str = "named") -> bytes:
    """Return a complaint as JSON; the subject contains ``key``."""
    return json.dumps(
        {
            "organisation": organisation,
            "kind": "complaint",
            "language": "fr",
            "privacy": privacy,
            "subject": f"{SUBJECT} {key}",
            "body": "Le lampadaire devant le numéro douze est en panne depuis le mois de mars.",
            "party": {"name": "Une citoyenne", "email": f"{key}@example.org"},
        }
    ).encode()


def file_once(
    port: int, key: str, body: bytes, *, trust: SSLContext | None = None, **headers: str
) -> Answer:
    """Send a filing once, with ``key`` as its idempotency key."""
    sent = {"Content-Type": "application/json", "Idempotency-Key": key, **headers}
    return ask(port, "/api/v1/complaints/", method="POST", body=body, headers=sent, trust=trust)


class Load:
    """Client threads; each thread retries a filing until the filing is acknowledged."""

    def __init__(
        self,
        port: int,
        *,
        run: str,
        organisations: Sequence[str] = (),
        clients: int = 0,
        pause: float = 0.0,
        trust: SSLContext | None = None,
    ) -> None:
        self.port, self.run, self.pause = port, run, pause
        self.trust = trust
        self.organisations = organisations
        self.acknowledged: dict[str, set[str]] = {}
        self.bodies: dict[str, bytes] = {}
        self.statuses: Counter[int] = Counter()
        self.refused: Counter[str] = Counter()
        self.unfinished: list[str] = []
        self.longest_wait = 0.0
        self.last_success = 0.0
        # The longest time in which no client got an acknowledgement.
        self.longest_gap = 0.0
        self._ended = Event()
        self._lock = Lock()
        self._threads = [
            Thread(target=self._client, args=(number,), daemon=True) for number in range(clients)
        ]

    def start(self) -> None:
        """Start the clients."""
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        """Start no new filing, and wait for the end of all current filings."""
        self._ended.set()
        for thread in self._threads:
            thread.join()

    def send(self, key: str, body: bytes, **headers: str) -> Answer:
        """Send a filing once; count and store the answer."""
        answer = file_once(self.port, key, body, trust=self.trust, **headers)
        with self._lock:
            self.statuses[answer.status] += 1
            self.longest_wait = max(self.longest_wait, answer.seconds)
            if answer.status == 201:
                reference = str(answer.content["reference"])
                self.acknowledged.setdefault(key, set()).add(reference)
                self.bodies[key] = body
                at = monotonic()
                if self.last_success:
                    self.longest_gap = max(self.longest_gap, at - self.last_success)
                self.last_success = at
            elif 400 <= answer.status < 500:
                self.refused[answer.body.decode(errors="replace")[:200]] += 1
        return answer

    def file(self, key: str, body: bytes) -> Answer:
        """Send a filing until it is acknowledged or refused; return the last answer."""
        ends = monotonic() + GIVE_UP_SECONDS
        while True:
            answer = self.send(key, body)
            if answer.status == 201:
                return answer
            if 400 <= answer.status < 500 or monotonic() > ends or OVER.is_set():
                with self._lock:
                    self.unfinished.append(key)
                return answer
            wanted = answer.headers.get("Retry-After", "")
            seconds = float(wanted) if wanted.isdigit() else 0.2
            Event().wait(min(seconds, MAX_PAUSE_LENGTH))
            if not self._ended.is_set():
                # The time limit for retries starts at the end of the fault.
                ends = monotonic() + GIVE_UP_SECONDS

    def _client(self, number: int) -> None:
        chance = Random(number)
        count = 0
        while not self._ended.is_set():
            key = f"{self.run}-{number}-{count}"
            privacy = "confidential" if count % 5 == 4 else "named"
            body = filing(key, chance.choice(self.organisations), privacy=privacy)
            answer = self.file(key, body)
            if answer.status == 201 and chance.random() < REPEATED_SHARE:
                # A client repeats a filing after a lost answer; this must not make a second case.
                self.send(key, body)
            count += 1
            self._ended.wait(self.pause)


class Probe:
    """A probe that requests one address repeatedly and records the longest wait and statuses."""

    def __init__(
        self,
        port: int,
        path: str,
        *,
        every: float = 0.2,
        method: str = "GET",
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.longest_wait = 0.0
        self.seconds: list[float] = []
        # The start time of each request.
        self.at: list[float] = []
        self.statuses: Counter[int] = Counter()
        self._ask = partial(ask, port, path, method=method, body=body, headers=headers)
        self._every = every
        self._ended = Event()
        self._thread = Thread(target=self._look, daemon=True)

    def __enter__(self) -> "Probe":
        """Start to send the requests."""
        self._thread.start()
        return self

    def __exit__(self, *_failure: object) -> None:
        """Stop sending requests."""
        self._ended.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._ended.wait(self._every):
            self.at.append(monotonic())
            answer = self._ask()
            self.statuses[answer.status] += 1
            self.seconds.append(answer.seconds)
            self.longest_wait = max(self.longest_wait, answer.seconds)
