"""Searching the inbox: what counts as the same word, and whose cases are found."""

import unicodedata
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from shared.accounts.enums import Role
from shared.complaints.models import Complaint
from shared.complaints.models.full_text_search import search_query
from shared.complaints.selectors import ListSort, inbox, lists
from tenants.isolation.schema_switch import agency_context
from tests.agency_console.conftest import asked_by, inbox_position, references_on
from tests.support.factories import filed, staff


@pytest.fixture
def search(console, agent):
    """What a search in the list of all cases shows."""

    def found(text: str, view: str = "all") -> list[str]:
        return references_on(console.get("/", {"view": view, "q": text}))

    return found


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("إنارة الشارع", "إنارة"),
        ("إِنَارَةُ الشَّارِعِ", "إنارة"),
        ("انارة", "إِنَارَة"),
        ("الإنارة العمومية", "إنارة"),
        ("إنارة", "الإنارة"),
        ("وبالمدرسة الابتدائية", "والابتدائية"),
        ("مؤسسة", "موسسه"),
        ("مستشفى", "مستشفي"),
        ("تـــأخير", "تاخير"),
        ("گيشي", "كيشي"),
        ("ملف ١٢٣", "123"),
        ("École fermée", "ecole"),
        ("ecole fermee", "Fermée"),
        ("ÉCOLE", "école"),
        ("Sœur Æsop", "soeur aesop"),
        ("coupure d'eau", "eau"),
        ("Coupure d’eau à M'diq", "m'diq"),
        ("rendez-vous manqué", "rendez-vous"),
        ("rendez-vous manqué", "vous rendez"),
        ("dossier 123/2024", "123/2024"),
        ("www.service.example/page", "service"),
        ("voir a_b", "a_b"),
        ("Lampadaires", "lampad"),
        ("ﻣﺪﺭﺳﺔ", "مدرسة"),
    ],
)
def test_what_a_reader_takes_for_the_same_word_is_found(roads, search, written, asked):
    filed(roads, subject="Something else", body="Of other words")
    wanted = filed(roads, subject=written, body="Of other words").reference

    assert search(asked) == [wanted]


def test_the_words_of_the_story_are_searched_too(roads, search):
    filed(roads)
    wanted = filed(roads, body="Since the flood the bridge is closed.").reference

    assert search("bridge") == [wanted]


def test_all_words_must_be_there_in_any_order(roads, search):
    filed(roads, subject="Bridge open", body="None")
    wanted = filed(roads, subject="Bridge", body="It is closed").reference

    assert search("closed bridge") == [wanted]


def test_short_words_are_whole_and_fillers_say_nothing(roads, search):
    filed(roads, subject="Bordure", body="None")
    wanted = filed(roads, subject="Bo tree", body="None").reference

    assert search("the bo") == [wanted]


@pytest.mark.parametrize("text", ["zellige", "' & | ! ( ) :* <->", "\\", "🦄", "-"])
def test_what_nobody_wrote_finds_nothing(roads, search, text):
    filed(roads)

    assert search(text) == []


@pytest.mark.parametrize("most_sorted", [0, 10_000])
def test_a_common_word_gives_page_after_page_in_the_order_of_the_list(
    roads, monkeypatch, most_sorted
):
    """Few are sorted, many are read in the order of an index: to a reader it is the same."""
    references = [filed(roads).reference for _ in range(4)]
    filed(roads, subject="Something else", body="Of other words")
    monkeypatch.setattr(lists, "MAX_SORTED", most_sorted)
    asked = partial(inbox, view="all", **asked_by(), text="lamp")

    with agency_context(roads):
        first = list(asked()[:3])
        rest = list(asked(after=inbox_position(first[-1], ListSort.NEWEST)))

    assert [case.reference for case in [*first, *rest]] == references[::-1]


def test_a_search_stays_in_its_list(roads, console, search):
    holder = staff(roads, Role.AGENT, "holder@roads.example")
    held, free = filed(roads).reference, filed(roads).reference
    with agency_context(roads):
        Complaint.objects.filter(reference=held).update(assignee=holder)

    assert search("lamp", view="unassigned") == [free]


def test_nothing_of_another_agency_is_found(roads, water, search):
    theirs = filed(water, subject="Zellige").reference
    mine = filed(roads, subject="Zellige").reference

    assert (search("zellige"), search(theirs), search(mine)) == ([mine], [], [mine])


def test_a_number_is_found_by_its_beginning_and_among_the_words(roads, search):
    by_number = filed(roads).reference
    by_word = filed(roads, subject=f"As in {by_number}").reference

    assert search(by_number) == [by_word, by_number]
    assert search(f"{by_number[:4]} {by_number[4:9]}") == [by_word, by_number]
    assert search(by_number + "0") == []


# Of two writings of one text each may be stored and each may be asked for.
LETTERS = st.text(
    alphabet=st.sampled_from("اأإآٱبتةىيئؤءـكگڭݣپڤلم ًٌّ٠١aàâçéœIEb'’-./12\u200f"), max_size=40
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(LETTERS)
def test_every_text_is_found_by_itself_in_capitals_and_without_marks(roads, only_case, text):
    Complaint.objects.update(subject=text)

    for asked in (text, text.upper(), bare(text)):
        query = search_query(asked)
        assert query is None or Complaint.objects.filter(search=query).exists()


def bare(text: str) -> str:
    """The text without accents and diacritics."""
    apart = unicodedata.normalize("NFKD", text)
    return "".join(char for char in apart if not unicodedata.combining(char))


@pytest.fixture
def only_case(roads):
    """One case, from inside its agency."""
    filed(roads, body="None")
    with agency_context(roads):
        yield


@settings(max_examples=200)
@given(st.text())
def test_any_text_makes_a_question_of_letters_and_digits_or_none(text):
    query = search_query(text)

    words = str(query.source_expressions[-1].value) if query else ""
    assert all(char.isalnum() or char in " &|():*" for char in words)
