"""The questions and answers: the file, the list, the search, and what was not found."""

import re

import pytest

from shared.kernel.actors import CITIZEN, SYSTEM
from shared.knowledge_base.errors import ArticleNotFound
from shared.knowledge_base.models import Article, MissedSearch
from shared.knowledge_base.selectors.editor import missed_searches
from shared.knowledge_base.selectors.reader import answer_blocks, article_groups, article_page
from shared.knowledge_base.services.article_file import article_load, file_rows
from shared.knowledge_base.services.missed_searches import missed_search_record
from shared.knowledge_base.types import Block
from shared.reference_data.files import LoadReport

pytestmark = pytest.mark.django_db

COUNT = 62
NATIONAL = 43


@pytest.fixture(autouse=True)
def loaded(db) -> LoadReport:
    """Every test begins with the file's articles, loaded from it."""
    return article_load(actor=SYSTEM)


# --- loading -------------------------------------------------------------------------------------


def test_the_first_load_creates_every_article(loaded):
    assert loaded == LoadReport(created=COUNT, updated=0, unchanged=0, deactivated=0, kept=0)


def test_a_second_load_changes_nothing():
    report = article_load(actor=SYSTEM)

    assert report == LoadReport(created=0, updated=0, unchanged=COUNT, deactivated=0, kept=0)


def test_the_articles_keep_the_typography_of_the_pages():
    """A plain space before a colon may end a line, and the colon would begin the next one."""
    wrong = re.compile(r"'| [:;?!»]|« ")

    texts = [
        text
        for row in file_rows()
        for text in (row.text.questions.fr, row.text.answers.fr, row.text.legal_sources.fr)
    ]

    assert [text for text in texts if wrong.search(text)] == []


def test_the_articles_speak_to_one_reader_in_arabic():
    """The plural of the second person; the other pages use the singular."""
    plural = re.compile(r"\b(?:لكم|منكم|عليكم|طلبكم|ملفكم|يمكنكم|اذكروا|اكتبوا|قدموا|اختاروا)\b")

    texts = [text for row in file_rows() for text in (row.text.questions.ar, row.text.answers.ar)]

    assert [text for text in texts if plural.search(text)] == []


def test_a_load_repairs_words_and_keeps_votes():
    Article.objects.filter(slug="cost").update(question_fr="Autre chose", useful_yes=1)

    report = article_load(actor=SYSTEM)

    row = Article.objects.get(slug="cost")
    assert report.updated == 1
    assert (row.question_fr, row.useful_yes) == (
        "Déposer une réclamation est-il gratuit\N{NO-BREAK SPACE}?",
        1,
    )


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
    assert sum(len(group.articles) for group in groups) == NATIONAL


def test_the_answer_on_deadlines_tells_law_and_review():
    page = article_page(slug="deadlines", language="en")

    assert page.legal_source == "Decree 2.17.265 of 23 June 2017"
    assert page.reviewed_on.isoformat() == "2026-11-29"


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


# --- searches that found nothing -----------------------------------------------------------------


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
    monkeypatch.setattr("shared.knowledge_base.services.missed_searches.MAX_MISSED", 1)
    for text in ("visa", "passeport perdu", "visa"):
        missed_search_record(text=text, language="fr", actor=CITIZEN)

    assert [(row.text, row.count) for row in missed_searches()] == [("visa", 2)]
