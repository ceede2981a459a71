"""Removal of the author's name and other properties from a document before it is stored.

The text of the document is not changed. A document with an electronic signature is not changed at
all, because any change would break the signature.
"""

import re
import warnings
import zipfile
from collections.abc import Callable, Mapping
from io import BytesIO

import pikepdf

from shared.files.pdf_policy import CATALOG_KEYS
from shared.kernel.files import DamagedFile, FileInFile

# The warnings about damaged forms are ignored, because the forms are not used here.
warnings.filterwarnings("ignore", category=pikepdf.exceptions.PageCopyWarning)
# The largest size of an unpacked stream for qpdf. Without the limit, a kilobyte of an attacker's
# file could unpack to gigabytes.
MAX_OF_A_STREAM = 8 * 1024 * 1024
pikepdf.settings.set_qpdf_limits(
    doc_max_warnings=100,
    parser_max_nesting=100,
    flate_max_memory=MAX_OF_A_STREAM,
    run_length_max_memory=MAX_OF_A_STREAM,
    png_max_memory=MAX_OF_A_STREAM,
    tiff_max_memory=MAX_OF_A_STREAM,
)

# Word writes this author's name too, when a person removes the personal information.
NOBODY = "Author"
# The largest length of a part in which names are searched, because the search needs memory.
MAX_PART_LENGTH = 32 * 1024 * 1024
# The earliest time that a ZIP archive can store; it replaces the real time.
NO_TIME = (1980, 1, 1, 0, 0, 0)

_EMPTY_PARTS: Mapping[str, str] = {
    "docProps/core.xml": (
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/'
        'core-properties"/>'
    ),
    "docProps/app.xml": (
        '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/'
        'extended-properties"/>'
    ),
    "docProps/custom.xml": (
        '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/'
        'custom-properties"/>'
    ),
    "word/people.xml": '<w15:people xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml"/>',
    "meta.xml": (
        '<office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' office:version="1.3"/>'
    ),
}
_SIGNED_PARTS = ("_xmlsignatures/", "META-INF/documentsignatures.xml")
# The patterns find the writers of changes and comments, and the path of an Excel file. No pattern
# matches beyond the next "<", because longer matches would be slow.
_ATTRIBUTES = re.compile(
    r"""(\s(?:[\w.-]+:)?(?:author|initials|userName|displayName|userId))\s*=\s*("[^"]*"|'[^']*')"""
)
_NAMES = re.compile(r"""(\sname)\s*=\s*("[^"]*"|'[^']*')""")
_FOLDER = re.compile(r"<(?:[\w.-]+:)?absPath\b[^<>]*/>")
_ELEMENTS = re.compile(
    r"(<((?:[\w.-]+:)?(?:creator|author|creator-initials|sender-initials))(?:\s[^<>]*)?>)[^<]*(?=</\2\s*>)"
)
_LISTS_OF_NAMES = ("ppt/commentAuthors.xml", "ppt/authors.xml", "xl/revisions/userNames.xml")
_PARTS_WITH_NAMES = re.compile(r"(word|xl|ppt)/.*\.xml|content\.xml|styles\.xml")


def office_unnamed(content: bytes) -> bytes:
    """Return an office document without its properties and its writers' names.

    A signed document is returned unchanged. Raises ``UnicodeDecodeError`` for a part that is not in
    UTF-8, because no names would be found, and ``FileInFile`` for a part that is too long.
    """
    written = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as given:
        if any(name.startswith(_SIGNED_PARTS) for name in given.namelist()):
            return content
        with zipfile.ZipFile(written, "w") as kept:
            for entry in given.infolist():
                kept.writestr(
                    zipfile.ZipInfo(entry.filename, NO_TIME),
                    _part(given, entry),
                    compress_type=entry.compress_type,
                )
    return written.getvalue()


def pdf_unnamed(content: bytes) -> bytes:
    """Return a PDF without its properties, its history and the writers of its comments.

    A signed PDF is returned unchanged. Raises ``DamagedFile`` for a file that qpdf cannot open.
    """
    written = BytesIO()
    try:
        with pikepdf.open(BytesIO(content)) as document:
            if is_signed(document, content):
                return content
            _forget_unknown_entries(document.Root)
            if "/Info" in document.trailer:
                del document.trailer["/Info"]
            for one in document.objects:
                if isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
                    _unname_object(one)
            document.save(
                written,
                compress_streams=False,
                # Without object streams, later checks see each object without unpacking.
                object_stream_mode=pikepdf.ObjectStreamMode.disable,
                # Pages and pictures stay compressed as in the original.
                stream_decode_level=pikepdf.StreamDecodeLevel.none,
                deterministic_id=True,
                fix_metadata_version=False,
            )
    except pikepdf.PdfError as trip:
        raise DamagedFile(type(trip).__name__) from trip
    return written.getvalue()


def is_signed(document: pikepdf.Pdf, content: bytes) -> bool:
    """Return whether the file has a signature whose byte range lies inside of the file."""
    return any(
        isinstance(one, pikepdf.Dictionary) and _covers(one.get("/ByteRange"), len(content))
        for one in document.objects
    )


def _covers(spans: object, size: int) -> bool:
    if not isinstance(spans, pikepdf.Array) or len(spans) != 4:
        return False
    values: list[object] = list(spans)
    numbers = [one for one in values if isinstance(one, int)]
    return len(numbers) == 4 and numbers[0] == 0 and 0 < sum(numbers[2:]) <= size


def _forget_unknown_entries(catalog: pikepdf.Object) -> None:
    """Delete unknown entries of a PDF's catalog, for example ``/URI``, which changes links."""
    for key in set(catalog.keys()) - CATALOG_KEYS - {"/Collection"}:
        del catalog[key]


def _unname_object(one: pikepdf.Object) -> None:
    for key in ("/Metadata", "/PieceInfo"):
        if key in one:
            del one[key]
    if isinstance(one, pikepdf.Stream) and one.get("/Type") == pikepdf.Name.Metadata:
        # The stream is emptied and not deleted, because another object may refer to the stream.
        one.write(b"")
    remarks = one.get("/Annots")
    if isinstance(remarks, pikepdf.Array):
        for remark in remarks:
            _unname_remark(remark)


def _unname_remark(remark: pikepdf.Object) -> None:
    # ``/T`` of a comment is the writer's name. ``/T`` of a form field (Widget) is the field's name.
    if (
        isinstance(remark, pikepdf.Dictionary)
        and "/T" in remark
        and remark.get("/Subtype") != pikepdf.Name.Widget
    ):
        del remark["/T"]


def _part(given: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    name = entry.filename
    if name in _EMPTY_PARTS:
        return _EMPTY_PARTS[name].encode()
    content = given.read(entry)
    if not _PARTS_WITH_NAMES.fullmatch(name):
        return content
    if len(content) > MAX_PART_LENGTH:
        raise FileInFile
    text = content.decode("utf-8-sig")
    for pattern, put in _replacements(name):
        text = pattern.sub(put, text)
    return text.encode()


def _replacements(name: str) -> list[tuple[re.Pattern[str], str | Callable[..., str]]]:
    attribute = rf'\1="{NOBODY}"'
    found: list[tuple[re.Pattern[str], str | Callable[..., str]]] = [
        (_ATTRIBUTES, attribute),
        (_ELEMENTS, rf"\g<1>{NOBODY}"),
        (_FOLDER, ""),
    ]
    return [*found, (_NAMES, attribute)] if name in _LISTS_OF_NAMES else found
