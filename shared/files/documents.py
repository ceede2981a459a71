"""Examination of PDF files and of plain text."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO

from shared.files.pdf_policy import require_harmless_pdf, signed_revisions
from shared.files.properties import pdf_unnamed
from shared.kernel.files import (
    DamagedFile,
    EncryptedFile,
    FileInFile,
    FileTypeRefused,
    ProgramInFile,
)

# The largest size in bytes of all unpacked object streams of a PDF.
MAX_UNPACKED = 32 * 1024 * 1024
# "%%EOF" must be in the last bytes of a PDF; mail programs add empty lines after "%%EOF".
ENDING = 1024
# The largest count of bytes from the start of a stream's dictionary to the word "stream".
MAX_DICTIONARY_LENGTH = 4096

# An object stream has about a hundred objects, so no document of this size has more streams.
MAX_OBJECT_STREAMS = 10_000
PIECE = 64 * 1024


def _name(*words: str) -> re.Pattern[bytes]:
    """Return a pattern that finds names of PDF, also with escaped letters (``#4a`` for ``J``)."""
    spelt = (
        "".join(f"(?:{letter}|#(?i:{ord(letter):02x}))" for letter in word).encode()
        for word in words
    )
    return re.compile(rb"/(?:" + b"|".join(spelt) + rb")(?![^\x00\t\n\x0c\r ()<>\[\]{}/%])")


_LOCKED = _name("Encrypt")
_PROGRAMS = _name("JavaScript", "Launch", "ImportData", "SubmitForm", "RichMedia", "GoToE")
_ATTACHED = _name("EmbeddedFile", "EmbeddedFiles")
_OBJECT_STREAM = _name("ObjStm")
_PACKED = _name("Filter", "Fl", "F")
_DEFLATED = re.compile(rb"/Filter\s*(?:\[\s*)?/FlateDecode\s*[\]/>\r\n ]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")
_MARKUP = re.compile(r"<\s*(?:!doctype|html|svg|script|\?xml|iframe|object|body)\b", re.IGNORECASE)


def pdf_examine(content: bytes) -> tuple[str, bytes]:
    """Return the type and the bytes of a PDF, without the author's name unless the PDF is signed.

    Forbidden PDF names are searched in all bytes and in the unpacked object streams; then each
    object of the cleaned file is checked (``pdf_policy``). Raises ``DamagedFile``,
    ``EncryptedFile``, ``ProgramInFile``, ``FileInFile`` or ``ExternalContent``.
    """
    if b"%%EOF" not in content[-ENDING:] or zipfile.is_zipfile(BytesIO(content)):
        raise DamagedFile
    _require_harmless(content)
    for packed in _packed_objects(content):
        _require_harmless(packed)
    kept = pdf_unnamed(content)
    is_signed = kept is content
    left = require_harmless_pdf(kept, whole=is_signed)
    for seen in signed_revisions(kept) if is_signed else ():
        left = require_harmless_pdf(seen, budget=left)
    return "application/pdf", kept


def text_examine(content: bytes) -> tuple[str, bytes]:
    """Return the type and the bytes of a text.

    Raises ``FileTypeRefused`` unless it is UTF-8 without HTML elements and control characters.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FileTypeRefused from None
    if _MARKUP.search(text) or _CONTROL.search(text):
        raise FileTypeRefused
    return "text/plain", content


def _require_harmless(content: bytes) -> None:
    if _LOCKED.search(content):
        raise EncryptedFile
    if _PROGRAMS.search(content):
        raise ProgramInFile
    if _ATTACHED.search(content):
        raise FileInFile


def _packed_objects(content: bytes) -> Iterator[bytes]:
    """Yield the unpacked object streams. Raises ``FileInFile`` for unusual compression or size."""
    left = MAX_UNPACKED
    for number, found in enumerate(_OBJECT_STREAM.finditer(content)):
        before = content[max(found.start() - MAX_DICTIONARY_LENGTH, 0) : found.start()]
        behind, keyword, _rest = content[
            found.start() : found.end() + MAX_DICTIONARY_LENGTH
        ].partition(b"stream")
        dictionary = before[before.rfind(b" obj") + 1 :] + behind
        if not keyword or not _PACKED.search(dictionary):
            # A stream without compression was searched with the other bytes of the file.
            continue
        if not _DEFLATED.search(dictionary) or b"/Predictor" in dictionary:
            raise FileInFile
        unpacked = _inflated(content, found.start() + len(behind) + len(keyword), left)
        left -= len(unpacked)
        if left < 0 or number >= MAX_OBJECT_STREAMS:
            raise FileInFile
        yield unpacked


def _inflated(content: bytes, at: int, most: int) -> bytes:
    """Return at most ``most + 1`` unpacked bytes of the stream at ``at``."""
    # One end of line, of one or two bytes, follows the word "stream".
    at += 2 if content[at : at + 2] == b"\r\n" else 1
    unpacking = zlib.decompressobj()
    pieces: list[bytes] = []
    size = 0
    while at < len(content) and not unpacking.eof and size <= most:
        waiting = unpacking.unconsumed_tail or content[at : at + PIECE]
        at += 0 if unpacking.unconsumed_tail else PIECE
        pieces.append(unpacking.decompress(waiting, most + 1 - size))
        size += len(pieces[-1])
    return b"".join(pieces)
