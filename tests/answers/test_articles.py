"""The questions and answers: the file, the list, the search, and what was not found."""

import pytest

from public_portal.answers.errors import ArticleNotFound
from public_portal.answers.models import Article, MissedSearch
from public_portal.answers.selectors import (
    answer_blocks,
    article_groups,
    article_page,
    article_search,
    article_suggest,
    missed_searches,
)
from public_portal.answers.services import article_load, article_vote, missed_search_record
from public_portal.answers.types import Block, LoadReport
from shared.kernel.actors import CITIZEN, SYSTEM

pytestmark = pytest.mark.django_db

COUNT = 22


@pytest.fixture(autouse=True)
def articles():
    """Every article of the file."""
    return article_load(actor=SYSTEM)


def found(text: str, language: str = "fr") -> list[str]:
    """Addresses of the answers found, best first."""
    return [link.slug for link in article_search(text=text, language=language)]


# --- loading -------------------------------------------------------------------------------------


def test_the_first_load_creates_every_article(articles):
    assert articles == LoadReport(created=COUNT, updated=0, unchanged=0, deactivated=0)


def test_a_second_load_changes_nothing():
    report = article_load(actor=SYSTEM)

    assert report == LoadReport(created=0, updated=0, unchanged=COUNT, deactivated=0)


def test_a_load_repairs_words_and_keeps_votes():
    article_vote(slug="cost", is_useful=True, actor=CITIZEN)
    Article.objects.filter(slug="cost").update(question_fr="Autre chose")

    report = article_load(actor=SYSTEM)

    row = Article.objects.get(slug="cost")
    assert report.updated == 1
    assert (row.question_fr, row.useful_yes) == ("Est-ce gratuit ?", 1)


def test_an_article_that_left_the_file_is_withdrawn():
    row = Article.objects.get(slug="cost")
    row.pk, row.slug = None, "old"
    row.save()

    report = article_load(actor=SYSTEM)

    assert report.deactivated == 1
    with pytest.raises(ArticleNotFound):
        article_page(slug="old", language="fr")


@pytest.mark.parametrize("language", ["ar", "fr", "en"])
def test_every_article_is_complete_in_every_language(language):
    pages = [
        article_page(slug=slug, language=language)
        for slug in Article.objects.values_list("slug", flat=True)
    ]

    assert [page.slug for page in pages if not (page.question and page.blocks)] == []


def test_a_legal_source_is_given_in_all_languages_or_in_none():
    halves = [
        row.slug
        for row in Article.objects.all()
        if len(
            {
                bool(source)
                for source in (row.legal_source_ar, row.legal_source_fr, row.legal_source_en)
            }
        )
        > 1
    ]

    assert halves == []


# --- reading -------------------------------------------------------------------------------------


def test_questions_are_grouped_by_topic_in_order():
    groups = article_groups(language="en")

    assert [group.topic for group in groups] == [
        "filing",
        "deadlines",
        "following",
        "rights",
        "privacy",
        "figures",
    ]
    assert sum(len(group.articles) for group in groups) == COUNT


def test_the_answer_on_deadlines_tells_law_and_review():
    page = article_page(slug="deadlines", language="en")

    assert page.legal_source == "Decree 2.17.265 of 23 June 2017"
    assert page.reviewed_on.isoformat() == "2026-11-01"


def test_an_unknown_article_is_refused():
    with pytest.raises(ArticleNotFound):
        article_page(slug="nothing", language="fr")


def test_text_is_taken_apart_into_paragraphs_and_lists():
    blocks = answer_blocks("One.\n\nTwo:\n- a\n- b <b>\n\nThree.")

    assert blocks == (
        Block(is_list=False, lines=("One.",)),
        Block(is_list=False, lines=("Two:",)),
        Block(is_list=True, lines=("a", "b <b>")),
        Block(is_list=False, lines=("Three.",)),
    )


# --- searching -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("délai de réponse", "deadlines"),
        ("delai reponce", "deadlines"),
        ("combien de temps", "deadlines"),
        ("آجال الجواب", "deadlines"),
        ("الاجل", "deadlines"),
        ("شحال ديال الوقت", "deadlines"),
        ("ch7al dyal lwa9t", "deadlines"),
        ("how long", "deadlines"),
        ("annonyme", "privacy-levels"),
        ("مجهول الهويه", "privacy-levels"),
        ("bla smiya", "privacy-levels"),
        ("gratuit", "cost"),
        ("fabor", "cost"),
        ("nsit raqm", "lost-reference"),
        ("ضاع الوصل", "lost-reference"),
        ("reouvrir dossier", "reopen"),
        ("إِعَادَة فتح الملفّ", "reopen"),
        ("الوسيط", "mediator"),
        ("taille fichier", "attachments"),
        ("loi 09-08", "personal-data"),
        ("mgharba dyal lkharij", "residents-abroad"),
        ("fausse declaration", "false-statements"),
        ("kifach ndir chikaya", "how-to-file"),
    ],
)
def test_a_question_in_any_words_finds_its_answer(text, slug):
    assert slug in found(text)[:2]


def test_an_answer_is_found_in_one_script_and_told_in_another():
    link = article_search(text="مجاني", language="fr")[0]

    assert link.question == "Est-ce gratuit ?"


@pytest.mark.parametrize("text", ["recette de couscous", "%_'\\", "\x00", "   ", ""])
def test_what_has_no_answer_finds_none(text):
    assert found(text) == []


def test_a_withdrawn_article_is_not_found():
    Article.objects.filter(slug="cost").update(is_active=False)

    assert "cost" not in found("gratuit")


def test_suggestions_are_few():
    links = article_suggest(text="délai réponse réclamation dossier", language="fr")

    assert len(links) == 3


def test_a_search_is_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        article_search(text="délai de réponse", language="ar")


# --- votes, and searches that found nothing ------------------------------------------------------


def test_votes_are_counted_apart():
    article_vote(slug="cost", is_useful=True, actor=CITIZEN)
    article_vote(slug="cost", is_useful=True, actor=CITIZEN)
    article_vote(slug="cost", is_useful=False, actor=CITIZEN)

    row = Article.objects.get(slug="cost")
    assert (row.useful_yes, row.useful_no) == (2, 1)
    assert Article.objects.get(slug="rating").useful_yes == 0


def test_a_vote_for_nothing_is_refused():
    with pytest.raises(ArticleNotFound):
        article_vote(slug="nothing", is_useful=True, actor=CITIZEN)


def test_a_missed_search_is_counted_under_one_spelling():
    for text in ("Visa  SCHENGEN", "visa schengen"):
        missed_search_record(text=text, language="fr", actor=CITIZEN)

    assert [(row.text, row.count) for row in missed_searches()] == [("visa schengen", 2)]


def test_missed_searches_are_counted_by_language():
    for language in ("fr", "ar"):
        missed_search_record(text="visa", language=language, actor=CITIZEN)

    assert MissedSearch.objects.count() == 2


@pytest.mark.parametrize("text", ["me@example.ma", "0612345678", "06 12 34 56 78", "AB123456", ""])
def test_what_may_be_personal_is_not_kept(text):
    missed_search_record(text=text, language="fr", actor=CITIZEN)

    assert MissedSearch.objects.count() == 0


def test_a_missed_search_is_cut_to_its_length():
    missed_search_record(text="mot " * 100, language="fr", actor=CITIZEN)

    assert len(MissedSearch.objects.get().text) <= 80


def test_a_full_list_takes_no_new_words_but_counts_known_ones(monkeypatch):
    monkeypatch.setattr("public_portal.answers.services.MOST_MISSED", 1)
    for text in ("visa", "passeport perdu", "visa"):
        missed_search_record(text=text, language="fr", actor=CITIZEN)

    assert [(row.text, row.count) for row in missed_searches()] == [("visa", 2)]
