"""Removal of the properties of a document, which name its author, before it is stored.

Text that a person writes on the page stays. A document with an electronic signature stays
unchanged, because any change would break the signature, and a signer wants to be known.
"""

import re
import warnings
import zipfile
from collections.abc import Callable, Mapping
from io import BytesIO

import pikepdf

from shared.files.pdf_policy import CATALOG_KEYS
from shared.kernel.files import DamagedFile, FileInFile

# The warning about damaged forms is ignored: they do no harm here, and each would add a log line.
warnings.filterwarnings("ignore", category=pikepdf.exceptions.PageCopyWarning)
# Limits of qpdf for the whole process. Tables of references and object streams, which qpdf must
# unpack, are small in every real document, but a kilobyte could unpack to gigabytes.
MAX_OF_A_STREAM = 8 * 1024 * 1024
pikepdf.settings.set_qpdf_limits(
    doc_max_warnings=100,
    parser_max_nesting=100,
    flate_max_memory=MAX_OF_A_STREAM,
    run_length_max_memory=MAX_OF_A_STREAM,
    png_max_memory=MAX_OF_A_STREAM,
    tiff_max_memory=MAX_OF_A_STREAM,
)

# The author's name that Word writes when personal information is removed.
NOBODY = "Author"
# Larger parts are refused, because parts with names are searched as text in memory.
MAX_PART_LENGTH = 32 * 1024 * 1024
# The earliest time that ZIP can store, because a time is required.
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
# No pattern matches beyond the next "<", so each character is read only a few times. The patterns
# find changes and remarks of Word, writers of remarks in tables and presentations, and Excel's
# folder.
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

    Raises ``DamagedFile`` for a part that is not in UTF-8, where names could not be found.
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

    Raises ``DamagedFile`` for a file that no reader could open.
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
                # Objects are written without object streams, so that no reader must unpack streams.
                object_stream_mode=pikepdf.ObjectStreamMode.disable,
                # Pages and pictures stay packed as in the original.
                stream_decode_level=pikepdf.StreamDecodeLevel.none,
                deterministic_id=True,
                fix_metadata_version=False,
            )
    except pikepdf.PdfError as trip:
        raise DamagedFile(type(trip).__name__) from trip
    return written.getvalue()


def is_signed(document: pikepdf.Pdf, content: bytes) -> bool:
    """Return whether a signature covers bytes of this file; its keywords alone prove nothing."""
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
    """Delete unknown entries of the catalog; ``/URI``, a base of addresses, would change links."""
    for key in set(catalog.keys()) - CATALOG_KEYS - {"/Collection"}:
        del catalog[key]


def _unname_object(one: pikepdf.Object) -> None:
    for key in ("/Metadata", "/PieceInfo"):
        if key in one:
            del one[key]
    if isinstance(one, pikepdf.Stream) and one.get("/Type") == pikepdf.Name.Metadata:
        # The stream is emptied, because another object may still refer to it.
        one.write(b"")
    remarks = one.get("/Annots")
    if isinstance(remarks, pikepdf.Array):
        for remark in remarks:
            _unname_remark(remark)


def _unname_remark(remark: pikepdf.Object) -> None:
    # ``/T`` of a remark is its writer; ``/T`` of a form field is the field's name, which it needs.
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
