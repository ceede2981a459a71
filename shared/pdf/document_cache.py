"""Caches of recently made PDF documents, for a second request of the same content.

In the memory of this process alone and for minutes: nothing is written to a disk or a table that
would have to be erased. The key is the digest of everything that is printed in a document, so a
document is given to nobody who does not have all its content already; once a word has changed, the
document is not found any more.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Generic, TypeVar

from cachetools import TTLCache

from shared.kernel import clock
from shared.pdf.documents import document_data
from shared.pdf.types import PdfDocument, ReceiptDocument

Printed = TypeVar("Printed", bound=PdfDocument | ReceiptDocument)

KEPT_FOR = timedelta(minutes=15)
# A long document has some hundred kilobytes.
MAX_KEPT = 8
MAX_KEPT_SIZE = 2_000_000

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class DocumentCache(Generic[Printed]):
    """A cache of documents of one kind; ``words`` returns all that is printed in one."""

    def __init__(self, words: Callable[[Printed], str]) -> None:
        self._words = words
        self._lock = Lock()
        self._kept: TTLCache[bytes, bytes] = TTLCache(
            MAX_KEPT, KEPT_FOR.total_seconds(), timer=lambda: clock.now().timestamp()
        )

    def find(self, printed: Printed) -> bytes | None:
        """Return the cached PDF of equal content, dated when it was made, or ``None``."""
        key = self._key(printed)
        with self._lock:
            return self._kept.get(key)

    def keep(self, printed: Printed, content: bytes) -> None:
        """Store a document for a quarter of an hour."""
        key = self._key(printed)
        if len(content) <= MAX_KEPT_SIZE:
            with self._lock:
                self._kept[key] = content

    def _key(self, printed: Printed) -> bytes:
        return hashlib.sha256(self._words(printed).encode()).digest()


def _document_words(pdf_document: PdfDocument) -> str:
    # Without its moment: equal content a minute later is the same document.
    return json.dumps(
        document_data(pdf_document=replace(pdf_document, made_at=_NEVER)), ensure_ascii=False
    )


documents = DocumentCache(_document_words)
# Two caches, so that one kind of document does not evict the other.
receipts: DocumentCache[ReceiptDocument] = DocumentCache(repr)
