"""A gunicorn worker with the project's error pages, and a thread for the requests of each agency.

Django does not get a request that gunicorn cannot parse, and cannot render a page without free
memory. The worker answers then; the reader's language is unknown, so its pages have all three
languages.
"""

import re
from contextlib import suppress
from functools import cache
from pathlib import Path
from socket import MSG_DONTWAIT, MSG_PEEK, SHUT_WR, socket
from typing import Any

from gunicorn import util
from gunicorn.http.errors import LimitRequestHeaders, LimitRequestLine, ParseException
from gunicorn.workers.gthread import ThreadWorker

from config.thread_pool import AgencyThreadPool
from shared.kernel import memory

PAGES = Path(__file__).resolve().parents[1] / "deploy" / "pages"
CHUNK_BYTES = 8_192
# How much of a request is read to choose its thread. The body of a usual filing is among it.
PEEKED_BYTES = 4_096
FILING = b"POST /api/v1/complaints/ "
FILED_WITH = re.compile(rb'"organisation_code": ?"([^"]+)"')
HOST = re.compile(rb"\r\nhost: *([^\r:]+)", re.IGNORECASE)
MAX_DISCARDED_BYTES = 1_048_576
REASONS = {
    400: "Bad Request",
    414: "URI Too Long",
    431: "Request Header Fields Too Large",
    503: "Service Unavailable",
}
TYPES = {"html": "text/html", "json": "application/json"}


class PageWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """A gunicorn worker with the project's error pages and thread pool."""

    def get_thread_pool(self) -> AgencyThreadPool:
        """Return the pool of threads that answer requests."""
        return AgencyThreadPool(max_workers=self.cfg.threads)

    def enqueue_req(self, conn: Any) -> None:
        """Give a connection with a request to the thread of the request's agency."""
        self.tpool.prefer(agency_key(conn.sock))
        super().enqueue_req(conn)

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """Send an error page if a request cannot be parsed or if too little memory is free.

        gunicorn handles all other errors.
        """
        if _wants_memory(exc):
            is_api = getattr(req, "path", "").startswith("/api/")
            words = f"There is too little memory: {type(exc).__name__}"
            self._answer(client, NO_MEMORY_API if is_api else NO_MEMORY, words)
        elif isinstance(exc, ParseException):
            # gunicorn's own log line is not used, because it contains the client's IP address and
            # the request's text.
            words = f"A request could not be read: {type(exc).__name__}"
            self._answer(client, refusal_answer(_unreadable_status(exc)), words)
        else:
            super().handle_error(req, client, addr, exc)

    def _answer(self, client: Any, answer: bytes, words: str) -> None:
        self.log.warning(words)
        try:
            util.write_nonblock(client, answer)
            _discard_rest(client)
        except OSError:
            self.log.debug("The client is gone before the refusal")


def agency_key(client: socket) -> bytes | None:
    """Return the agency's host of a request that has come, or the organisation of a filing.

    Returns ``None`` for other requests of the citizens' portal, and if nothing has come yet. The
    key chooses a thread and nothing else, so a wrong one does no harm.
    """
    try:
        head = client.recv(PEEKED_BYTES, MSG_PEEK | MSG_DONTWAIT)
    except OSError:
        return None
    if head.startswith(FILING):
        found = FILED_WITH.search(head)
        return found[1] if found else None
    found = HOST.search(head)
    return found[1].lower() if found and found[1].lower() != _public_host() else None


@cache
def _public_host() -> bytes:
    # The import is here because gunicorn reads this file before Django's settings are ready.
    from django.conf import settings  # noqa: PLC0415

    # The bare views of the measurements run on this worker too, with settings of their own.
    return str(getattr(settings, "BASE_DOMAIN", "")).encode()


def _discard_rest(client: socket) -> None:
    """Read the rest of a request and shut down the connection.

    With unread bytes the kernel would reset the connection, and the client could lose the page.
    """
    client.shutdown(SHUT_WR)
    client.setblocking(False)
    with suppress(BlockingIOError):
        for _ in range(MAX_DISCARDED_BYTES // CHUNK_BYTES):
            if not client.recv(CHUNK_BYTES):
                return


def _wants_memory(error: BaseException) -> bool:
    if isinstance(error, MemoryError):
        memory.note()
        return True
    return not isinstance(error, ParseException | OSError) and memory.is_short()


def _unreadable_status(error: ParseException) -> int:
    if isinstance(error, LimitRequestLine):
        return 414
    return 431 if isinstance(error, LimitRequestHeaders) else 400


def refusal_answer(status: int, *, form: str = "html", retry_after: int | None = None) -> bytes:
    """Return the bytes of an HTTP error response with the page or JSON for a status."""
    page = (PAGES / f"{status}.{form}").read_bytes()
    headers = (
        f"HTTP/1.1 {status} {REASONS[status]}",
        "Connection: close",
        f"Content-Type: {TYPES[form]}; charset=utf-8",
        f"Content-Length: {len(page)}",
        *([] if retry_after is None else [f"Retry-After: {retry_after}"]),
        "Cache-Control: no-store",
        "X-Content-Type-Options: nosniff",
        "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'",
    )
    return "\r\n".join([*headers, "", ""]).encode("ascii") + page


# These responses are made at import time, because they are sent when too little memory is free.
NO_MEMORY = refusal_answer(503, retry_after=memory.NOTED_SECONDS)
NO_MEMORY_API = refusal_answer(503, form="json", retry_after=memory.NOTED_SECONDS)
