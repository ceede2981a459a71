import json
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from shared.kernel.references import receipt_code_group
from shared.pdf import renderer
from shared.pdf.receipts import receipt_data, receipt_pdf
from tests.shared.pdf.sheets import CODE, REFERENCE, drawn, pages, receipt, words
from tests.support.sampling import repeats

LANGUAGES = ("ar", "fr", "en")


def test_a_receipt_says_everything_a_person_needs_to_come_back():
    said = words(receipt_pdf(receipt=receipt("en")))

    assert said == (
        "Insaf National complaints portal Receipt of filing "
        "Reference 1234 5678 9012 3421 Receipt code (secret) 88-34-56-78-90-12-00-21 "
        "Whoever has the reference and the receipt code can read your request and write in your "
        "name. Do not show the code to anybody, not even to an officer. "
        "This code opens the receipt on the portal. Keep it to yourself too. "
        "Kind of request Complaint Subject The centre Organisation Centre "
        "To be answered by Health Received on 24 November 2026, 09:32 Answer due 23 January 2027 "
        "Why this date Decree 2.17.265 of 23 June 2017 gives the administration 60 days to answer "
        "with its reasons. The day on which you sent the request is not counted. The clock never "
        "stops. What happens next 24 November 2026 Step one "
        "9 December 2026 Step two Why it is so. Step three "
        "How to follow it Open the address below, with any telephone or computer. You need the "
        "reference, and your receipt code or your e-mail address. "
        "https://site.example/en/track/ 1234 5678 9012 3421 Page 1 / 1"
    )


def test_of_somebody_anonymous_the_code_is_the_only_way_and_no_address_is_spoken_of():
    alone = words(receipt_pdf(receipt=receipt("en", is_anonymous=True)))

    assert "88-34-56-78-90-12-00-21 We do not know who you are: this code is the only way" in alone
    assert "You need the reference and your receipt code. https://" in alone
    assert "e-mail" not in alone


@pytest.mark.parametrize("language", repeats(LANGUAGES, keep=1))
def test_a_receipt_is_one_page_of_about_fifty_kilobytes(language):
    # The page that links to it says how large it is.
    consent = {"ar": "موقعة على الورق", "fr": "Signé", "en": "Signed"}[language]
    printed = receipt_pdf(receipt=receipt(language, agency="Agence " * 20, consent=consent))

    assert len(pages(printed)) == 1
    assert 30_000 < len(printed) < 70_000


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_receipt_is_the_same_bytes(language):
    first = receipt_pdf(receipt=receipt(language))
    receipt_pdf(receipt=receipt("fr", reference="0000000000000000"))

    assert receipt_pdf(receipt=receipt(language)) == first


@pytest.mark.parametrize(("language", "way"), [("ar", "/R2L"), ("fr", "/L2R"), ("en", "/L2R")])
def test_programs_that_read_aloud_learn_the_language_the_title_and_the_structure(language, way):
    read = PdfReader(BytesIO(receipt_pdf(receipt=receipt(language))))
    root: Any = read.trailer["/Root"]

    assert root["/Lang"] == f"{language}-MA"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert root["/ViewerPreferences"]["/Direction"] == way
    titles = {
        "ar": "وصل إيداع الطلب",
        "fr": "Récépissé de dépôt",
        "en": "Receipt of filing",
    }
    assert read.metadata.title == titles[language]
    assert read.metadata.creation_date == datetime(2026, 11, 24, 9, 32, tzinfo=UTC)


def test_every_font_is_inside_the_document():
    read = PdfReader(BytesIO(receipt_pdf(receipt=receipt("ar"))))
    resources: Any = read.pages[0]["/Resources"]
    fonts = resources["/Font"].values()
    descriptors = [font["/DescendantFonts"][0]["/FontDescriptor"] for font in fonts]

    assert {str(found["/FontName"])[8:] for found in descriptors} == {
        "IBMPlexSansArabic-Bold", "IBMPlexSansArabic-Regular",
    }  # fmt: skip
    assert all("/FontFile2" in found or "/FontFile3" in found for found in descriptors)


def test_an_observation_has_no_term_and_says_so():
    said = words(receipt_pdf(receipt=receipt("en", due_on=None)))

    assert "Answer due No legal deadline When you hear from us The law sets no term" in said
    assert "Decree" not in said


def test_a_filing_at_the_counter_says_so_and_how_the_person_agreed():
    alone = words(receipt_pdf(receipt=receipt("en")))
    helped = words(receipt_pdf(receipt=receipt("en", consent="Signed on paper")))

    line = (
        "Filed at the counter by an officer on behalf of the person. Consent: \u2068Signed on "
        "paper\u2069. "
    )
    assert helped.replace("\u2068", "").replace("\u2069", "") == alone.replace(
        "Why this date", line.replace("\u2068", "").replace("\u2069", "") + "Why this date"
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("value", [REFERENCE, CODE])
def test_the_digits_of_a_number_keep_their_order_in_every_language(language, value):
    data = receipt_data(receipt=receipt(language))
    page = renderer.pictures(layout="receipt", data=json.dumps(data), form="svg")[0]
    # The hyphens between pairs are drawn, the spaces between fours are not.
    value = receipt_code_group(value) if value == CODE else value
    runs = [run for run in drawn(page) if len(run) == len(value)]
    # The same digit has the same outline, and another one another.
    shape = [value.index(digit) for digit in value]

    assert shape in [[run.index(glyph) for glyph in run] for run in runs]


def test_markup_in_a_name_is_printed_as_it_is():
    name = r"#eval(1) *a* _b_ $c$ [d] <e> @f `g` \h //i ~j = k #import"

    assert name in words(receipt_pdf(receipt=receipt("en", agency=name)))
