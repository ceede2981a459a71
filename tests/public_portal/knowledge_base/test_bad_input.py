"""What people, scripts and attackers send to every form and query of the answers."""

import pytest

from shared.kernel.actors import CITIZEN
from shared.knowledge_base.models import Article, MissedSearch
from shared.knowledge_base.services.missed_searches import missed_search_record
from tests.public_portal.api import corpus
from tests.public_portal.knowledge_base.samples import as_typed, new_article, reviewed_by_now
from tests.support.refused_forms import is_refused
from tests.support.sampling import each_once, repeats

pytestmark = pytest.mark.django_db

EDIT = "/answers/articles/cost/"
ODD = [
    "x" * 3000,
    "a\x00b",
    "\u200b\u202e",
    "'; DROP TABLE answers_article; --",
    "../../etc/passwd",
    "%00",
    "-1",
    "1e9",
    "[]",
    "{{ 7*7 }}",
    "٣",
]


@pytest.fixture(autouse=True)
def _articles(articles):
    """Every test begins with the file's articles."""
    reviewed_by_now()


@pytest.mark.parametrize("value", repeats(ODD, keep=4))
def test_a_strange_search_finds_nothing_or_something(client, value):
    assert client.get("/fr/answers/", {"q": value}).status_code == 200


@pytest.mark.parametrize("value", [*ODD, "nothing"])
def test_a_body_that_does_not_exist_is_not_found(client, value):
    assert client.get("/fr/answers/", {"organisation": value}).status_code == 404


@pytest.mark.parametrize(("name", "value"), each_once(["q", "organisation", "tab"], ODD))
def test_strange_suggestions_never_fail(client, name, value):
    asked = {"q": "facture d'eau", name: value}

    assert client.get("/fr/answers/suggestions/", asked).status_code == 200


def test_a_whole_story_suggests_without_failing(client):
    words = "Le lampadaire de ma rue est cassé. " * 60

    page = client.get("/fr/answers/suggestions/", {"q": words})

    assert "street-light-waste" in page.content.decode()


def test_suggestions_are_only_read(client):
    assert client.post("/fr/answers/suggestions/", {"q": "x"}).status_code == 405


@pytest.mark.parametrize(
    ("path", "name", "value"),
    each_once(["/answers/", "/answers/searches/"], ["view", "page", "settled"], ODD),
)
def test_a_strange_query_shows_a_list(desk, path, name, value):
    assert desk.get(path, {name: value}).status_code in (200, 404)


@pytest.mark.parametrize(
    ("number", "act"), each_once([0, 999, 2**31, 2**63, 2**70], ["", "dismiss/", "undo/"])
)
def test_a_search_that_does_not_exist_is_not_found(desk, number, act):
    answer = desk.post(f"/answers/searches/{number}/{act}", {"article": "cost"})

    assert answer.status_code == 404


@pytest.mark.parametrize("act", ["", "publish/", "withdraw/", "restore/"])
def test_an_article_that_does_not_exist_is_not_found(desk, act):
    answer = desk.post(f"/answers/articles/nothing/{act}", new_article())

    assert answer.status_code == 404


@pytest.mark.parametrize("slug", ["", "nothing", "cost\n", "x" * 3000, "a\x00b"])
def test_words_are_led_to_nothing_but_a_published_article(desk, slug):
    missed_search_record(text="zimbabwe", language="fr", actor=CITIZEN)
    search = MissedSearch.objects.get()

    page = desk.post(f"/answers/searches/{search.pk}/", {"article": slug})

    assert is_refused(page)
    assert list(page.context["form"].errors) == ["article"]
    assert MissedSearch.objects.get().settled_at is None


def test_words_are_not_led_to_a_withdrawn_article(desk):
    missed_search_record(text="zimbabwe", language="fr", actor=CITIZEN)
    Article.objects.filter(slug="cost").update(is_active=False)

    page = desk.post(f"/answers/searches/{MissedSearch.objects.get().pk}/", {"article": "cost"})

    assert is_refused(page)


def test_a_wrong_article_keeps_what_was_typed_and_saves_nothing(desk):
    typed = as_typed("cost", question_fr="", answer_ar="جواب جديد وكامل.")

    page = desk.post(EDIT, {**typed, "save": "yes"})

    assert is_refused(page)
    assert list(page.context["form"].errors) == ["question_fr"]
    assert page.context["form"]["answer_ar"].value() == "جواب جديد وكامل."
    assert Article.objects.get(slug="cost").version == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("topic", "nothing"),
        ("topic", ""),
        ("organisation", "nowhere"),
        ("organisation", "not a code"),
        ("question_ar", ""),
        ("question_en", "x" * 201),
        ("question_en", "\u200b" * 20),
        ("answer_fr", ""),
        ("answer_fr", "x" * 4001),
        ("answer_fr", " \n\n "),
        ("keywords", "x" * 2001),
        ("reviewed_on", "yesterday"),
        ("reviewed_on", ""),
        ("reviewed_on", "9999-12-31"),
        ("version", "x"),
        ("version", "99999999999999999999"),
        ("question_en", "a\x00b is a question"),
    ],
)
def test_each_field_of_an_article_refuses_what_it_cannot_be(desk, name, value):
    page = desk.post(EDIT, {**as_typed("cost", **{name: value}), "save": "yes"})

    assert is_refused(page)
    assert list(page.context["form"].errors) == [name]


@pytest.mark.parametrize("slug", ["", "with space", "x" * 61, "عربي", "a/b", "a\x00b"])
def test_an_address_is_letters_digits_and_hyphens(desk, slug):
    page = desk.post("/answers/add/", {**new_article(slug=slug), "save": "yes"})

    assert is_refused(page)
    assert list(page.context["form"].errors) == ["slug"]


def test_a_legal_source_in_one_language_alone_is_refused_at_the_others(desk):
    page = desk.post(EDIT, {**as_typed("cost", legal_fr="Loi n° 1"), "save": "yes"})

    assert list(page.context["form"].errors) == ["legal_ar", "legal_en"]


@pytest.mark.parametrize("kind", corpus.by_class(corpus.TEXTS_TO_TAKE))
def test_a_strange_answer_is_taken_and_shown_as_text(desk, client, kind):
    typed = as_typed("cost", answer_en=corpus.TEXTS_TO_TAKE[kind])

    saved = desk.post(EDIT, {**typed, "save": "yes"})

    page = client.get("/en/answers/cost/").content.decode()
    assert saved.status_code == 302
    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_an_article_without_a_version_is_compared_and_not_overwritten(desk):
    typed = as_typed("cost", question_en="What is the price?")
    del typed["version"]

    assert is_refused(desk.post(EDIT, {**typed, "save": "yes"}))


@pytest.mark.parametrize("words", repeats(ODD, keep=4))
def test_strange_words_for_a_new_article_are_shown_as_text(desk, words):
    page = desk.get("/answers/add/", {"words": f"<b>{words}"})

    assert page.status_code == 200
    assert "<b>" not in page.content.decode()


@pytest.mark.parametrize("reason", corpus.by_class(corpus.TEXTS_TO_TAKE))
def test_a_strange_remark_is_taken_or_refused_in_words(client, reason):
    sent = {"useful": "no", "reason": corpus.TEXTS_TO_TAKE[reason]}

    answer = client.post("/en/answers/cost/vote/", sent, headers={"sec-fetch-site": "same-origin"})

    assert answer.status_code in (302, 400)
