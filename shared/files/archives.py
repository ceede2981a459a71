"""Examination of office documents, which are ZIP archives of limited size."""

import html
import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import PurePosixPath

from shared.files.odf_policy import require_harmless_odf
from shared.files.ooxml_policy import require_harmless_ooxml
from shared.files.properties import office_unnamed
from shared.kernel.files import (
    DamagedFile,
    EncryptedFile,
    FileInFile,
    FileTypeRefused,
    ProgramInFile,
)

MAX_ENTRIES = 2000
MAX_UNPACKED = 100 * 1024 * 1024
# Compressed text has at least a fortieth of its size. A larger ratio than 100 is an attack.
MAX_TIMES = 100
# Below this unpacked size the ratio is not checked: a small table of zeros has a large ratio.
SMALL = 10 * 1024 * 1024
PIECE = 256 * 1024
MAX_LIST = 2 * 1024 * 1024

CONTENT_TYPES = "[Content_Types].xml"
_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
# Content type of a document's main part in ``[Content_Types].xml`` -> type of the document.
_MAIN_PARTS: Mapping[str, str] = {
    f"{_OFFICE}{kind}.main+xml": f"{_OFFICE}{kind}"
    for kind in (
        "wordprocessingml.document",
        "spreadsheetml.sheet",
        "presentationml.presentation",
    )
}
_OPEN_TYPES = {f"{_OPEN_DOCUMENT}{kind}" for kind in ("text", "spreadsheet", "presentation")}
_PROGRAM_WORDS = ("macroenabled", "vbaproject", "vnd.ms-office.activex")
_ENTRY = b"PK\x03\x04"
_ARCHIVES = (
    _ENTRY,
    b"PK\x05\x06",
    b"Rar!",
    b"7z\xbc\xaf\x27\x1c",
    b"\x1f\x8b",
    b"\xfd7zXZ",
    b"BZh",
    b"MSCF",
    b"\xd0\xcf\x11\xe0",
)
_PROGRAMS = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"#!/")


def office_examine(content: bytes) -> tuple[str, bytes]:
    """Return the type of an office document, and its bytes without the authors' names.

    A signed document is returned unchanged. Every entry is unpacked completely, to find entries
    with a false size. Raises ``FileTypeRefused``, ``DamagedFile``, ``EncryptedFile``,
    ``ProgramInFile``, ``FileInFile`` or ``ExternalContent``.
    """
    with zipfile.ZipFile(BytesIO(content)) as archive:
        entries = archive.infolist()
        _require_modest(entries)
        content_type = _type_of(archive, entries)
        left = MAX_UNPACKED
        for entry in entries:
            _require_plain_name(entry.filename)
            left -= _read_to_its_end(archive, entry, left)
    kept = office_unnamed(content)
    if kept is content and kept.count(_ENTRY) != len(entries):
        # A signed document is stored unchanged, and could have hidden data between its entries.
        raise DamagedFile
    if content_type in _OPEN_TYPES:
        require_harmless_odf(kept)
    else:
        require_harmless_ooxml(kept)
    return content_type, kept


def _require_modest(entries: list[zipfile.ZipInfo]) -> None:
    if not entries or min(entry.header_offset for entry in entries) != 0:
        # Bytes before the archive could be a second file of another type.
        raise DamagedFile
    if any(entry.flag_bits & 1 for entry in entries):
        raise EncryptedFile
    if any(entry.compress_type not in (0, 8) for entry in entries):
        raise DamagedFile
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    is_bomb = unpacked > SMALL and unpacked > packed * MAX_TIMES
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED or is_bomb:
        raise FileInFile


def _type_of(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> str:
    names = {entry.filename for entry in entries}
    if CONTENT_TYPES in names:
        return _microsoft_type(archive, names)
    if entries[0].filename == "mimetype" and entries[0].file_size < 100:
        return _open_type(archive, names)
    raise FileTypeRefused


def _microsoft_type(archive: zipfile.ZipFile, names: set[str]) -> str:
    listed = _words(archive, CONTENT_TYPES)
    if any(word in listed.lower() for word in _PROGRAM_WORDS):
        raise ProgramInFile
    for name in names:
        # When the document is opened, an external template is loaded with its macros.
        if name.endswith(".rels") and _fetches_a_template(_words(archive, name)):
            raise ProgramInFile
    found = {known for part, known in _MAIN_PARTS.items() if part in listed}
    if len(found) != 1:
        raise FileTypeRefused
    return found.pop()


def _fetches_a_template(relations: str) -> bool:
    return "attachedTemplate" in relations and 'TargetMode="External"' in relations


def _open_type(archive: zipfile.ZipFile, names: set[str]) -> str:
    content_type = archive.read("mimetype").decode("ascii")
    if content_type not in _OPEN_TYPES:
        raise FileTypeRefused
    if "META-INF/manifest.xml" not in names:
        raise DamagedFile
    if "encryption-data" in _words(archive, "META-INF/manifest.xml"):
        raise EncryptedFile
    if any(name.startswith(("Basic/", "Scripts/")) for name in names):
        raise ProgramInFile
    return content_type


def _words(archive: zipfile.ZipFile, name: str) -> str:
    """Return an entry as text; the text is not parsed, because XML entities could be endless."""
    with archive.open(name) as part:
        content = part.read(MAX_LIST + 1)
    if len(content) > MAX_LIST:
        raise FileInFile
    # Only UTF-8 is accepted, because the search finds no words in another encoding.
    return html.unescape(content.decode("utf-8-sig"))


def _require_plain_name(name: str) -> None:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name:
        raise DamagedFile
    if path.name.lower() == "vbaproject.bin" or "activex" in name.lower():
        raise ProgramInFile


def _read_to_its_end(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> int:
    size = 0
    with archive.open(entry) as part:
        while piece := part.read(PIECE):
            if size == 0 and piece.startswith(_ARCHIVES):
                raise FileInFile
            if size == 0 and piece.startswith(_PROGRAMS):
                raise ProgramInFile
            size += len(piece)
            if size > most:
                raise FileInFile
    return size
