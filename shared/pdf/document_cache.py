"""Documents that were made a moment ago, for whoever asks for the very same once more.

In the memory of this process alone and for minutes: nothing lies on a disk or in a table that
would have to be erased. A document is found by the digest of everything that is printed in it, so
it is given to nobody who does not hold all of that already; once a word has changed it is not found
any more.
"""

import hashlib
import json
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Lock

from shared.kernel import clock
from shared.pdf.documents import document_data
from shared.pdf.types import Paper, ReceiptDocument

KEPT_FOR = timedelta(minutes=15)
# A long document has some hundred kilobytes.
MAX_KEPT = 8
MAX_KEPT_SIZE = 2_000_000

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class _Shelf:
    """The documents, oldest first, each with the moment until which it is kept."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: OrderedDict[bytes, tuple[datetime, bytes]] = OrderedDict()

    def find(self, key: bytes) -> bytes | None:
        with self._lock:
            self._forget_old()
            found = self._kept.get(key)
        return found[1] if found else None

    def put(self, key: bytes, content: bytes) -> None:
        if len(content) > MAX_KEPT_SIZE:
            return
        with self._lock:
            self._kept[key] = (clock.now() + KEPT_FOR, content)
            self._kept.move_to_end(key)
            self._forget_old()

    def _forget_old(self) -> None:
        at = clock.now()
        for key in [key for key, (until, _content) in self._kept.items() if until <= at]:
            del self._kept[key]
        while len(self._kept) > MAX_KEPT:
            self._kept.popitem(last=False)


_shelf = _Shelf()
# Apart, so that neither takes the other's place.
_receipts = _Shelf()


def document_found(*, paper: Paper) -> bytes | None:
    """The same document as it was made before: its date is that of its making."""
    return _shelf.find(_key(paper))


def document_keep(*, paper: Paper, content: bytes) -> None:
    """Keep a document for a quarter of an hour."""
    _shelf.put(_key(paper), content)


def receipt_found(*, sheet: ReceiptDocument) -> bytes | None:
    """The same receipt as it was made before."""
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
