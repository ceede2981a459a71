"""A file is what its content says."""

import pytest

from shared.kernel.files import (
    LARGEST,
    EmptyFile,
    FileTooLarge,
    FileTypeRefused,
    content_type_of,
    safe_name,
)

PDF = b"%PDF-1.7\n"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (PDF, "application/pdf"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
    ],
)
def test_the_type_is_read_from_the_first_bytes(content, expected):
    assert content_type_of(content) == expected


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", EmptyFile),
        (PDF + b"0" * LARGEST, FileTooLarge),
        (b"<svg onload=alert(1)>", FileTypeRefused),
        (b"GIF89a/*<script>*/", FileTypeRefused),
        (b"PK\x03\x04", FileTypeRefused),
        (b"MZ", FileTypeRefused),
    ],
)
def test_what_is_not_wanted_is_refused_by_name(content, refusal):
    with pytest.raises(refusal):
        content_type_of(content)


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
        ("x\r\nSet-Cookie: y.pdf", "xSet-Cookie: y.pdf"),
    ],
)
def test_a_shown_name_has_no_folder_no_hidden_character_and_the_true_suffix(name, expected):
    assert safe_name(name, content_type="application/pdf") == expected
