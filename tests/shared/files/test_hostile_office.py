"""A document that holds programs or leads out of itself is refused; others keep their words."""

import re
import zipfile
from io import BytesIO
from xml.etree import ElementTree

import pytest

from shared.files.examination import file_examine
from shared.kernel.files import (
    DamagedFile,
    ExternalContent,
    FileInFile,
    FileRefused,
    ProgramInFile,
)
from tests.shared.files import hostile_office
from tests.shared.files.hostile_office import HOSTILE_OFFICE, relation, run
from tests.support import samples

# These are refused because programs would read them in several ways; all others for what they do.
UNCLEAR = {
    "list in sixteen bits", "part that nobody can read", "signed with something in between",
    "two parts of one name",
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE_OFFICE)
def test_hostile_document_is_refused_for_what_it_does(name):
    reasons = (DamagedFile,) if name in UNCLEAR else (ProgramInFile, ExternalContent, FileInFile)

    with pytest.raises(reasons):
        file_examine(name="letter.docx", content=HOSTILE_OFFICE[name]())


def test_corpus_is_large_enough():
    assert len(HOSTILE_OFFICE) >= 60


PICTURE = relation("image", "../media/image1.png", mode="")
HARMLESS = {
    "links": hostile_office.word(
        rels=relation("hyperlink", "https://www.example.org/a?b=c&amp;d=e#f")
    ),
    "mail": hostile_office.word(rels=relation("hyperlink", "mailto:a@example.org?subject=b")),
    "place": hostile_office.word(rels=relation("hyperlink", "#'FiguresDetail 2'!A1")),
    "picture": hostile_office.word(rels=PICTURE, **{"word/media/image1.png": samples.PNG}),
    "picture from the root": hostile_office.word(
        rels=relation("image", "/word/media/image1.png", mode=""),
        **{"word/media/image1.png": samples.PNG},
    ),
    "fields": hostile_office.word(
        body=hostile_office.field(run(" PAGE "), run(" \\* MERGEFORMAT "))
        + hostile_office.field(run('HYPERLINK "https://www.example.org" \\t "_blank"'))
        + hostile_office.field(run(' HYPERLINK \\l "_Toc1" \\h '))
        + hostile_office.field(run(" = "), hostile_office.field(run("NUMPAGES")), run(" - 1"))
        + hostile_office.field(run("MACROBUTTON NoMacro [write here]"))
        + hostile_office.field(
            f"<w:del>{run(' SEQ a ', 'delInstrText')}</w:del>", f"<w:ins>{run(' SEQ b ')}</w:ins>"
        )
    ),
    "table of contents": hostile_office.word(
        body=hostile_office.mark("begin")
        + run('TOC \\o "1-3" \\h')
        + hostile_office.mark("separate")
        + hostile_office.field(run("PAGEREF _Toc1 \\h"))
        + hostile_office.mark("end")
    ),
    "field in a box": hostile_office.word(
        body="<mc:AlternateContent xmlns:mc='m'><mc:Choice>"
        + hostile_office.field(run("DATE"))
        + "</mc:Choice><mc:Fallback>"
        + hostile_office.field(run("DATE"))
        + "</mc:Fallback></mc:AlternateContent>"
    ),
    "words about programs": hostile_office.word(
        body=run("DDEAUTO c:\\cmd.exe javascript: | INCLUDEPICTURE", "t")
    ),
    "formula": hostile_office.formula("SUM(Table1[Price])&amp;\"|\"&amp;VLOOKUP(A1,'a b'!B:C,2)"),
    "formula with a link": hostile_office.formula('HYPERLINK("https://www.example.org","a")'),
    "slide": hostile_office.slides(
        **{
            "ppt/slides/a.xml": '<a:hlinkClick action="ppaction://hlinkshowjump?jump=nextslide"'
            ' xmlns:a="a"/>'
        }
    ),
    "open links": hostile_office.writer(
        "<text:a xlink:href='https://www.example.org'>a</text:a>"
        "<text:a xlink:href='#place'>a</text:a><draw:image xlink:href='Pictures/a.png'/>"
        "<draw:object xlink:href='./Object 1'/><office:scripts/>"
        "<presentation:event-listener presentation:action='next-page'/>"
    ),
    "open formula": hostile_office.writer(
        "<c table:formula='of:=SUM([.A1:.B2])+[$Sheet2.A1]+SUM({1|2})'/>", "spreadsheet"
    ),
    "open menus of nobody": hostile_office.writer(**{"Configurations2/menubar/a.xml": ""}),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_harmless_document_is_kept_with_all_its_parts(name):
    sent = HARMLESS[name]()

    kept = file_examine(name="letter.docx", content=sent).content

    assert parts(kept) == parts(sent)


def parts(content: bytes) -> dict[str, list[tuple[str, dict[str, str], str]]]:
    """Every part as another reader of XML sees it."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return {name: elements(archive.read(name)) for name in archive.namelist()}


def elements(part: bytes) -> list[tuple[str, dict[str, str], str]]:
    text = part.decode("utf-8", "replace")
    if not text.startswith("<"):
        return [("", {}, text)]
    # The prefixes of the samples are not declared.
    plain = re.sub(r"(</?|\s)[a-zA-Z]+:(?=[\w-]+[\s=/>])", r"\1", text)
    tree = ElementTree.fromstring(plain)  # noqa: S314  # made in these tests
    return [(one.tag, one.attrib, one.text or "") for one in tree.iter()]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("voice.mp3", samples.MP3 + samples.docx()),
        ("voice.wav", samples.wav() + samples.docx()),
    ],
)
def test_archive_behind_something_else_is_refused(name, content):
    with pytest.raises(FileRefused):
        file_examine(name=name, content=content)


def test_recording_that_is_read_from_elsewhere_is_refused():
    place = samples.box(b"url ", bytes(4) + b"http://203.0.113.9/x\0")
    content = recording(place)

    with pytest.raises(ExternalContent):
        file_examine(name="voice.m4a", content=content)


def test_recording_that_says_it_is_all_inside_is_kept():
    content = recording(samples.box(b"url ", b"\0\0\0\1"))

    assert file_examine(name="voice.m4a", content=content).content == content


def recording(place: bytes) -> bytes:
    """A track whose sound is read from ``place``."""
    places = samples.box(b"dref", bytes(4) + (1).to_bytes(4, "big") + place)
    handler = samples.box(b"hdlr", bytes(8) + b"soun" + bytes(12))
    media = handler + samples.box(b"minf", samples.box(b"dinf", places))
    track = samples.box(b"trak", samples.box(b"mdia", media))
    head = samples.box(b"ftyp", b"M4A " + bytes(4) + b"isom")
    return head + samples.box(b"moov", track) + samples.box(b"mdat", b"sound")
