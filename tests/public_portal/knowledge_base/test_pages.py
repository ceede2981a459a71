"""Pages of questions and answers, as a reader meets them."""

import pytest
from django.http import HttpResponse

from shared.knowledge_base.models import Article, MissedSearch

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _articles(articles):
    """Every test begins with the file's articles."""


def text_of(response: HttpResponse) -> str:
    """The page as text."""
    return response.content.decode()


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("ar", "هل تقديم الشكاية مجاني؟"),
        ("fr", "Déposer une réclamation est-il gratuit\N{NO-BREAK SPACE}?"),
        ("en", "Does it cost anything?"),
    ],
)
def test_the_list_shows_every_question_in_the_language(client, language, question):
    page = text_of(client.get(f"/{language}/answers/"))

    assert page.count("<bdi>") >= Article.objects.filter(organisation="").count()
    assert question in page


def test_a_search_shows_what_it_found(client):
    page = text_of(client.get("/fr/answers/", {"q": "gratuit"}))

    assert "Déposer une réclamation est-il gratuit\N{NO-BREAK SPACE}?" in page
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
    assert 'datetime="2026-11-29"' in page


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


# --- of one body ---------------------------------------------------------------------------------


def test_the_list_leads_to_the_bodies_that_have_questions_of_their_own(client, bodies):
    page = text_of(client.get("/fr/answers/"))

    assert page.count("/fr/answers/?organisation=") == 3
    assert 'href="/fr/answers/?organisation=health"><bdi>Santé</bdi></a>' in page
    assert "hospital-care" not in page


def test_a_bodys_list_shows_its_own_first_and_then_those_of_the_country(client, bodies):
    page = text_of(client.get("/fr/answers/?organisation=health"))

    assert page.index("/fr/answers/hospital-care/") < page.index("/fr/answers/how-to-file/")
    assert "/fr/answers/amo-refund/" not in page


def test_an_offices_list_shows_the_ministrys(client, bodies):
    page = text_of(client.get("/fr/answers/?organisation=health-fes"))

    assert "/fr/answers/hospital-care/" in page
    assert "/fr/answers/amo-refund/" not in page


def test_a_body_without_questions_has_those_of_the_country(client, bodies):
    Article.objects.filter(organisation="narsa").delete()

    page = text_of(client.get("/en/answers/?organisation=narsa"))

    assert "Nothing is written about this organisation in particular yet." in page
    assert "/en/answers/how-to-file/" in page


def test_a_search_stays_with_the_body(client, bodies):
    page = text_of(client.get("/fr/answers/?organisation=cnss&q=rendez-vous+hôpital+cnss"))

    assert 'name="organisation" value="cnss"' in page
    assert "/fr/answers/hospital-care/" not in page


def test_an_answer_of_a_body_leads_back_to_its_list_and_to_its_page(client, bodies):
    page = text_of(client.get("/fr/answers/hospital-care/"))

    assert 'class="back" href="/fr/answers/?organisation=health"' in page
    assert 'href="/fr/organisations/health/"' in page


def test_an_answer_of_a_body_that_left_the_directory_is_still_read(client):
    page = client.get("/fr/answers/hospital-care/")

    assert page.status_code == 200
    assert "/fr/organisations/health/" not in text_of(page)


# --- while somebody types ------------------------------------------------------------------------


def test_suggestions_are_a_piece_of_a_page(client, bodies):
    response = client.get("/fr/answers/suggestions/", {"q": "facture d'eau trop élevée"})

    piece = text_of(response)
    assert "/fr/answers/water-electricity-bill/" in piece
    assert "<html" not in piece
    assert 'target="_blank"' not in piece


def test_suggestions_open_beside_a_form_that_must_stay(client):
    piece = text_of(client.get("/fr/answers/suggestions/", {"q": "facture d'eau", "tab": "new"}))

    assert piece.count('target="_blank" rel="noopener"') == piece.count("<a ")
    assert piece.count("<a ") > 0


def test_nothing_near_suggests_nothing_at_all(client):
    assert text_of(client.get("/fr/answers/suggestions/", {"q": "couscous"})).strip() == ""


def test_what_is_typed_is_kept_nowhere(client):
    response = client.get("/fr/answers/suggestions/", {"q": "recette couscous"})

    assert MissedSearch.objects.count() == 0
    assert response["Cache-Control"] == "private, no-store"
    assert dict(response.cookies) == {}


def test_the_search_box_names_where_to_ask(client, bodies):
    page = text_of(client.get("/fr/answers/?organisation=health"))

    assert 'data-suggest="/fr/answers/suggestions/" data-suggest-from="id_q"' in page
    assert 'data-suggest-organisation="health"' in page
    assert 'id="id_q"' in page


def test_an_answer_leads_to_a_request_to_the_body_it_is_about(client, bodies):
    Article.objects.filter(slug="cost").update(organisation="health")

    of_a_body = text_of(client.get("/fr/answers/cost/"))
    of_all = text_of(client.get(f"/fr/answers/{national_slug()}/"))

    assert 'class="button" href="/fr/submit/?organisation=health"' in of_a_body
    assert 'class="button" href="/fr/submit/"' in of_all


def national_slug() -> str:
    """One of the answers that hold for the whole country."""
    article = Article.objects.filter(organisation="", is_active=True).exclude(slug="cost").first()
    assert article is not None
    return article.slug
