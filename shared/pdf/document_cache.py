"""Caches of recently made PDF documents, for a second request of the same content.

A cache is in the memory of one process for minutes, so that no copy on a disk or in a table must be
erased. The key is the digest of all printed content, so only a caller with the same content gets
the document; after any change of the content, the document is not found.
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
# A long document has several hundred kilobytes.
MAX_KEPT = 8
MAX_KEPT_SIZE = 2_000_000

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class DocumentCache(Generic[Printed]):
    """A cache of documents of one kind; ``words`` returns the printed content of a document."""

    def __init__(self, words: Callable[[Printed], str]) -> None:
        self._words = words
        self._lock = Lock()
        self._kept: TTLCache[bytes, bytes] = TTLCache(
            MAX_KEPT, KEPT_FOR.total_seconds(), timer=lambda: clock.now().timestamp()
        )

    def find(self, printed: Printed) -> bytes | None:
        """Return the cached PDF with equal content and its original date, or ``None``."""
        key = self._key(printed)
        with self._lock:
            return self._kept.get(key)

    def keep(self, printed: Printed, content: bytes) -> None:
        """Store a document for 15 minutes."""
        key = self._key(printed)
        if len(content) <= MAX_KEPT_SIZE:
            with self._lock:
                self._kept[key] = content

    def _key(self, printed: Printed) -> bytes:
        return hashlib.sha256(self._words(printed).encode()).digest()


def _document_words(pdf_document: PdfDocument) -> str:
    # The moment is left out, so equal content a minute later has the same key.
    return json.dumps(
        document_data(pdf_document=replace(pdf_document, made_at=_NEVER)), ensure_ascii=False
    )


documents = DocumentCache(_document_words)
# Dossiers and receipts have separate caches, so that neither kind evicts the other kind.
receipts: DocumentCache[ReceiptDocument] = DocumentCache(repr)
