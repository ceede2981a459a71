"""Pages of questions and answers, as a reader meets them."""

import pytest
from django.http import HttpResponse
from django.test import Client

from public_portal.answers.models import Article, MissedSearch
from public_portal.answers.services import article_load
from shared.kernel.actors import SYSTEM

pytestmark = pytest.mark.django_db

# What a browser says of a form on our own page.
OWN = {"sec-fetch-site": "same-origin"}


@pytest.fixture(autouse=True)
def articles():
    """Every article of the file."""
    article_load(actor=SYSTEM)


def text_of(response: HttpResponse) -> str:
    """The page as text."""
    return response.content.decode()


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("ar", "هل تقديم الشكاية مجاني؟"),
        ("fr", "Est-ce gratuit ?"),
        ("en", "Does it cost anything?"),
    ],
)
def test_the_list_shows_every_question_in_the_language(client, language, question):
    page = text_of(client.get(f"/{language}/answers/"))

    assert page.count("<bdi>") >= Article.objects.count()
    assert question in page


def test_a_search_shows_what_it_found(client):
    page = text_of(client.get("/fr/answers/", {"q": "gratuit"}))

    assert "Est-ce gratuit ?" in page
    assert MissedSearch.objects.count() == 0


def test_a_search_without_result_shows_a_way_on_and_is_counted(client):
    page = text_of(client.get("/fr/answers/", {"q": "recette couscous"}))

    assert 'href="/fr/answers/"' in page
    assert MissedSearch.objects.get().text == "recette couscous"


def test_words_typed_are_shown_as_text(client):
    page = text_of(client.get("/fr/answers/", {"q": "<script>alert(1)</script>"}))

    assert "<script>alert(1)" not in page


def test_an_answer_shows_its_law_and_its_review(client):
    page = text_of(client.get("/fr/answers/deadlines/"))

    assert "Décret n° 2-17-265 du 23 juin 2017" in page
    assert 'datetime="2026-11-01"' in page


def test_an_answer_without_a_law_names_none(client):
    page = text_of(client.get("/en/answers/attachments/"))

    assert "Legal source:" not in page


def test_markup_in_an_answer_is_shown_as_text(client):
    Article.objects.filter(slug="cost").update(answer_fr="<b>non</b>\n- <i>rien</i>")

    page = text_of(client.get("/fr/answers/cost/"))

    assert "&lt;b&gt;non" in page
    assert "<li>&lt;i&gt;rien" in page


def test_an_unknown_answer_is_not_found(client):
    assert client.get("/fr/answers/nothing/").status_code == 404


@pytest.mark.parametrize(("vote", "counts"), [("yes", (1, 0)), ("no", (0, 1))])
def test_a_vote_is_counted_and_thanked(client, vote, counts):
    response = client.post("/fr/answers/cost/vote/", {"useful": vote}, headers=OWN)

    row = Article.objects.get(slug="cost")
    assert (row.useful_yes, row.useful_no) == counts
    assert response.url == "/fr/answers/cost/?thanks=1#useful"


def test_after_a_vote_the_page_asks_no_more(client):
    before = text_of(client.get("/en/answers/cost/"))
    after = text_of(client.get("/en/answers/cost/?thanks=1"))

    assert 'name="useful"' in before
    assert 'name="useful"' not in after


def test_a_vote_that_is_neither_yes_nor_no_counts_for_nothing(client):
    response = client.post("/fr/answers/cost/vote/", {"useful": "maybe"}, headers=OWN)

    row = Article.objects.get(slug="cost")
    assert (row.useful_yes, row.useful_no) == (0, 0)
    assert response.url == "/fr/answers/cost/"


def test_a_vote_for_an_unknown_answer_is_not_found(client):
    response = client.post("/fr/answers/nothing/vote/", {"useful": "yes"}, headers=OWN)

    assert response.status_code == 404


@pytest.mark.parametrize(
    "sent",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://elsewhere.example"},
        {"origin": "null"},
        {"referer": "http://elsewhere.example/testserver"},
        {},
    ],
)
def test_a_vote_from_another_sites_page_is_refused(client, sent):
    response = client.post("/fr/answers/cost/vote/", {"useful": "yes"}, headers=sent)

    row = Article.objects.get(slug="cost")
    assert (response.status_code, row.useful_yes) == (403, 0)


@pytest.mark.parametrize(
    "sent",
    [{"origin": "http://testserver"}, {"referer": "http://testserver/fr/answers/cost/"}],
)
def test_a_vote_from_an_old_browser_counts(client, sent):
    client.post("/fr/answers/cost/vote/", {"useful": "yes"}, headers=sent)

    assert Article.objects.get(slug="cost").useful_yes == 1


def test_a_vote_needs_neither_token_nor_cookie():
    reader = Client(enforce_csrf_checks=True, headers={"host": "testserver"})
    reader.get("/fr/answers/cost/")

    reader.post("/fr/answers/cost/vote/", {"useful": "yes"}, headers=OWN)

    assert Article.objects.get(slug="cost").useful_yes == 1
    assert dict(reader.cookies) == {}


def test_looking_never_votes(client):
    assert client.get("/fr/answers/cost/vote/").status_code == 405
