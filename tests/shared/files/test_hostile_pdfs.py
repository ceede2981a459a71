"""A PDF that acts by itself or leads out is refused, or what is kept of it does neither."""

from io import BytesIO

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from shared.files.examination import file_examine
from shared.kernel.files import FileInFile, FileRefused, ProgramInFile
from tests.shared.files import hostile_pdfs
from tests.shared.files.hostile_pdfs import HOSTILE_PDFS, pdf

# Read by the test alone: what a reader could be made to do. Not the list of what is allowed.
ACTS = {
    "/JavaScript", "/Launch", "/GoToR", "/GoToE", "/GoToDp", "/SubmitForm", "/ImportData", "/Hide",
    "/Rendition", "/Movie", "/Sound", "/Thread", "/RichMediaExecute", "/RunThis", "/SetOCGState",
    "/Screen", "/RichMedia", "/3D", "/FileAttachment", "/Projection", "/PS", "/Print",
}  # fmt: skip
KEYS = {"/JS", "/XFA", "/EF", "/EmbeddedFiles", "/Renditions", "/AA", "/Collection", "/Base"}


def dangers(content: bytes) -> set[str]:
    """Everything in these objects that acts or leads out."""
    with pikepdf.open(BytesIO(content)) as document:
        found = {"locked"} if document.is_encrypted else set()
        for one in [document.trailer, *document.objects]:
            found |= dangers_in(one)
        if isinstance(document.Root.get("/OpenAction"), pikepdf.Dictionary):
            found |= {"opens"} - ({"opens"} if document.Root.OpenAction.S == "/GoTo" else set())
    return found


def dangers_in(one) -> set[str]:
    if isinstance(one, pikepdf.Array):
        return set().union(*(dangers_in(each) for each in one if not _is_elsewhere(each)))
    if not isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
        return set()
    found = KEYS & set(one.keys())
    for key, value in one.items():
        if key in ("/S", "/Subtype", "/N") and str(value) in ACTS:
            found.add(str(value))
        if key in ("/F", "/UF") and isinstance(value, pikepdf.String):
            found.add("a file")
        if key == "/URI" and isinstance(value, pikepdf.String):
            found |= set() if str(value).startswith(("https://", "mailto:")) else {str(value)}
        if not _is_elsewhere(value):
            found |= dangers_in(value)
    return found


def _is_elsewhere(one) -> bool:
    return isinstance(one, pikepdf.Object) and one.is_indirect


@pytest.mark.parametrize("name", HOSTILE_PDFS)
def test_hostile_pdf_is_refused_or_harmless(name):
    sent = HOSTILE_PDFS[name]()

    try:
        kept = file_examine(name="letter.pdf", content=sent).content
    except FileRefused:
        return

    assert dangers(kept) == set()
    assert b"<script>" not in kept
    assert kept != sent


# These are rewritten without what was wrong with them; all others must be refused.
REWRITTEN = {
    "signed for show", "page for browsers inside", "link from a base", "what a reader must have",
}  # fmt: skip


@pytest.mark.parametrize("name", set(HOSTILE_PDFS) - REWRITTEN)
def test_hostile_pdf_that_would_lose_something_is_refused(name):
    with pytest.raises(FileRefused):
        file_examine(name="letter.pdf", content=HOSTILE_PDFS[name]())


def links() -> bytes:
    """Links to the web, a mailbox, a page and the next page, on opening the first page."""

    def change(document, page):
        actions = [
            Dictionary(S=Name.URI, URI=String("https://www.example.org/a?b=c#d")),
            Dictionary(S=Name.URI, URI=String("mailto:a@example.org?subject=b")),
            Dictionary(S=Name.Named, N=Name.NextPage),
            Dictionary(S=Name.GoTo, D=Array([page.obj, Name.Fit])),
        ]
        page.obj.Annots = Array(
            [
                Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], A=a)
                for a in actions
            ]
        )
        document.Root.OpenAction = Dictionary(S=Name.GoTo, D=Array([page.obj, Name.Fit]))

    return pdf(change)


def tagged() -> bytes:
    """Structure with attributes, headings one after another, a font that is called like a key."""

    def change(document, page):
        element = Dictionary(
            Type=Name.StructElem, S=Name.P, A=Dictionary(O=Name.Layout), Pg=page.obj
        )
        document.Root.StructTreeRoot = Dictionary(Type=Name.StructTreeRoot, K=Array([element]))
        first, second = (document.make_indirect(Dictionary(Title=t)) for t in "ab")
        first.Next, second.Prev = second, first
        document.Root.Outlines = Dictionary(First=first, Last=second)
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        page.obj.Resources = Dictionary(Font=Dictionary(F=font, A=font, AA=font, JS=font, EF=font))
        page.obj.Trans = Dictionary(S=Name.Dissolve)
        page.obj.Group = Dictionary(S=Name.Transparency, CS=Name.DeviceRGB)

    return pdf(change)


def form() -> bytes:
    """A form with a field that was filled in, and a remark."""

    def change(document, page):
        one = document.make_indirect(
            Dictionary(Subtype=Name.Widget, FT=Name.Tx, T="a", V="filled", F=4, Rect=[0, 0, 9, 9])
        )
        remark = Dictionary(Subtype=Name.Text, Contents="the remark", F=4, Rect=[0, 0, 9, 9])
        page.obj.Annots = Array([one, remark])
        document.Root.AcroForm = Dictionary(Fields=Array([one]), NeedAppearances=True)

    return pdf(change)


def bundles() -> bytes:
    """What most programs write: bundles of objects and a stream that lists them."""
    return pdf(lambda _d, _p: None, object_stream_mode=pikepdf.ObjectStreamMode.generate)


HARMLESS = {
    "links": (links, "https://www.example.org/a?b=c#d"),
    "tagged": (tagged, "/Dissolve"),
    "form": (form, "filled"),
    "bundles": (bundles, "/Pages"),
    "signed": (hostile_pdfs.signed, "Signature"),
    "saved twice": (
        lambda: hostile_pdfs.updated(
            hostile_pdfs.base(),
            b"<< /Type /Catalog /Lang (ar-MA) /Pages %s >>"
            % hostile_pdfs.pages_of(hostile_pdfs.base()),
        ),
        "ar-MA",
    ),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_harmless_pdf_is_kept_with_what_can_be_seen(name):
    make, words = HARMLESS[name]
    sent = make()

    kept = file_examine(name="letter.pdf", content=sent).content

    with pikepdf.open(BytesIO(kept)) as document:
        assert len(document.pages) == 1
        assert document.pages[0].Contents.read_bytes().split() == [b"BT", b"ET"]
    assert words.encode() in kept


def test_signed_pdf_is_kept_as_it_is():
    sent = hostile_pdfs.signed()

    assert file_examine(name="letter.pdf", content=sent).content == sent


def test_rewritten_pdf_has_no_packed_objects():
    kept = file_examine(name="letter.pdf", content=bundles()).content

    assert b"/ObjStm" not in kept


@pytest.mark.slow
def test_objects_that_name_the_same_long_one_again_and_again_are_refused():
    def change(document, page):
        long = document.make_indirect(Array([0] * 100_000))
        page.obj.Annots = Array([Dictionary(Type=long, Subtype=Name.Link) for _ in range(1000)])

    with pytest.raises(FileInFile):
        file_examine(name="letter.pdf", content=pdf(change))


def test_corpus_is_large_enough():
    assert len(HOSTILE_PDFS) >= 60


def test_script_packed_twice_is_called_a_program():
    with pytest.raises(ProgramInFile):
        file_examine(name="a.pdf", content=HOSTILE_PDFS["script packed twice and mistyped"]())
