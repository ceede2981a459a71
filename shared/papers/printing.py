"""Where a document is set: a short one here, a long one in a process of its own."""

import json
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from threading import BoundedSemaphore

from shared.kernel.errors import TryLater
from shared.papers import press

ROOT = Path(__file__).resolve().parents[2]
# The typesetter keeps what it computed for its last ten documents, about 150 bytes a sign: from
# here on a document is set in a process whose memory comes back, and which can be stopped.
LONG_SIGNS = 60_000
LONGEST_SECONDS = 20

_long_ones = BoundedSemaphore(1)


def print_pdf(*, sheet: str, data: Mapping[str, object], made_at: datetime) -> bytes:
    """The document as a PDF; ``made_at`` is its date.

    A server process sets one long document at a time; nobody waits for it, or those who ask for
    documents would hold every thread. Raises ``TryLater`` for another one meanwhile, and for one
    that takes longer than twenty seconds.
    """
    text = json.dumps(data, ensure_ascii=False)
    seconds = int(made_at.timestamp())
    if len(text) < LONG_SIGNS:
        return press.pdf(sheet=sheet, data=text, seconds=seconds)
    if not _long_ones.acquire(blocking=False):
        raise TryLater(retry_after=LONGEST_SECONDS)
    try:
        return _set_apart(sheet, text, seconds)
    finally:
        _long_ones.release()


def _set_apart(sheet: str, text: str, seconds: int) -> bytes:
    command = [sys.executable, "-m", press.__name__, sheet, str(seconds)]
    try:
        # Without our environment: a typesetter has no use for the passwords in it.
        done = subprocess.run(
            command, input=text.encode(), stdout=subprocess.PIPE, cwd=ROOT, env={},
            timeout=LONGEST_SECONDS, check=True,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise TryLater(retry_after=LONGEST_SECONDS) from None
    return done.stdout
