"""What a file really is, by its first bytes; the name and the declared type prove nothing."""

import unicodedata
from pathlib import PurePosixPath

from shared.kernel.errors import InvalidInput

LARGEST = 10 * 1024 * 1024
LONGEST_NAME = 100

_SIGNATURES = (
    (b"%PDF-", "application/pdf", ".pdf"),
    (b"\xff\xd8\xff", "image/jpeg", ".jpg"),
    (b"\x89PNG\r\n\x1a\n", "image/png", ".png"),
)


class EmptyFile(InvalidInput):
    """Nothing in it."""

    code = "file_empty"


class FileTooLarge(InvalidInput):
    """More than ten megabytes."""

    code = "file_too_large"


class FileTypeRefused(InvalidInput):
    """Neither a PDF nor a JPEG nor a PNG, whatever its name says."""

    code = "file_type_refused"


def content_type_of(content: bytes) -> str:
    """``application/pdf``, ``image/jpeg`` or ``image/png``.

    Raises ``EmptyFile``, ``FileTooLarge`` or ``FileTypeRefused``.
    """
    if not content:
        raise EmptyFile(field="file")
    if len(content) > LARGEST:
        raise FileTooLarge(field="file")
    for signature, content_type, _suffix in _SIGNATURES:
        if content.startswith(signature):
            return content_type
    raise FileTypeRefused(field="file")


def safe_name(name: str, *, content_type: str) -> str:
    """A name to show and to download under: no folders, no hidden characters, the true suffix."""
    base = PurePosixPath(name.replace("\\", "/")).name
    kept = "".join(
        c for c in unicodedata.normalize("NFC", base) if unicodedata.category(c)[0] != "C"
    )
    suffix = next(end for _start, known, end in _SIGNATURES if known == content_type)
    stem = PurePosixPath(kept).stem.strip(" .")[:LONGEST_NAME]
    return (stem or "file") + suffix
