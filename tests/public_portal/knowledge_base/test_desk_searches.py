"""Searches that found nothing: led to an article, put aside, taken up again."""

import pytest

from shared.kernel import clock
from shared.kernel.actors import SYSTEM
from shared.knowledge_base.models import MissedSearch
from shared.knowledge_base.selectors.editor import article_detail
from shared.knowledge_base.selectors.reader import article_search
from shared.knowledge_base.services.article_file import article_load
from shared.knowledge_base.services.missed_searches import missed_search_dismiss
from tests.public_portal.knowledge_base.samples import acts, as_typed, missed, rows_on, text_of

pytestmark = pytest.mark.django_db

EDIT = "/answers/articles/cost/"


@pytest.fixture(autouse=True)
def _articles(articles):
    """Every test begins with the file's articles."""


def test_searches_are_listed_the_most_asked_for_first(desk):
    missed("visa", "divorce", "loterie")

    page = desk.get("/answers/searches/")

    assert rows_on(page) == ["loterie", "divorce", "visa"]


def test_words_led_to_an_article_find_it_from_then_on(desk):
    (search,) = missed("zimbabwe")
    before = article_search(text="zimbabwe", language="fr")

    answer = desk.post(f"/answers/searches/{search.pk}/", {"article": "cost"})

    assert before == []
    assert article_search(text="zimbabwe", language="fr")[0].slug == "cost"
    assert answer["Location"] == f"/answers/searches/?settled={search.pk}"
    assert rows_on(desk.get("/answers/searches/")) == []
    assert rows_on(desk.get("/answers/searches/?view=answered")) == ["zimbabwe"]
    assert acts(f"search:{search.pk}") == [("search_answered", "oversight", "Test Analyst")]


def test_words_stay_led_through_edits_and_loads(desk):
    (search,) = missed("zimbabwe")
    desk.post(f"/answers/searches/{search.pk}/", {"article": "cost"})

    report = article_load(actor=SYSTEM)
    desk.post(EDIT, {**as_typed("cost", question_en="What is the price?"), "save": "yes"})

    assert report.updated == 0
    assert article_search(text="zimbabwe", language="fr")[0].slug == "cost"


def test_leading_words_is_no_edit_of_the_article(desk):
    (search,) = missed("zimbabwe")

    desk.post(f"/answers/searches/{search.pk}/", {"article": "cost"})

    assert not article_detail(slug="cost", today=clock.today()).is_edited


def test_undo_takes_the_words_back(desk):
    (search,) = missed("zimbabwe")
    desk.post(f"/answers/searches/{search.pk}/", {"article": "cost"})

    desk.post(f"/answers/searches/{search.pk}/undo/")

    assert article_search(text="zimbabwe", language="fr") == []
    assert rows_on(desk.get("/answers/searches/")) == ["zimbabwe"]
    assert acts(f"search:{search.pk}")[-1][0] == "search_unsettled"


def test_words_led_elsewhere_leave_the_first_article(desk):
    (search,) = missed("zimbabwe")
    desk.post(f"/answers/searches/{search.pk}/", {"article": "cost"})

    desk.post(f"/answers/searches/{search.pk}/", {"article": "reopen"})

    assert [link.slug for link in article_search(text="zimbabwe", language="fr")] == ["reopen"]


def test_words_put_aside_can_be_taken_up_again(desk):
    (search,) = missed("zimbabwe")

    page = desk.post(f"/answers/searches/{search.pk}/dismiss/", follow=True)
    aside = rows_on(desk.get("/answers/searches/?view=dismissed"))
    desk.post(f"/answers/searches/{search.pk}/undo/")

    assert f'action="/answers/searches/{search.pk}/undo/"' in text_of(page)
    assert (rows_on(page), aside) == ([], ["zimbabwe"])
    assert rows_on(desk.get("/answers/searches/")) == ["zimbabwe"]


def test_words_put_aside_are_counted_on_and_stay_aside(desk):
    (search,) = missed("zimbabwe")
    missed_search_dismiss(search_id=search.pk, actor=SYSTEM)

    missed("zimbabwe")

    row = MissedSearch.objects.get()
    assert (row.count, row.settled_at is None) == (2, False)


def test_words_are_shown_as_text(desk):
    MissedSearch.objects.create(text="<script>", language="fr", last_seen=clock.now())

    assert "<script>" not in text_of(desk.get("/answers/searches/")).split("</head>")[1].replace(
        "<script src", ""
    )


def test_a_list_without_searches_says_so(desk):
    assert "No search waits for a decision" in text_of(desk.get("/answers/searches/"))
