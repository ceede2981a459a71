"""C14: a document does not betray who made it; what stands on the page stays."""

import struct
import zipfile
import zlib
from contextlib import suppress
from io import BytesIO

import pikepdf
import pytest

from shared.files.examination import file_examine
from shared.kernel.files import DamagedFile, FileRefused
from tests.shared.files import hostile_pdfs
from tests.shared.files.cost import times_as_dear
from tests.support import samples

MAKER = "Secret Maker"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
PROPERTIES = {
    "docProps/core.xml": f"<p><dc:creator>{MAKER}</dc:creator></p>",
    "docProps/app.xml": f"<Properties><Company>{MAKER}</Company></Properties>",
    "docProps/custom.xml": f"<Properties><v>{MAKER}</v></Properties>",
}
WORD = {
    "word/comments.xml": f"<w:c {W} w:author='{MAKER}' w:initials=\"{MAKER}\">نص الملاحظة</w:c>",
    "word/footnotes.xml": f'<w:ins {W} w:author = "{MAKER}"><w:t>author of all</w:t></w:ins>',
    "word/people.xml": f'<w15:people><w15:person w15:author="{MAKER}"/></w15:people>',
}
EXCEL = {
    "xl/comments1.xml": f"<c><author>{MAKER}</author><t>نص الملاحظة</t></c>",
    "xl/persons/person.xml": f'<person displayName="{MAKER}" userId="{MAKER}" id="{{1}}"/>',
    "xl/workbook.xml": (
        f'<w><x15ac:absPath url="C:\\Users\\{MAKER}\\" xmlns:x15ac="x"/>'
        f'<fileSharing userName="{MAKER}"/><sheet name="نص الملاحظة"/></w>'
    ),
}
SLIDES = {
    "ppt/commentAuthors.xml": f'<p:cmAuthor id="0" name="{MAKER}" initials="{MAKER}"/>',
    "ppt/comments/comment1.xml": "<p:text>نص الملاحظة</p:text>",
}
OPEN = {
    "meta.xml": f"<m><meta:initial-creator>{MAKER}</meta:initial-creator></m>",
    "styles.xml": (
        f"<a><dc:creator>{MAKER}</dc:creator><meta:creator-initials>{MAKER}"
        "</meta:creator-initials><text:p>نص الملاحظة</text:p></a>"
    ),
}
DOCUMENTS = {
    "Word": ("a.docx", samples.docx(**PROPERTIES, **WORD)),
    "Excel": ("a.xlsx", samples.docx("spreadsheetml.sheet", **PROPERTIES, **EXCEL)),
    "PowerPoint": ("a.pptx", samples.docx("presentationml.presentation", **PROPERTIES, **SLIDES)),
    "LibreOffice": ("a.odt", samples.odt(**OPEN)),
}


def kept(content: bytes, name: str = "a.pdf") -> bytes:
    return file_examine(name=name, content=content).content


def parts(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def pdf() -> bytes:
    """A page with a remark and a field, after an older revision with another maker."""
    document = pikepdf.new()
    page = document.add_blank_page()
    page.obj.Annots = pikepdf.Array(
        [
            pikepdf.Dictionary(Subtype=pikepdf.Name.Text, T=MAKER, Contents="the remark"),
            document.make_indirect(
                pikepdf.Dictionary(Subtype=pikepdf.Name.Widget, T="field-of-the-form")
            ),
        ]
    )
    page.obj.PieceInfo = pikepdf.Dictionary(Maker=MAKER)
    document.trailer.Info = document.make_indirect(pikepdf.Dictionary(Author=MAKER))
    document.Root.Metadata = document.make_stream(f"<x>{MAKER}</x>".encode())
    document.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([page.obj.Annots[1]]))
    written = BytesIO()
    document.save(written, compress_streams=False, fix_metadata_version=False)
    return written.getvalue()


@pytest.mark.parametrize(("name", "content"), DOCUMENTS.values(), ids=DOCUMENTS)
def test_c14_an_office_document_keeps_its_words_and_loses_its_makers(name, content):
    assert MAKER in str(parts(content))

    left = parts(kept(content, name))

    assert MAKER not in str(left)
    assert "نص الملاحظة" in str(left)
    assert list(left) == list(parts(content))


def test_c14_what_is_kept_of_an_open_document_still_begins_with_its_kind():
    with zipfile.ZipFile(BytesIO(kept(DOCUMENTS["LibreOffice"][1], "a.odt"))) as archive:
        first = archive.infolist()[0]

    assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)


def test_c14_a_pdf_keeps_its_words_and_loses_its_maker():
    assert MAKER.encode() in pdf()

    left = kept(pdf())

    assert MAKER.encode() not in left
    assert b"the remark" in left
    assert b"field-of-the-form" in left


def test_c14_nothing_of_an_earlier_state_of_a_pdf_is_kept():
    # An editor that saves "incrementally" appends: the name it replaced is still in the bytes.
    rest = b"9 0 obj\n<< /Author (" + MAKER.encode() + b") >>\nendobj\nxref\n"

    assert MAKER.encode() not in kept(samples.PDF.replace(b"xref\n", rest, 1))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.docx", samples.docx(**PROPERTIES, **{"_xmlsignatures/sig1.xml": "<Signature/>"})),
        ("a.odt", samples.odt(**OPEN, **{"META-INF/documentsignatures.xml": "<s/>"})),
        ("a.pdf", hostile_pdfs.signed()),
    ],
)
def test_c14_who_signs_wants_to_be_known_and_a_signature_stays_valid(name, content):
    assert kept(content, name) == content


def test_c14_a_part_in_which_names_cannot_be_found_is_refused():
    hidden = samples.docx(**{"word/comments.xml": f'<c author="{MAKER}"/>'.encode("utf-16")})

    with pytest.raises(DamagedFile):
        kept(hidden, "a.docx")


MEGABYTE = 1024 * 1024
ROOM = 9 * MEGABYTE
CATALOG = (
    b"%PDF-1.5\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages "
    b"/Kids [<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>] /Count 1 >>\nendobj\n"
)


def numbered(number: int, words: bytes, content: bytes) -> bytes:
    head = b"%d 0 obj\n<< %s /Length %d >>\nstream\n" % (number, words, len(content))
    return head + content + b"\nendstream\nendobj\n"


def pdf_of_a_long_list() -> bytes:
    """A list of objects that unpacks to a thousand times its size."""
    rows = zlib.compress(bytes(1_000 * MEGABYTE), 9)
    words = b"/Type /XRef /Size 9 /W [1 2 1] /Root 1 0 R /Filter /FlateDecode"
    return CATALOG + numbered(3, words, rows) + b"startxref\n%d\n%%%%EOF\n" % len(CATALOG)


def pdf_of_hidden_bundles(count: int = 1_500) -> bytes:
    """Bundles of objects that do not say they are bundles, each a thousand times its size."""
    packed = zlib.compress(b"10 0 " + b" " * 7 * MEGABYTE, 9)
    places, written = [9, CATALOG.index(b"2 0 obj")], CATALOG
    for number in range(3, 3 + count):
        places.append(len(written))
        written += numbered(number, b"/Type /X /N 1 /First 5 /Filter /FlateDecode", packed)
    rows = [(0, 0, 65535), *((1, place, 0) for place in places)]
    rows += [(2, number, 0) for number in range(3, 3 + count)] + [(1, len(written), 0)]
    words = b"/Type /XRef /Size %d /W [1 4 2] /Root 1 0 R" % len(rows)
    table = b"".join(struct.pack(">BIH", *row) for row in rows)
    listed = numbered(len(rows) - 1, words, table)
    return written + listed + b"startxref\n%d\n%%%%EOF\n" % len(written)


def fields_in_fields(count: int) -> str:
    """One field with many in its instruction."""
    begin, end = (f'<fldChar fldCharType="{kind}"/>' for kind in ("begin", "end"))
    word = "<instrText>IF </instrText>"
    return f"<a>{begin}{word}{f'{begin}{word}{end}{word}' * count}{end}</a>"


HOSTILE = {
    "names that never end": lambda: samples.docx(**{"word/x.xml": "<author " * (ROOM // 8)}),
    "folders that never end": lambda: samples.docx(**{"xl/workbook.xml": "absPath " * (ROOM // 8)}),
    "tags of a folder": lambda: samples.docx(**{"xl/workbook.xml": "<x:absPath " * (ROOM // 11)}),
    "a quote that never ends": lambda: samples.docx(**{"word/x.xml": " author='" * (ROOM // 9)}),
    "tags without end": lambda: samples.docx(**{"word/x.xml": f"<a>{'<b/>' * (ROOM // 4)}</a>"}),
    "tags in tags": lambda: samples.docx(**{"word/x.xml": "<a>" * (ROOM // 3)}),
    "fields in fields": lambda: samples.docx(**{"word/x.xml": fields_in_fields(60_000)}),
    "a list of objects": pdf_of_a_long_list,
    "hidden bundles": pdf_of_hidden_bundles,
}


HONEST = samples.docx(**{"word/x.xml": f"<w>{'<w:p>honest words</w:p>' * (ROOM // 100)}</w>"})


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_c14_looking_for_names_takes_little_time_whatever_is_sent(name):
    content = HOSTILE[name]()

    def look():
        with suppress(FileRefused):
            kept(content, "a.pdf" if content.startswith(b"%PDF") else "a.docx")

    # The dearest takes about twenty times as long as an honest document of a quarter of the room.
    assert times_as_dear(look, lambda: kept(HONEST, "a.docx")) < 80
