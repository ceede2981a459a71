"""Officers who work in many agencies: their sessions and their requests."""

import re
import socket
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from multiprocessing import Process, Queue
from random import Random
from urllib.parse import urlencode

from bench.casefile import agent_ensure, cases_fill
from bench.filling import ask
from bench.serving import answer_of

# Open cases of each agency, and how many of the open cases are unassigned when a run starts.
OPEN, FREE = 60, 20
# Accounts of each agency; only the first account sends requests.
AGENTS = 3
TOKEN = "a" * 32
PATIENCE = 30
FACTS = "The pipe of the street was opened on Monday and its valve was replaced. " * 12
# The requests that people make themselves, in percent of these requests.
OWN = {"mine": 20, "open": 25, "case": 40, "note": 10, "take": 5}
# The requests that pages make: who else writes in a case, every 5 s; the rows of a list, every 10
# s; the draft, every 4 s. A case stays open longer than a list.
OF_PAGES = {"writers": 53, "rows": 13, "draft": 34}
# The polls that name the ETag of the part that the page shows.
POLLS = ("rows", "writers")
# Pages name the tag without the mark that compression adds to it.
ETAG = re.compile(rb"\r\nETag: (?:W/)?([^\r]+)", re.IGNORECASE)
UNCHANGED = b"HTTP/1.1 304"
FILED = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """An officer signed in at an agency; ``free`` has unassigned cases with versions."""

    code: str
    host: str
    cookie: str
    cases: tuple[str, ...]
    free: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Worked:
    """The results of several clients: delays in seconds, errors, notes and assigned cases."""

    delays: tuple[float, ...] = ()
    errors: tuple[str, ...] = ()
    notes: int = 0
    taken: int = 0


def desks_ensure(codes: Sequence[str], *, cases: int) -> list[Desk]:
    """Sign an officer in at each agency, and fill each agency with ``cases`` cases."""
    return [_desk(code, cases) for code in codes]


def work(
    port: int,
    desks: Sequence[Desk],
    *,
    clients: int,
    seconds: float,
    pace: float,
    own: float,
    seed: str,
) -> Worked:
    """Let clients send requests for ``seconds``, ``pace`` requests a second; 0 means without a
    pause.

    Each client has its own agencies, so that no two clients take the same case. ``own`` percent of
    the requests are made by people, the rest by the pages that people have open.
    """
    answers: Queue[Worked] = Queue()
    begin = time.monotonic() + 0.5
    started = [
        Process(
            target=_client,
            args=(port, desks[number::clients], begin + number / max(pace, clients * 100)),
            kwargs={
                "end": begin + seconds,
                "pause": clients / pace if pace else 0.0,
                "weights": _weights(own),
                "rng": Random(f"{seed}:{number}"),
                "answers": answers,
            },
        )
        for number in range(min(clients, len(desks)))
    ]
    for one in started:
        one.start()
    found = [answers.get(timeout=seconds + 2 * PATIENCE) for _one in started]
    for one in started:
        one.join()
    return Worked(
        delays=tuple(delay for one in found for delay in one.delays),
        errors=tuple(error for one in found for error in one.errors),
        notes=sum(one.notes for one in found),
        taken=sum(one.taken for one in found),
    )


def written(codes: Sequence[str]) -> tuple[int, int]:
    """Return the number of these agencies' notes, and the number of their assignment events."""
    from tenants.agencies.selectors import agency_by_code  # noqa: PLC0415
    from tenants.isolation.schema_switch import agency_context  # noqa: PLC0415 - models exist only after configure

    notes = taken = 0
    for code in codes:
        with agency_context(agency_by_code(code)):
            ((more, given),) = ask(
                "SELECT (SELECT count(*) FROM complaints_note),"
                " (SELECT count(*) FROM complaints_complaintevent WHERE kind = 'assigned')"
            )
        notes, taken = notes + int(str(more)), taken + int(str(given))
    return notes, taken


def share_of_free(desks: Sequence[Desk], number: int, of: int) -> list[Desk]:
    """Return the officers with the ``number``-th of ``of`` parts of the unassigned cases."""
    return [replace(desk, free=desk.free[number::of]) for desk in desks]


def request_of(desk: Desk, act: str, reference: str, rng: Random) -> tuple[bytes, str]:
    """Return an officer's request about a case, and the first bytes of a correct answer."""
    pages = {
        "mine": "/",
        "open": "/?view=open",
        "rows": "/inbox/rows/?view=open",
        "case": f"/cases/{reference}/?view=open",
        "writers": f"/cases/{reference}/writers/?version=1",
    }
    if act in pages:
        return _get(desk, pages[act]), "HTTP/1.1 200"
    if act == "draft":
        facts = FACTS[: rng.randrange(len(FACTS))]
        typed: dict[str, str | int] = {"outcome": "upheld", "facts": facts, "version": 1}
        return _post(desk, f"/cases/{reference}/draft/reply/", typed), "HTTP/1.1 200"
    body = {"body": "The citizen was called and will bring the missing paper on Monday."}
    return _post(desk, f"/cases/{reference}/note/", body), "HTTP/1.1 302"


def _desk(code: str, cases: int) -> Desk:
    from django.conf import settings  # noqa: PLC0415
    from django.contrib.auth import (  # noqa: PLC0415
        BACKEND_SESSION_KEY,
        HASH_SESSION_KEY,
        SESSION_KEY as USER_KEY,
    )
    from django.contrib.sessions.backends.db import SessionStore  # noqa: PLC0415

    from tenants.agencies.selectors import agency_by_code  # noqa: PLC0415
    from tenants.isolation.schema_switch import agency_context, as_owner  # noqa: PLC0415

    agency = agency_by_code(code)
    cases_fill(agency, cases=cases, agents=AGENTS)
    agent = agent_ensure(agency, agents=AGENTS)
    with agency_context(agency):
        store = SessionStore()
        store[USER_KEY] = str(agent.pk)
        store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        store[HASH_SESSION_KEY] = agent.get_session_auth_hash()
        store.save()
        # As owner, because no other database role may delete events.
        with as_owner():
            _begin_anew(agent.pk)
        rows = ask(
            "SELECT reference, version, assignee_id IS NULL FROM complaints_complaint"
            " ORDER BY id DESC LIMIT %s",
            OPEN,
        )
    cookies = {
        settings.SESSION_COOKIE_NAME: store.session_key,
        settings.CSRF_COOKIE_NAME: TOKEN,
    }
    return Desk(
        code=code,
        host=f"{code}.{settings.BASE_DOMAIN}",
        cookie="; ".join(f"{name}={value}" for name, value in cookies.items()),
        # A note raises a case's version, which makes a later assignment fail.
        cases=tuple(str(reference) for reference, _version, is_free in rows if not is_free),
        free=tuple((str(one), int(str(version))) for one, version, is_free in rows if is_free),
    )


def _weights(own: float) -> dict[str, float]:
    asked = {act: times * (100 - own) / 100 for act, times in OF_PAGES.items()}
    return {act: times * own / 100 for act, times in OWN.items()} | asked


def _begin_anew(agent_id: int) -> None:
    """Reset the latest cases to the status "received".

    A part is assigned to the officer, the rest is unassigned.
    """
    latest = "SELECT id FROM complaints_complaint ORDER BY id DESC LIMIT %s"
    ask(
        f"DELETE FROM complaints_complaintevent WHERE position > 1 AND complaint_id IN ({latest})",
        OPEN,
    )
    ask(
        "UPDATE complaints_complaint SET status = 'received', outcome = '', version = 1,"
        " assignee_id = %s, answered_at = NULL, answered_by_id = NULL, awaiting_until = NULL"
        f" WHERE id IN ({latest})",
        agent_id,
        OPEN,
    )
    ask(f"UPDATE complaints_complaint SET assignee_id = NULL WHERE id IN ({latest})", FREE)


def _client(
    port: int,
    desks: Sequence[Desk],
    begin: float,
    *,
    end: float,
    pause: float,
    weights: Mapping[str, float],
    rng: Random,
    answers: "Queue[Worked]",
) -> None:
    left = {desk.code: list(desk.free) for desk in desks}
    opened = {desk.code: rng.choice(desk.cases) for desk in desks}
    etags: dict[bytes, str] = {}
    delays: list[float] = []
    errors: list[str] = []
    counts = {"note": 0, "take": 0}
    due = begin
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as wire:
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while True:
            now = time.monotonic()
            if now < due:
                time.sleep(due - now)
            if max(now, due) >= end:
                break
            (act,) = rng.choices(list(weights), weights=list(weights.values()))
            fault, act = _ask(wire, rng.choice(desks), act, left, opened, etags, rng)
            done = time.monotonic()
            delays.append(done - due)
            due = due + pause if pause else done
            if fault:
                errors.append(fault)
            elif act in counts:
                counts[act] += 1
    answers.put(
        Worked(
            delays=tuple(delays), errors=tuple(errors), notes=counts["note"], taken=counts["take"]
        )
    )


def _ask(
    wire: socket.socket,
    desk: Desk,
    act: str,
    left: dict[str, list[tuple[str, int]]],
    opened: dict[str, str],
    etags: dict[bytes, str],
    rng: Random,
) -> tuple[str, str]:
    """Send a request; return the error ("" for none) and the act.

    The act is a note if no unassigned case is left. Notes, and the requests of a case's page, are
    about the case that the officer has opened last. An open page that asks again names the ETag of
    its last answer, as a browser does.
    """
    if act == "case":
        opened[desk.code] = rng.choice(desk.cases)
    free = left[desk.code]
    if act == "take" and free:
        reference, version = free.pop()
        asked = _post(desk, f"/cases/{reference}/take/", {"version": version})
        expected = "HTTP/1.1 302"
    else:
        act = "note" if act == "take" else act
        asked, expected = request_of(desk, act, opened[desk.code], rng)
    is_poll = act in POLLS
    answer = answer_of(wire, _if_changed(asked, etags.get(asked, "")) if is_poll else asked)
    if is_poll and (etag := ETAG.search(answer.partition(b"\r\n\r\n")[0])):
        etags[asked] = etag[1].decode()
    is_right = answer.startswith(expected.encode()) or (is_poll and answer.startswith(UNCHANGED))
    return "" if is_right else f"{act}: {answer[:60]!r}", act


def _if_changed(asked: bytes, etag: str) -> bytes:
    head = f"If-None-Match: {etag}\r\n\r\n".encode() if etag else b"\r\n"
    return asked.removesuffix(b"\r\n") + head


def _get(desk: Desk, path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\n{_head(desk)}\r\n".encode()


def _post(desk: Desk, path: str, fields: Mapping[str, str | int]) -> bytes:
    body = urlencode({**fields, "csrfmiddlewaretoken": TOKEN})
    head = f"Content-Type: {FILED}\r\nContent-Length: {len(body)}\r\n"
    return f"POST {path} HTTP/1.1\r\n{_head(desk)}{head}\r\n{body}".encode()


def _head(desk: Desk) -> str:
    return f"Host: {desk.host}\r\nCookie: {desk.cookie}\r\nAccept-Encoding: gzip\r\n"
