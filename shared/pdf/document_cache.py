"""Caches of recently rendered PDF documents.

A cache is in the memory of one process, so that no copies on a disk must be erased. The key is a
digest of the whole content, so a caller must have the same content to get a document.
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
# The largest count of documents in a cache, and the largest size of a document in bytes.
MAX_KEPT = 8
MAX_KEPT_SIZE = 2_000_000

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class DocumentCache(Generic[Printed]):
    """A cache of PDF documents of one kind.

    ``words`` is a function that returns the content of a document as a text.
    """

    def __init__(self, words: Callable[[Printed], str]) -> None:
        self._words = words
        self._lock = Lock()
        self._kept: TTLCache[bytes, bytes] = TTLCache(
            MAX_KEPT, KEPT_FOR.total_seconds(), timer=lambda: clock.now().timestamp()
        )

    def find(self, printed: Printed) -> bytes | None:
        """Return the cached PDF of a document with the same content, or ``None``."""
        key = self._key(printed)
        with self._lock:
            return self._kept.get(key)

    def keep(self, printed: Printed, content: bytes) -> None:
        """Store the PDF of a document for 15 minutes, unless the PDF is too large."""
        key = self._key(printed)
        if len(content) <= MAX_KEPT_SIZE:
            with self._lock:
                self._kept[key] = content

    def _key(self, printed: Printed) -> bytes:
        return hashlib.sha256(self._words(printed).encode()).digest()


def _document_words(pdf_document: PdfDocument) -> str:
    # With the time in the key, the same content would have another key a minute later.
    return json.dumps(
        document_data(pdf_document=replace(pdf_document, made_at=_NEVER)), ensure_ascii=False
    )


documents = DocumentCache(_document_words)
# With one cache for both kinds, many receipts would remove the dossiers from the cache.
receipts: DocumentCache[ReceiptDocument] = DocumentCache(repr)
