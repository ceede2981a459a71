import pytest
from hypothesis import given, settings, strategies as st

from shared.pdf.documents import document_pdf
from shared.pdf.text import direction, isolated, lines, printable
from shared.pdf.types import Prose
from tests.shared.pdf.sheets import pdf_document
from tests.support.sampling import repeats


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("الإنارة معطلة، Éclairage n° 12", "الإنارة معطلة، Éclairage n° 12"),
        ("a\u202egnp.exe\u202c b", "agnp.exe b"),
        ("a\x00b\x1bc\u0085d", "abcd"),
        ("one\u2028two\r\nthree\tfour", "one\ntwo\nthree four"),
        ("😀", "[U+1F600]"),
        ("⵿", "[U+2D7F]"),
        ("\ue000", "[U+E000]"),
        ("ｆｕｌｌ", "full"),
        ("no\u00adbreak\ufeff", "nobreak"),
        ("thin\u2008space", "thin space"),
        ("\ud800", ""),
    ],
)
def test_a_text_is_printed_in_signs_that_the_fonts_have(typed, printed):
    assert printable(typed) == printed


def test_a_name_cannot_end_the_isolation_that_stands_around_it():
    assert isolated("a\u2069b\u202ec\u2066") == "\u2068abc\u2069"


@pytest.mark.parametrize(
    ("text", "language", "way"),
    [
        ("12 زنقة", "fr", "rtl"),
        ("12 rue", "ar", "ltr"),
        ("2026/12", "ar", "rtl"),
        ("2026/12", "fr", "ltr"),
    ],
)
def test_a_text_has_the_direction_of_its_first_letter(text, language, way):
    assert direction(text, language=language) == way


def test_each_line_of_a_text_has_its_own_direction():
    assert lines("\nسلام\nbonjour\n \nfin\n", language="ar") == [
        {"text": "سلام", "direction": "rtl", "gap": False},
        {"text": "bonjour", "direction": "ltr", "gap": False},
        {"text": "fin", "direction": "ltr", "gap": True},
    ]


@pytest.mark.parametrize("number", repeats([20, 100], keep=1))
def test_whatever_was_typed_there_is_a_document(number):
    settings(max_examples=number)(given(st.text(max_size=200))(require_document))()


def require_document(text):
    # The standards of the document refuse a sign without a drawing: this raises for one.
    assert document_pdf(pdf_document=pdf_document(Prose(text=text))).startswith(b"%PDF-1.7")


@pytest.mark.slow
def test_every_sign_of_the_first_plane_can_stand_in_a_document():
    signs = [chr(number) for number in range(0x10000)]
    for at in range(0, len(signs), 8192):
        text = "\n".join(signs[at : at + 8192])
        assert document_pdf(pdf_document=pdf_document(Prose(text=text))).startswith(b"%PDF-1.7")
