"""What a file says it is: by its first bytes, and under which name it may be shown."""

import pytest

from shared.kernel.files import (
    LARGEST,
    EmptyFile,
    FileTooLarge,
    FileTypeRefused,
    HeicRefused,
    OldOfficeRefused,
    safe_name,
)
from shared.kernel.signatures import Family, family_of

PDF = b"%PDF-1.7\n"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (PDF, Family.PDF),
        (b"\xff\xd8\xff\xe0", Family.PICTURE),
        (b"\x89PNG\r\n\x1a\n", Family.PICTURE),
        (b"RIFF\0\0\0\0WEBP", Family.PICTURE),
        (b"RIFF\0\0\0\0WAVE", Family.WAV),
        (b"PK\x03\x04", Family.ARCHIVE),
        (b"\0\0\0\x18ftypM4A ", Family.MP4),
        (b"\xff\xfb\x90", Family.MPEG),
        (b"words", Family.TEXT),
    ],
)
def test_the_family_is_read_from_the_first_bytes(content, expected):
    assert family_of(content, name="x.txt") == expected


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", EmptyFile),
        (PDF + b"0" * LARGEST, FileTooLarge),
        (b"<svg onload=alert(1)>", FileTypeRefused),
        (b"\0\0\0\x18ftypheic", HeicRefused),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OldOfficeRefused),
        (b"MZ", FileTypeRefused),
    ],
)
def test_what_is_not_wanted_is_refused_by_name(content, refusal):
    with pytest.raises(refusal):
        family_of(content, name="photo.jpg")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\x\\scan.PDF", "scan.pdf"),
        ("photo.exe", "photo.pdf"),
        ("\u202efdp.exe", "fdp.pdf"),
        ("", "file.pdf"),
        ("...", "file.pdf"),
        ("شكاية.pdf", "شكاية.pdf"),
        ("a" * 400, "a" * 100 + ".pdf"),
        ("x\r\nSet-Cookie: y.pdf", "xSet-Cookie_ y.pdf"),
        ('a<b>"c|d?e*.pdf', "a_b__c_d_e_.pdf"),
        ("CON", "_CON.pdf"),
        ("lpt1.tar.gz", "_lpt1.tar.pdf"),
    ],
)
def test_a_shown_name_has_no_folder_no_hidden_character_and_the_true_suffix(name, expected):
    assert safe_name(name, content_type="application/pdf") == expected
