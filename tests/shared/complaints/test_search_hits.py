"""Phrases, and what a search shows of the cases that it found."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shared.complaints import services
from shared.complaints.enums import Privacy
from shared.complaints.models import Complaint, Party
from shared.complaints.models.full_text_search import folded_words
from shared.complaints.selectors import search, search_hits, search_in
from shared.complaints.types import PartyDraft
from shared.complaints.types.search import SearchedText
from shared.kernel.actors import CITIZEN
from shared.units.models import Unit
from tests.support.factories import filed, officer_actor, staff
from tests.support.sampling import repeats

pytestmark = pytest.mark.django_db


def found(text, rows=None):
    rows = Complaint.objects.order_by("pk") if rows is None else rows
    return list(search_in(rows, text).values_list("reference", flat=True))


def case(in_roads, **changes):
    values = {"subject": "Something", "body": "Of other words", "remedy": ""}
    return filed(in_roads, **{**values, **changes}).reference


def hit(reference, text):
    number = Complaint.objects.get(reference=reference).pk
    return search_hits([number], text)[number]


def marked(pieces):
    return "".join(f"[{one.text}]" if one.is_hit else one.text for one in pieces)


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("the public bridge is closed", '"bridge is closed"'),
        ("Le chat de l'école est fermé", "« chat de l'ecole »"),
        ("Le chat de l'école est fermé", "“l’école”"),
        ("تسرب الماء في الشارع الكبير", "«الشارع الكبير»"),
        ("تسرب الماء بالشارع الكبير", '"شارع كبير"'),
        ("dossier 123/2024", '"123/2024"'),
    ],
)
def test_a_phrase_is_found_where_its_words_stand_side_by_side(in_roads, written, asked):
    case(in_roads, body=" xx ".join(folded_words(written)))
    wanted = case(in_roads, body=written)

    assert found(asked) == [wanted]


def test_a_phrase_stands_in_one_text_and_the_other_words_anywhere(in_roads):
    case(in_roads, subject="Closed", body="bridge")
    wanted = case(in_roads, subject="Flood")
    services.citizen_message_add(reference=wanted, body="The closed bridge.", actor=CITIZEN)

    assert found('"closed bridge"') == found('"closed bridge" flood') == [wanted]
    assert found('"closed bridge" zebra') == []


def test_a_phrase_is_looked_for_in_the_latest_cases_that_have_its_words(in_roads, monkeypatch):
    early = case(in_roads, body="closed bridge")
    late = case(in_roads, body="closed bridge")
    monkeypatch.setattr(search, "MAX_PHRASE_CASES", 1)

    assert found('"closed bridge"') == [late]
    assert found('"closed bridge"', Complaint.objects.exclude(reference=late)) == [early]


@pytest.mark.parametrize("text", ["zebra", '"the zebra"', "REFERENCE", "BEGINNING", "benali"])
def test_no_search_leads_out_of_the_cases_that_one_may_see(in_roads, text):
    water = Unit.objects.create(name_ar="ماء", name_fr="Eau", name_en="Water")
    theirs = case(
        in_roads, body="Ask the zebra", party=PartyDraft(name="Benali", email="a@b.example")
    )
    text = {"REFERENCE": theirs, "BEGINNING": theirs[:5]}.get(text, text)
    assert found(text) == [theirs]

    assert found(text, Complaint.objects.filter(unit=water)) == []


def test_words_are_marked_as_they_were_written(in_roads):
    reference = case(in_roads, subject="L'École fermée, ÉCOLES", body="none")

    assert marked(hit(reference, "ecole").subject) == "L'[École] fermée, [ÉCOLES]"


def test_arabic_words_are_marked_with_article_and_diacritics(in_roads):
    reference = case(in_roads, subject="إِنَارَةُ الشَّارِعِ والإنارة", body="none")

    assert marked(hit(reference, "انارة").subject) == "[إِنَارَةُ] الشَّارِعِ [والإنارة]"


def test_only_the_words_of_a_phrase_are_marked(in_roads):
    reference = case(in_roads, subject="bridge closed, closed bridge", body="none")

    assert marked(hit(reference, '"closed bridge"').subject) == "bridge closed, [closed] [bridge]"


def test_words_beside_a_phrase_are_marked_wherever_they_stand(in_roads):
    reference = case(in_roads, subject="Flood", body="The closed bridge, closed; a bridge, a flood")

    shown = hit(reference, '"closed bridge" flood')

    assert marked(shown.subject) == "[Flood]"
    assert marked(shown.snippet) == "The [closed] [bridge], closed; a bridge, a [flood]"


def test_words_of_a_phrase_that_stands_in_the_subject_are_shown_nowhere_else(in_roads):
    reference = case(in_roads, subject="closed bridge", body="a bridge, closed")

    assert hit(reference, '"closed bridge"').where is None


def test_the_text_with_most_of_the_words_is_shown(in_roads):
    officer = staff(in_roads)
    reference = case(in_roads, body="A zebra")
    services.note_add(
        reference=reference,
        body="A zebra\nand an otter",
        officer=officer,
        actor=officer_actor(officer),
    )

    shown = hit(reference, "zebra otter")

    assert shown.where == SearchedText.NOTE
    assert marked(shown.snippet) == "A [zebra] and an [otter]"
    assert hit(reference, "zebra").where == SearchedText.STORY


@pytest.mark.parametrize(
    ("asked", "where"),
    [
        ("lynx", SearchedText.MESSAGE),
        ("ladder", SearchedText.REMEDY),
        ("salam", SearchedText.PLACE),
        ("benali", SearchedText.PARTY),
        ("0661000001", SearchedText.PARTY),
        ("something", None),
        ("zellige", None),
    ],
)
def test_it_is_said_where_the_words_stand(in_roads, asked, where):
    party = PartyDraft(name="Zineb Benali", email="z@example.net", phone="+212661000001")
    reference = case(in_roads, remedy="Bring a ladder", place="Hay Salam", party=party)
    services.citizen_message_add(reference=reference, body="Un lynx.", actor=CITIZEN)

    shown = hit(reference, asked)

    assert shown.where == where
    assert bool(shown.snippet) == (where is not None)


def test_a_long_text_is_cut_around_the_words_between_words(in_roads):
    body = " ".join(f"before{number}" for number in range(100)) + " zebra " + "after " * 100
    reference = case(in_roads, body=body)

    shown = marked(hit(reference, "zebra").snippet)

    assert "[zebra] after after" in shown
    assert len(shown) < 200
    assert shown.startswith("…before")
    assert shown.endswith("after…")


def test_nobody_who_hides_their_name_is_shown(in_roads):
    """Even where a row of an older release still holds who they are."""
    reference = case(in_roads, privacy=Privacy.CONFIDENTIAL)
    Party.objects.update(name="Zineb Benali")
    Complaint.objects.update(more_words="'benali'")

    assert hit(reference, "benali").snippet == ()


def test_markup_stays_text(in_roads):
    reference = case(in_roads, subject="<b>zebra</b>", body="none")

    assert [one.text for one in hit(reference, "zebra").subject] == ["<b>", "zebra", "</b>"]


@pytest.mark.parametrize("text", repeats(["zebra", '"a zebra"'], keep=1))
def test_fifty_cases_ask_what_one_asks(in_roads, text):
    def asked(count):
        numbers = list(Complaint.objects.values_list("pk", flat=True)[:count])
        with CaptureQueriesContext(connection) as queries:
            assert len(search_hits(numbers, text)) == count
            assert len(found(text)) == 50
        return len(queries)

    for _ in range(50):
        case(in_roads, body="A zebra")

    assert asked(1) == asked(50)
