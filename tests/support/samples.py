"""Small whole files of each kind, and hostile ones."""

import struct
import zipfile
import zlib
from io import BytesIO
from itertools import pairwise

from PIL import Image

from demo.sample_files import sample_receipt_pdf
from shared.files.properties import pdf_unnamed

# As it is kept: what is kept of it once more is the same.
PDF = pdf_unnamed(sample_receipt_pdf(number="1", place="Rabat"))
OFFICE = "application/vnd.openxmlformats-officedocument."
OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
SECRET_PLACE = b"secret-place-33.57N"


def picture(kind="JPEG", *, size=(40, 20), mode="RGB", color=(200, 30, 30), **options):
    """A picture in one colour."""
    written = BytesIO()
    Image.new(mode, size, color).save(written, kind, **options)
    return written.getvalue()


JPEG = picture()
PNG = picture("PNG")


def photo_with_place():
    """A photo lying on its side, with its place on earth, a comment and a colour profile."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = SECRET_PLACE.decode()
    exif.get_ifd(0x8825).update({1: "N", 2: (33.0, 34.0, 0.0), 3: "W", 4: (7.0, 35.0, 0.0)})
    return picture(exif=exif, comment=SECRET_PLACE, icc_profile=SECRET_PLACE * 10)


def animation(kind="GIF"):
    """Two frames."""
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    written = BytesIO()
    frames[0].save(written, kind, save_all=True, append_images=frames[1:])
    return written.getvalue()


def huge_png(side=50_000):
    """A few bytes that say they are ``side`` pixels wide and high."""

    def part(kind, content):
        check = zlib.crc32(kind + content)
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check)

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    data = zlib.compress(bytes(side * 3 + 1))
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", data) + part(b"IEND", b"")


def archive(parts, *, store=()):
    """A ZIP of names and contents, in order."""
    written = BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            how = zipfile.ZIP_STORED if name in store else zipfile.ZIP_DEFLATED
            made.writestr(zipfile.ZipInfo(name), content, compress_type=how)
    return written.getvalue()


def docx(kind="wordprocessingml.document", *, main="", **more):
    """A document of Word, a table of Excel or a presentation, with further ``more`` parts."""
    main = main or f"{OFFICE}{kind}.main+xml"
    types = f'<Types><Override PartName="/word/document.xml" ContentType="{main}"/></Types>'
    body = "<w:document><w:t>" + "كلام words " * 200 + "</w:t></w:document>"
    return archive({"[Content_Types].xml": types, "word/document.xml": body, **more})


def odt(kind="text", *, manifest="<manifest/>", **more):
    """A document of LibreOffice."""
    parts = {"mimetype": f"{OPEN_DOCUMENT}{kind}", "content.xml": f"<office>{'<p/>' * 50}</office>"}
    return archive({**parts, "META-INF/manifest.xml": manifest, **more}, store=("mimetype",))


def pdf_with(words, *, packed=False):
    """A PDF with one more object, plain or in a packed stream of objects."""
    if packed:
        content = zlib.compress(words)
        head = b"<< /Type /ObjStm /N 1 /First 0 /Filter /FlateDecode /Length %d >>" % len(content)
        words = head + b"\nstream\n" + content + b"\nendstream"
    return PDF.replace(b"xref\n", b"9 0 obj\n" + words + b"\nendobj\nxref\n", 1)


def ogg(*bodies):
    """Pages of Ogg, the first of each given stream."""
    pages = [
        b"OggS" + struct.pack("<BBqIIIB", 0, 2, 0, n, 0, 0, 1) + bytes([len(body)]) + body
        for n, body in enumerate(bodies)
    ]
    return b"".join(pages)


OPUS = ogg(b"OpusHead\x01\x01\x00\x00\x80\xbb\x00\x00\x00\x00\x00")


def element(kind, content, *, is_open=False):
    """One element of EBML."""
    name = kind.to_bytes((kind.bit_length() + 7) // 8, "big")
    size = b"\x01" + b"\xff" * 7 if is_open else (0x10000000 | len(content)).to_bytes(4, "big")
    return name + size + content


def webm(*track_types, doc_type=b"webm"):
    """What a browser records, with the sizes it does not know left open."""
    head = element(0x1A45DFA3, element(0x4282, doc_type))
    tracks = b"".join(element(0xAE, element(0x83, bytes([kind]))) for kind in track_types)
    cluster = element(0x1F43B675, element(0xE7, b"\0") + element(0xA3, b"sound"), is_open=True)
    return head + element(0x18538067, element(0x1654AE6B, tracks) + cluster, is_open=True)


def box(kind: bytes, content: bytes) -> bytes:
    """One box of MP4."""
    return struct.pack(">I4s", len(content) + 8, kind) + content


def mp4(*handlers, brand=b"M4A "):
    """What a telephone records."""
    tracks = [
        box(b"trak", box(b"mdia", box(b"hdlr", bytes(8) + handler + bytes(12))))
        for handler in handlers
    ]
    head = box(b"ftyp", brand + bytes(4) + b"isom")
    return head + box(b"moov", b"".join(tracks)) + box(b"mdat", b"sound")


def wav(form=1):
    """A tenth of a second of silence."""
    parts = b"fmt " + struct.pack("<IHHIIHH", 16, form, 1, 8000, 16000, 2, 16)
    parts += b"data" + struct.pack("<I", 1600) + bytes(1600)
    return b"RIFF" + struct.pack("<I", len(parts) + 4) + b"WAVE" + parts


MP3 = b"ID3\x04\x00\x00\x00\x00\x00\x05title" + (b"\xff\xfb\x90\x00" + bytes(413)) * 4
AAC = (b"\xff\xf1\x50\x80\x01\x9f\xfc" + bytes(5)) * 4
AMR = b"#!AMR\n" + (b"\x3c" + bytes(31)) * 5
TEXT = "شكاية بخصوص الإنارة\n".encode()

# Name, content, and the type and suffix under which it is kept.
WHOLE = [
    ("photo.jpg", JPEG, "image/jpeg", ".jpg"),
    ("screen.png", PNG, "image/png", ".png"),
    ("photo.webp", picture("WEBP"), "image/png", ".png"),
    ("drawing.gif", picture("GIF"), "image/png", ".png"),
    ("letter.pdf", PDF, "application/pdf", ".pdf"),
    ("letter.docx", docx(), f"{OFFICE}wordprocessingml.document", ".docx"),
    ("table.xlsx", docx("spreadsheetml.sheet"), f"{OFFICE}spreadsheetml.sheet", ".xlsx"),
    (
        "talk.pptx",
        docx("presentationml.presentation"),
        f"{OFFICE}presentationml.presentation",
        ".pptx",
    ),
    ("letter.odt", odt(), f"{OPEN_DOCUMENT}text", ".odt"),
    ("table.ods", odt("spreadsheet"), f"{OPEN_DOCUMENT}spreadsheet", ".ods"),
    ("talk.odp", odt("presentation"), f"{OPEN_DOCUMENT}presentation", ".odp"),
    ("words.txt", TEXT, "text/plain", ".txt"),
    ("voice.opus", OPUS, "audio/ogg", ".ogg"),
    ("voice.webm", webm(2), "audio/webm", ".weba"),
    ("voice.m4a", mp4(b"soun"), "audio/mp4", ".m4a"),
    ("voice.3gp", mp4(b"soun", brand=b"3gp4"), "audio/3gpp", ".3gp"),
    ("voice.wav", wav(), "audio/wav", ".wav"),
    ("voice.mp3", MP3, "audio/mpeg", ".mp3"),
    ("voice.aac", AAC, "audio/aac", ".aac"),
    ("voice.amr", AMR, "audio/amr", ".amr"),
]


def cut(content):
    """The beginnings of a file, at a dozen places."""
    places = [len(content) * n // 12 for n in range(13)]
    return [content[:end] for _start, end in pairwise(places) if end < len(content)]
