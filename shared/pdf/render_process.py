"""Rendering of a PDF in this process, or in a subprocess for a long document."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Lock, RLock

from cachetools import LRUCache

from shared.kernel.errors import TryLater
from shared.pdf import renderer

ROOT = Path(__file__).resolve().parents[2]
# The renderer caches its last ten documents, about 150 bytes for each character. A document of this
# length or more is rendered in a subprocess, which frees its memory and can be stopped.
LONG_SIGNS = 60_000
MAX_SECONDS = 20
MAX_KNOWN = 4_000


# The lock is re-entrant, because one thread takes it to read a request and again to render.
_long_turn = RLock()
# References of requests whose last document was long.
_known_long: LRUCache[str, None] = LRUCache(MAX_KNOWN)
_known_long_lock = Lock()


@contextmanager
def long_document_turn(*, reference: str) -> Iterator[None]:
    """Take the lock of long documents while a request with a long document is read.

    Reading a long request and comparing it with the cache takes long too. Raises ``TryLater``
    before the request is read, if another thread has the lock.
    """
    if reference not in _known_long:
        yield
        return
    with _turn():
        yield


def pdf_render(
    *, layout: str, data: Mapping[str, object], reference: str, made_at: datetime
) -> bytes:
    """Return the document about a request as a PDF; ``made_at`` is its date.

    A server process renders one long document at a time, and no request waits for the lock, because
    waiting requests would block all threads. Raises ``TryLater`` while another long document is
    rendered, and for a document that takes longer than twenty seconds.
    """
    text = json.dumps(data, ensure_ascii=False)
    seconds = int(made_at.timestamp())
    if len(text) < LONG_SIGNS:
        return renderer.pdf(layout=layout, data=text, seconds=seconds)
    with _known_long_lock:
        _known_long[reference] = None
    with _turn():
        return _set_apart(layout, text, seconds)


@contextmanager
def _turn() -> Iterator[None]:
    if not _long_turn.acquire(blocking=False):
        raise TryLater(retry_after=MAX_SECONDS)
    try:
        yield
    finally:
        _long_turn.release()


def _set_apart(layout: str, text: str, seconds: int) -> bytes:
    command = [sys.executable, "-m", renderer.__name__, layout, str(seconds)]
    try:
        # The subprocess gets no environment, because the renderer does not need the passwords in
        # it.
        done = subprocess.run(
            command, input=text.encode(), stdout=subprocess.PIPE, cwd=ROOT, env={},
            timeout=MAX_SECONDS, check=True,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise TryLater(retry_after=MAX_SECONDS) from None
    return done.stdout
