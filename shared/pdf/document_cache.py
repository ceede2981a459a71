"""Keep documents that were made a moment ago, for whoever asks for the very same once more.

In the memory of this process alone and for minutes: nothing is written to a disk or a table that
would have to be erased. A document is found by the digest of everything that is printed in it, so
it is given to nobody who does not have all of that already; once a word has changed it is not found
any more.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Lock

from cachetools import TTLCache

from shared.kernel import clock
from shared.pdf.documents import document_data
from shared.pdf.types import Paper, ReceiptDocument

KEPT_FOR = timedelta(minutes=15)
# A long document has some hundred kilobytes.
MAX_KEPT = 8
MAX_KEPT_SIZE = 2_000_000

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class _Documents:
    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: TTLCache[bytes, bytes] = TTLCache(
            MAX_KEPT, KEPT_FOR.total_seconds(), timer=lambda: clock.now().timestamp()
        )

    def find(self, key: bytes) -> bytes | None:
        with self._lock:
            return self._kept.get(key)

    def put(self, key: bytes, content: bytes) -> None:
        if len(content) <= MAX_KEPT_SIZE:
            with self._lock:
                self._kept[key] = content


_documents = _Documents()
# Apart, so that neither takes the other's place.
_receipts = _Documents()


def document_found(*, paper: Paper) -> bytes | None:
    """Return the same document as it was made before: its date is that of its making."""
    return _documents.find(_key(paper))


def document_keep(*, paper: Paper, content: bytes) -> None:
    """Keep a document for a quarter of an hour."""
    _documents.put(_key(paper), content)


def receipt_found(*, sheet: ReceiptDocument) -> bytes | None:
    """Return the same receipt as it was made before."""
    return _receipts.find(_receipt_key(sheet))


def receipt_keep(*, sheet: ReceiptDocument, content: bytes) -> None:
    """Keep a receipt for a quarter of an hour."""
    _receipts.put(_receipt_key(sheet), content)


def _receipt_key(sheet: ReceiptDocument) -> bytes:
    return hashlib.sha256(repr(sheet).encode()).digest()


def _key(paper: Paper) -> bytes:
    # Without its moment: the same a minute later is the same.
    data: Mapping[str, object] = document_data(paper=replace(paper, made_at=_NEVER))
    return hashlib.sha256(json.dumps(data, ensure_ascii=False).encode()).digest()
