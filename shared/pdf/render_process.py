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
# From this count of characters on, a document is rendered in a subprocess, which frees its memory
# and can be stopped. In this process, the renderer would cache 150 bytes for each character.
LONG_SIGNS = 60_000
MAX_SECONDS = 20
MAX_KNOWN = 4_000


# The lock is re-entrant, because a thread acquires it in ``long_document_turn`` and again in
# ``pdf_render``.
_long_turn = RLock()
# References of requests about which this process has rendered a long document.
_known_long: LRUCache[str, None] = LRUCache(MAX_KNOWN)
_known_long_lock = Lock()


@contextmanager
def long_document_turn(*, reference: str) -> Iterator[None]:
    """Acquire the lock of long documents if an earlier document about a request was long.

    Callers use the lock while they read the request, because reading takes long too. Raises
    ``TryLater`` if another thread has the lock.
    """
    if reference not in _known_long:
        yield
        return
    with _turn():
        yield


def pdf_render(
    *, layout: str, data: Mapping[str, object], reference: str, made_at: datetime
) -> bytes:
    """Return the document about a request as a PDF with the date ``made_at``.

    A process renders one long document at a time. Raises ``TryLater`` while another long document
    is rendered, because waiting requests would block all threads, and if rendering takes longer
    than twenty seconds.
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
        # The environment is empty, because the renderer must not get the passwords.
        done = subprocess.run(
            command, input=text.encode(), stdout=subprocess.PIPE, cwd=ROOT, env={},
            timeout=MAX_SECONDS, check=True,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise TryLater(retry_after=MAX_SECONDS) from None
    return done.stdout
