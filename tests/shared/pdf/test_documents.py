import json
from dataclasses import replace

import pytest

from shared.pdf import documents, renderer
from shared.pdf.documents import document_data, document_pdf
from shared.pdf.types import (
    Blanks,
    Block,
    Fact,
    Facts,
    Letter,
    Points,
    Prose,
    Section,
    Table,
    ValueStyle,
)
from tests.shared.pdf.sheets import drawn, pages, pdf_document, words
from tests.support.sampling import repeats

MARKUP = r"#eval(1) #panic() *a* _b_ $c$ [d] <e> @f `g` \h //i ~j = k #import #let x = 1"


@pytest.mark.parametrize(
    "block",
    [
        Prose(text=MARKUP),
        Letter(heading="h", text=MARKUP),
        Letter(heading=MARKUP, text="t"),
        Facts(rows=(Fact(label="l", value=MARKUP),)),
        Facts(rows=(Fact(label=MARKUP, value="v"),)),
        Table(headings=(MARKUP,), rows=(("v",),), shares=(1,)),
        Table(headings=("h",), rows=((MARKUP,),), shares=(1,)),
        Points(items=(MARKUP,)),
        Blanks(labels=(MARKUP,)),
    ],
)
def test_markup_is_printed_as_it_was_written(block):
    assert MARKUP in words(document_pdf(pdf_document=pdf_document(block)))


def test_markup_in_a_title_is_printed_as_it_was_written():
    assert MARKUP in words(document_pdf(pdf_document=pdf_document(title=MARKUP)))


@pytest.mark.parametrize("language", repeats(["ar", "fr"], keep=1))
def test_a_long_text_goes_over_many_pages_each_with_its_number(language):
    text = "\n".join(f"zebra{number}" for number in range(1000))

    found = pages(
        document_pdf(pdf_document=pdf_document(Letter(heading="h", text=text), language=language))
    )

    numbers = [f"{at} / {len(found)}" for at in range(1, len(found) + 1)]
    assert len(found) > 10
    assert [number in page for number, page in zip(numbers, found, strict=True)] == [True] * len(
        found
    )
    assert [word for page in found for word in page.split() if "zebra" in word] == text.split()


@pytest.mark.slow
def test_a_heading_never_stands_alone_at_the_foot_of_a_page():
    facts = Facts(rows=(Fact(label="first", value="fact"),))
    for filling in range(20, 50):
        whole = pdf_document(Prose(text="\n".join(["x"] * filling)))
        last = Section(heading="Lonely", blocks=(facts,))
        found = pages(document_pdf(pdf_document=replace(whole, sections=(*whole.sections, last))))

        assert ["Lonely" in page for page in found] == ["first" in page for page in found]


def test_one_word_longer_than_a_line_stays_on_the_paper():
    found = words(document_pdf(pdf_document=pdf_document(Prose(text="x" * 3000))))

    assert found.count("x") == 3000


def runs_of(block, language):
    """What a block adds to the glyphs of a document."""
    bare, full = (
        drawn(renderer.pictures(layout="document", data=json.dumps(data), form="svg")[0])
        for data in (
            document_data(pdf_document=pdf_document(*some, language=language))
            for some in ((), (block,))
        )
    )
    return [run for run in full if run not in bare]


def test_arabic_letters_are_joined_and_go_to_the_left():
    runs = runs_of(Prose(text="ببب ب"), "ar")
    alone = runs_of(Prose(text="ب"), "ar")

    # From the left: the letter alone, then its last, its middle and its first form.
    assert [(len(run), len(set(run)), run[0]) for run in runs] == [(4, 4, alone[0][0])]


def test_a_turning_sign_cannot_turn_what_stands_after_it():
    straight = document_pdf(pdf_document=pdf_document(Prose(text="total 100"), Prose(text="next")))
    turned = document_pdf(
        pdf_document=pdf_document(Prose(text="\u202etotal 100"), Prose(text="next"))
    )

    assert turned == straight


def test_numbers_in_a_table_stand_in_their_order_in_an_arabic_document():
    table = Table(headings=("بصمة",), rows=(("1123 4567 8889 9990",),), shares=(1,), numbers=(0,))
    *_heading, run = runs_of(table, "ar")

    # The same digit has the same outline; a space has none.
    digits = "1123456788899990"
    assert [run.index(glyph) for glyph in run] == [digits.index(digit) for digit in digits]


def test_facts_and_their_values_stand_together():
    facts = Facts(
        rows=(Fact(label="One", value="1"), Fact(label="Two", value="2", style=ValueStyle.NUMBER))
    )

    assert "One 1 Two 2" in words(document_pdf(pdf_document=pdf_document(facts)))


def test_what_is_too_much_for_paper_is_left_out_and_counted(monkeypatch):
    monkeypatch.setattr(documents, "MAX_SIGNS", 10)
    monkeypatch.setattr(documents, "MAX_ROWS", 2)
    letters = [
        Letter(heading=f"h{at}", text=text) for at, text in enumerate(("12345", "6" * 9, "7"))
    ]
    rows = tuple((f"row{at}",) for at in range(3))
    blocks: list[Block] = [
        *letters,
        Table(headings=("T",), rows=rows, shares=(1,)),
        Prose(text="the end"),
    ]

    said = words(document_pdf(pdf_document=pdf_document(*blocks, language="en")))

    assert "h0 12345 T row0 row1 the end 3 more entries are not printed here" in said
    assert "row2" not in said
