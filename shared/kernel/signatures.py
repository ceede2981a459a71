"""Recognition of a file's family by its first bytes; this module does not open files."""

from enum import StrEnum
from pathlib import PurePosixPath

from shared.kernel.files import (
    LARGEST,
    EmptyFile,
    FileTooLarge,
    FileTypeRefused,
    HeicRefused,
    OldOfficeRefused,
    VideoRefused,
)


class Family(StrEnum):
    """The family of a file; the family decides how the file is examined."""

    PICTURE = "picture"
    PDF = "pdf"
    ARCHIVE = "archive"
    OGG = "ogg"
    WEBM = "webm"
    MP4 = "mp4"
    WAV = "wav"
    MPEG = "mpeg"
    AMR = "amr"
    TEXT = "text"


_SIGNATURES = (
    (b"%PDF-", Family.PDF),
    (b"\xff\xd8\xff", Family.PICTURE),
    (b"\x89PNG\r\n\x1a\n", Family.PICTURE),
    (b"GIF87a", Family.PICTURE),
    (b"GIF89a", Family.PICTURE),
    (b"PK\x03\x04", Family.ARCHIVE),
    (b"OggS", Family.OGG),
    (b"\x1aE\xdf\xa3", Family.WEBM),
    (b"ID3", Family.MPEG),
    (b"#!AMR", Family.AMR),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif"}
# MPEG audio and AAC begin with eleven bits that are 1.
_SYNC = 0xE0


def family_of(content: bytes, *, name: str) -> Family:
    """Return the family of a file by its first bytes; only for plain text the name decides.

    Raises ``EmptyFile``, ``FileTooLarge``, ``HeicRefused``, ``OldOfficeRefused``, ``VideoRefused``
    or ``FileTypeRefused``.
    """
    if not content:
        raise EmptyFile
    if len(content) > LARGEST:
        raise FileTooLarge
    family = next((known for start, known in _SIGNATURES if content.startswith(start)), None)
    family = family or _in_a_box(content)
    if family:
        return family
    if len(content) > 1 and content[0] == 0xFF and content[1] & _SYNC == _SYNC:
        return Family.MPEG
    if PurePosixPath(name.lower()).suffix == ".txt":
        return Family.TEXT
    raise FileTypeRefused


def _in_a_box(content: bytes) -> Family | None:
    """Return the family of a container format (OLE, RIFF, MP4); ``None`` for other formats.

    Raises ``OldOfficeRefused``, ``VideoRefused`` or ``HeicRefused``.
    """
    if content.startswith(_OLE):
        raise OldOfficeRefused
    if content[:4] == b"RIFF":
        if content[8:12] == b"AVI ":
            raise VideoRefused
        return {b"WEBP": Family.PICTURE, b"WAVE": Family.WAV}.get(content[8:12])
    if content[4:8] != b"ftyp":
        return None
    if content[8:12] in _HEIC_BRANDS:
        raise HeicRefused
    return Family.MP4
