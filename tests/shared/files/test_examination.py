"""C8: a file is opened as what it claims to be; cleaned, kept as it is, or refused by name."""

from io import BytesIO
from random import Random

import pytest
from hypothesis import given, strategies as st
from PIL import Image

from shared.files.examination import file_examine
from shared.kernel.files import (
    LARGEST,
    AnimationRefused,
    DamagedFile,
    EmptyFile,
    EncryptedFile,
    FileInFile,
    FileRefused,
    FileTooLarge,
    FileTypeRefused,
    HeicRefused,
    OldOfficeRefused,
    ProgramInFile,
    TooManyPixels,
    VideoRefused,
)
from tests.shared.files.cost import times_as_dear
from tests.support import samples
from tests.support.sampling import repeats

MEGABYTE = 1024 * 1024


def examined(content, name="file"):
    return file_examine(name=name, content=content)


def locked(archive):
    """Each entry marked as encrypted, in the list at the end."""
    parts = archive.split(b"PK\x01\x02")
    return b"PK\x01\x02".join([parts[0], *(one[:4] + b"\x01" + one[5:] for one in parts[1:])])


def refusal_of(content, name="file"):
    with pytest.raises(FileRefused) as caught:
        examined(content, name)
    return type(caught.value)


@pytest.mark.parametrize(
    ("name", "content", "kind", "suffix"), samples.WHOLE, ids=[one[0] for one in samples.WHOLE]
)
def test_c8_what_people_have_is_taken_under_its_true_suffix(name, content, kind, suffix):
    kept = examined(content, name)

    assert (kept.content_type, kept.name) == (kind, name.rpartition(".")[0] + suffix)


@pytest.mark.parametrize(
    ("name", "content"), [one[:2] for one in samples.WHOLE], ids=[one[0] for one in samples.WHOLE]
)
def test_c8_a_wrong_suffix_changes_nothing(name, content):
    # Text has no signature: without its suffix it is nothing that is known.
    if name == "words.txt":
        assert refusal_of(content, "words.exe") == FileTypeRefused
    else:
        wrong = examined(content, "x.exe")
        assert wrong.content_type == examined(content, name).content_type


def test_c8_a_photo_loses_its_place_and_every_other_word_and_stands_upright():
    sent = samples.photo_with_place()

    kept = examined(sent)

    assert samples.SECRET_PLACE in sent
    assert samples.SECRET_PLACE not in kept.content
    with Image.open(BytesIO(kept.content)) as image:
        assert (dict(image.getexif()), image.size) == ({}, (20, 40))
        assert {"exif", "comment", "icc_profile"} & image.info.keys() == set()


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_c8_other_pictures_lose_it_too(kind):
    exif = Image.Exif()
    exif[0x010E] = samples.SECRET_PLACE.decode()
    sent = samples.picture(kind, exif=exif.tobytes())

    assert samples.SECRET_PLACE in sent
    assert samples.SECRET_PLACE not in examined(sent).content


def test_c8_what_hangs_behind_a_picture_is_gone():
    for sent in (samples.picture("GIF"), samples.JPEG, samples.PNG):
        assert b"<script>" not in examined(sent + b"*/;<script>alert(1)</script>").content


def test_c8_a_script_that_begins_as_a_gif_is_no_picture():
    assert refusal_of(b"GIF89a/*<svg onload=alert(1)>*/=1;alert(1)//") == DamagedFile


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_c8_a_png_of_any_depth_is_kept(mode):
    colour = {"LA": (9, 9), "RGBA": (9, 9, 9, 9), "I;16": 65535}.get(mode, 1)
    kept = examined(samples.picture("PNG", mode=mode, color=colour))

    with Image.open(BytesIO(kept.content)) as image:
        assert image.size == (40, 20)
        if mode == "I;16":
            assert image.getpixel((0, 0)) == (255, 255, 255)


def test_c8_a_photo_for_printers_becomes_one_for_screens():
    kept = examined(samples.picture(mode="CMYK", color=(0, 0, 0, 0)))

    with Image.open(BytesIO(kept.content)) as image:
        assert image.mode == "RGB"


def test_c8_a_huge_photo_is_made_smaller():
    kept = examined(samples.picture(size=(8000, 6000)))

    with Image.open(BytesIO(kept.content)) as image:
        assert image.size == (4000, 3000)


@pytest.mark.parametrize("side", [50_000, 7_100, 12_000])
def test_c8_a_picture_of_too_many_pixels_is_never_opened(side):
    assert refusal_of(samples.huge_png(side)) == TooManyPixels


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_c8_an_animation_is_refused_by_name(kind):
    assert refusal_of(samples.animation(kind)) == AnimationRefused


def test_c8_the_second_picture_inside_a_telephones_photo_is_left_out():
    frames = [Image.new("RGB", (20, 10), colour) for colour in ("red", "blue")]
    sent = BytesIO()
    frames[0].save(sent, "MPO", save_all=True, append_images=frames[1:])

    assert examined(sent.getvalue()).content_type == "image/jpeg"


@pytest.mark.parametrize("brand", [b"heic", b"mif1", b"heix", b"avif"])
def test_c8_heic_is_recognised(brand):
    assert refusal_of(bytes([0, 0, 0, 24]) + b"ftyp" + brand + bytes(100)) == HeicRefused


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", EmptyFile),
        (samples.PDF + bytes(LARGEST), FileTooLarge),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", FileTypeRefused),
        (b"<!DOCTYPE html><script>1</script>", FileTypeRefused),
        (b"MZ" + bytes(200), FileTypeRefused),
        (b"\x7fELF" + bytes(200), FileTypeRefused),
        (b"Rar!\x1a\x07\x01\x00" + bytes(200), FileTypeRefused),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(200), OldOfficeRefused),
        (b"RIFF" + bytes(4) + b"AVI LIST", VideoRefused),
    ],
    ids=["empty", "too large", "svg", "html", "exe", "elf", "rar", "doc", "avi"],
)
def test_c8_what_is_not_taken_is_refused_by_name(content, expected):
    assert refusal_of(content, "photo.jpg") == expected


@pytest.mark.parametrize(
    "text",
    [
        b"<html>hello",
        b"a <script>alert(1)</script>",
        b"\xff\xfeh\x00i\x00",
        b"a\x00b",
        "شكاية".encode("cp1256"),
        b"\x1b[31mred",
    ],
)
def test_c8_text_is_words_in_utf8_and_no_page(text):
    assert refusal_of(text, "words.txt") == FileTypeRefused


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "packed"])
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (b"<< /Encrypt 5 0 R >>", EncryptedFile),
        (b"<< /S /JavaScript /JS (app.alert(1)) >>", ProgramInFile),
        (b"<< /S /J#61vaScript /JS (x) >>", ProgramInFile),
        (b"<< /S /Launch /F (cmd.exe) >>", ProgramInFile),
        (b"<< /Names << /EmbeddedFiles 7 0 R >> >>", FileInFile),
        (b"<</Type/EmbeddedFile>>", FileInFile),
    ],
)
def test_c8_a_pdf_that_is_locked_or_acts_by_itself_is_refused(words, expected, packed):
    assert refusal_of(samples.pdf_with(words, packed=packed)) == expected


@pytest.mark.parametrize("words", [b"<< /EncryptMetadata true >>", b"<< /A /JavaScriptless >>"])
def test_c8_a_pdf_with_names_that_only_look_alike_is_kept(words):
    assert examined(samples.pdf_with(words)).content_type == "application/pdf"


def test_c8_packed_objects_of_a_pdf_are_unpacked_within_a_limit():
    assert refusal_of(samples.pdf_with(bytes(40 * MEGABYTE), packed=True)) == FileInFile


@pytest.mark.parametrize("words", [b"/Filter /LZWDecode", b"/Filter 9 0 R"])
def test_c8_objects_packed_in_an_unusual_way_are_refused_unread(words):
    sent = samples.pdf_with(b"<< /Type /ObjStm %s >>\nstream\nxxx\nendstream" % words)

    assert refusal_of(sent) == FileInFile


@pytest.mark.parametrize(
    "content",
    [
        samples.PDF[:-10],
        samples.PDF + bytes(2000),
        samples.PDF + samples.docx(),
        samples.PDF.replace(b"%%EOF", samples.docx() + b"\n%%EOF"),
    ],
    ids=["cut off", "something behind", "archive behind", "archive inside"],
)
def test_c8_a_pdf_ends_where_it_says_and_is_no_archive_too(content):
    assert refusal_of(content) == DamagedFile


@pytest.mark.parametrize(
    "content",
    [
        samples.docx(main="application/vnd.ms-word.document.macroEnabled.main+xml"),
        samples.docx(main="application/vnd.ms-word.document.m&#97;croEnabled.main+xml"),
        samples.docx(**{"word/vbaProject.bin": "x"}),
        samples.docx(**{"word/activeX/activeX1.xml": "x"}),
        samples.docx(**{"word/run.exe": b"MZ\x90\x00"}),
        samples.docx(
            **{"word/_rels/settings.xml.rels": 'Type="attachedTemplate" TargetMode="External"'}
        ),
        samples.odt(**{"Basic/Standard/Module1.xml": "x"}),
    ],
    ids=["docm", "escaped docm", "macros", "activex", "programme", "template", "odt with macros"],
)
def test_c8_a_document_with_a_program_in_it_is_refused(content):
    assert refusal_of(content, "letter.docx") == ProgramInFile


@pytest.mark.parametrize(
    "parts",
    # Made in the test: whoever collects the tests should not have to pack 400 MB.
    repeats(
        [
            lambda: {"word/embeddings/table.xlsx": samples.docx("spreadsheetml.sheet")},
            lambda: {"word/a.gz": b"\x1f\x8b\x08"},
            lambda: {"word/bomb.xml": bytes(99 * MEGABYTE)},
            lambda: {"word/bomb.xml": bytes(300 * MEGABYTE)},
            lambda: {f"word/{number}.xml": "" for number in range(2001)},
        ],
        keep=3,
    ),
    ids=["archive in archive", "gzip", "shrunk too much", "300 MB", "2003 entries"],
)
def test_c8_what_is_packed_too_deep_or_too_tight_is_refused(parts):
    content = samples.docx(**parts())

    assert len(content) < LARGEST
    assert refusal_of(content, "letter.docx") == FileInFile


def test_c8_an_entry_that_lies_about_its_size_is_found_out():
    sent = samples.docx(**{"word/lie.xml": bytes(20 * MEGABYTE)})
    told = (20 * MEGABYTE).to_bytes(4, "little")

    assert refusal_of(sent.replace(told, (100).to_bytes(4, "little"))) == DamagedFile


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "a\\..\\b", "C:/x"])
def test_c8_a_name_that_leads_out_of_an_archive_is_refused(name):
    assert refusal_of(samples.docx(**{name: "x"})) == DamagedFile


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (samples.archive({"a.txt": "x"}), FileTypeRefused),
        (samples.docx(main="application/xml"), FileTypeRefused),
        (samples.odt("graphics"), FileTypeRefused),
        (samples.odt(manifest="<manifest:encryption-data/>"), EncryptedFile),
        (b"PK\x03\x04" + bytes(50), DamagedFile),
        (locked(samples.docx()), EncryptedFile),
    ],
    ids=["plain zip", "no document", "drawing", "locked odt", "cut off", "locked entries"],
)
def test_c8_other_archives_are_refused_by_name(content, expected):
    assert refusal_of(content) == expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (samples.webm(2, 1), VideoRefused),
        (samples.webm(1), VideoRefused),
        (samples.webm(), DamagedFile),
        (samples.webm(2, doc_type=b"matroska"), FileTypeRefused),
        (samples.mp4(b"soun", b"vide"), VideoRefused),
        (samples.mp4(b"vide", brand=b"isom"), VideoRefused),
        (samples.mp4(), DamagedFile),
        (samples.ogg(b"\x80theora"), VideoRefused),
        (samples.ogg(b"OpusHead", b"\x80theora"), VideoRefused),
        (samples.ogg(b"fishead\0"), FileTypeRefused),
        (samples.OPUS + b"<script>", DamagedFile),
        (samples.wav(0x5555), FileTypeRefused),
        (samples.AMR + b"\x3c", DamagedFile),
        (samples.MP3[:40], DamagedFile),
        (b"\xff\xfb" + bytes(50), FileTypeRefused),
    ],
)
def test_c8_only_whole_sound_alone_is_taken(content, expected):
    assert refusal_of(content, "voice.webm") == expected


@pytest.mark.parametrize(
    ("name", "content"), [one[:2] for one in samples.WHOLE], ids=[one[0] for one in samples.WHOLE]
)
def test_c8_a_file_cut_off_anywhere_is_taken_or_refused_and_nothing_else(name, content):
    for piece in samples.cut(content):
        _taken_or_refused(piece, name)


def _taken_or_refused(content, name):
    try:
        examined(content, name)
    except FileRefused:
        return


@given(
    content=st.sampled_from([content for _name, content, *_more in samples.WHOLE]),
    place=st.floats(min_value=0, max_value=1, exclude_max=True),
    noise=st.binary(min_size=1, max_size=64),
    name=st.sampled_from(["a.txt", "a.jpg", ""]),
)
def test_c8_noise_in_the_middle_of_a_file_raises_nothing_but_refusals(content, place, noise, name):
    at = int(len(content) * place)

    _taken_or_refused(content[:at] + noise + content[at + len(noise) :], name)


@given(
    start=st.sampled_from([content[:12] for _name, content, *_more in samples.WHOLE] + [b""]),
    noise=st.binary(max_size=2000),
)
def test_c8_noise_behind_any_beginning_raises_nothing_but_refusals(start, noise):
    _taken_or_refused(start + noise, "a.txt")


@given(name=st.text(max_size=400))
def test_c8_whatever_a_file_is_called_its_name_can_be_shown_and_saved(name):
    kept = examined(samples.PNG, name).name

    assert kept.endswith(".png")
    assert 5 <= len(kept) <= 105
    assert not set(kept) & set('/\\<>:"|?*\0\r\n\u202e')


WICKED = {
    "50,000 x 50,000 PNG": samples.huge_png(),
    "300 MB bomb": samples.docx(**{"word/bomb.xml": bytes(300 * MEGABYTE)}),
    "99 MB of hard work": samples.docx(
        **{f"word/{n}.xml": Random(n).randbytes(10_000).hex() * 8 for n in range(600)}
    ),
    "PDF bomb": samples.pdf_with(bytes(40 * MEGABYTE), packed=True),
    "PDF of one name": b"%PDF-" + b"#41" * (5 * MEGABYTE - 10) + b"\n%%EOF",
    "PDF of streams": b"%PDF-" + b"stream\n" * (2 * MEGABYTE) + b"\n%%EOF",
    "photo of 49 million pixels": samples.picture(size=(7000, 7000)),
    "sheet of 19 million pixels": samples.picture("PNG", size=(4400, 4400)),
    "sheet one can see through": samples.picture("PNG", size=(4400, 4400), mode="RGBA", color=0),
    "Ogg of empty pages": (b"OggS" + bytes(23)) * 500_000,
    "boxes in boxes": b"\0\0\0\x0cftypM4A " + samples.box(b"free", b"") * 1_800_000,
    "text of 14 MB": "\u0634 <".encode() * (3 * MEGABYTE),
}


HONEST = "\u0634 words and more ".encode() * (14 * MEGABYTE // 18)


@pytest.mark.slow
@pytest.mark.parametrize("name", WICKED)
def test_c8_hostile_files_take_little_time(name):
    dearness = times_as_dear(
        lambda: _taken_or_refused(WICKED[name], "a.txt"), lambda: examined(HONEST, "a.txt")
    )

    # The dearest takes about twenty times as long as as much honest text.
    assert dearness < 100
