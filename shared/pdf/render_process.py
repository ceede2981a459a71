"""Where a document is set: a short one here, a long one in a process of its own."""

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
# The typesetter keeps what it computed for its last ten documents, about 150 bytes a sign: from
# here on a document is set in a process whose memory comes back, and which can be stopped.
LONG_SIGNS = 60_000
MAX_SECONDS = 20
MAX_KNOWN = 4_000


# Taken twice by the thread that has it already: before the reading, and for the setting.
_long_turn = RLock()
# The references whose last document was long.
_known_long: LRUCache[str, None] = LRUCache(MAX_KNOWN)
_known_long_lock = Lock()


@contextmanager
def long_document_turn(*, reference: str) -> Iterator[None]:
    """Hold the one place for long documents while a request is read whose document was long.

    To read such a request and to compare it with what is kept takes long as well. Raises
    ``TryLater`` before anything was read while another thread has the place.
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

    A server process sets one long document at a time; nobody waits for it, or those who ask for
    documents would hold every thread. Raises ``TryLater`` for another one meanwhile, and for one
    that takes longer than twenty seconds.
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
        # Without our environment: a typesetter has no use for the passwords in it.
        done = subprocess.run(
            command, input=text.encode(), stdout=subprocess.PIPE, cwd=ROOT, env={},
            timeout=MAX_SECONDS, check=True,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise TryLater(retry_after=MAX_SECONDS) from None
    return done.stdout
