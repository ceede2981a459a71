"""National oversight keeps the answers: articles, opinions, searches that found nothing."""

import re
from datetime import date

import pytest
from django.core.management import call_command
from django.test import Client

from shared.accounts.models import User
from shared.kernel import clock
from shared.kernel.actors import CITIZEN, SYSTEM
from shared.knowledge_base.models import Article, MissedSearch
from shared.knowledge_base.selectors.reader import article_search
from shared.knowledge_base.services.article_file import article_load
from shared.knowledge_base.services.votes import article_vote
from tests.public_portal.knowledge_base.samples import (
    acts,
    as_typed,
    missed,
    new_article,
    reviewed_by_now,
    rows_on,
    text_of,
)
from tests.support.refused_forms import is_refused

pytestmark = pytest.mark.django_db

EDIT = "/answers/articles/cost/"


@pytest.fixture(autouse=True)
def _articles(articles):
    """Every test begins with the file's articles."""
    reviewed_by_now()


# --- who may -------------------------------------------------------------------------------------

LISTS = ["/answers/", "/answers/searches/"]
LOOKS = [*LISTS, "/answers/add/", EDIT, "/answers/searches/{}/"]
DEEDS = [
    f"{EDIT}publish/",
    f"{EDIT}withdraw/",
    f"{EDIT}restore/",
    "/answers/searches/{}/dismiss/",
    "/answers/searches/{}/undo/",
]


@pytest.mark.parametrize("path", [*LOOKS, *DEEDS])
def test_nobody_does_or_sees_it_without_signing_in(path):
    (search,) = missed("visa")
    stranger = Client(headers={"host": "oversight.testserver"})

    ask = stranger.get if path in LISTS else stranger.post
    answer = ask(path.format(search.pk), new_article())

    assert answer["Location"].startswith("/accounts/login/")
    assert Article.objects.filter(is_edited=True).count() == 0
    assert MissedSearch.objects.get().settled_at is None


@pytest.mark.parametrize("path", LOOKS)
def test_an_analyst_sees_it(desk, path):
    (search,) = missed("visa")

    assert desk.get(path.format(search.pk)).status_code == 200


@pytest.mark.parametrize("path", DEEDS)
def test_looking_does_nothing(desk, path):
    (search,) = missed("visa")

    assert desk.get(path.format(search.pk)).status_code == 405


@pytest.mark.parametrize("path", [*LOOKS, *DEEDS])
def test_an_agencys_administrator_is_refused(desk, path):
    (search,) = missed("visa")
    User.objects.update(role="administrator")

    ask = desk.get if path in LISTS else desk.post

    assert ask(path.format(search.pk), new_article()).status_code == 403


@pytest.mark.parametrize("path", ["/en/answers/add/", "/en/answers/articles/cost/"])
def test_it_is_not_on_the_citizens_host(client, path):
    assert client.get(path).status_code == 404


# --- the list ------------------------------------------------------------------------------------


def test_the_list_shows_every_article_withdrawn_ones_too(desk):
    Article.objects.filter(slug="cost").update(is_active=False)

    first, second = desk.get("/answers/"), desk.get("/answers/?page=2")

    assert len(rows_on(first)) == 50
    assert len(rows_on(first)) + len(rows_on(second)) == Article.objects.count()


def test_votes_are_shown_with_their_number_and_interval(desk):
    Article.objects.filter(slug="cost").update(useful_yes=8, useful_no=2)

    page = text_of(desk.get("/answers/"))

    line = re.search(r'articles/cost/".*?</tr>', page, re.DOTALL).group()
    assert "80" in line
    assert "49" in line
    assert '<td class="numeric">10</td>' in line
    assert "No votes yet" not in line


def test_a_review_is_overdue_after_twelve_months(desk):
    Article.objects.update(reviewed_on=date(2026, 11, 25))
    Article.objects.filter(slug="cost").update(reviewed_on=date(2025, 11, 24))
    Article.objects.filter(slug="reopen").update(reviewed_on=date(2025, 11, 25))

    with clock.travel(clock.now().replace(year=2026, month=11, day=25, hour=12)):
        page = desk.get("/answers/?view=overdue")

    assert rows_on(page) == ["Does it cost anything? Filing a request"]


def test_the_lists_of_remarks_of_edited_and_of_withdrawn_articles(desk):
    article_vote(
        slug="cost",
        reader_session="a",
        is_useful=False,
        reason="Where?",
        language="fr",
        actor=CITIZEN,
    )
    desk.post("/answers/articles/reopen/withdraw/")

    found = {view: rows_on(desk.get(f"/answers/?view={view}")) for view in
             ("remarks", "edited", "withdrawn")}  # fmt: skip

    assert [row.startswith("Does it cost") for row in found["remarks"]] == [True]
    assert [row.startswith("I am not satisfied") for row in found["edited"]] == [True]
    assert found["withdrawn"] == found["edited"]


def test_a_list_without_articles_says_so(desk):
    assert "No article is in this list now." in text_of(desk.get("/answers/?view=withdrawn"))


# --- one article ---------------------------------------------------------------------------------


def test_an_edited_article_is_what_citizens_read(desk, client):
    typed = as_typed("cost", question_en="What is the price?")

    answer = desk.post(EDIT, {**typed, "save": "yes"})

    assert answer["Location"] == EDIT
    assert "What is the price?" in text_of(client.get("/en/answers/cost/"))
    assert acts("article:cost") == [("article_changed", "oversight", "Test Analyst")]


def test_a_change_is_searched_at_once(desk):
    desk.post(EDIT, {**as_typed("cost", keywords="zimbabwe"), "save": "yes"})

    assert article_search(text="zimbabwe", language="fr")[0].slug == "cost"


def test_saving_without_a_change_is_no_change(desk):
    desk.post(EDIT, {**as_typed("cost"), "save": "yes"})

    assert acts("article:cost") == []
    assert not Article.objects.get(slug="cost").is_edited


def test_looking_first_saves_nothing(desk):
    typed = as_typed("cost", question_en="What is the price?", answer_en="One.\n- two <b>\n- three")

    page = desk.post(EDIT, {**typed, "preview": "yes"})

    shown = text_of(page)
    assert page.status_code == 200
    assert "<h3>What is the price?</h3>" in shown
    assert "<li>two &lt;b&gt;</li>" in shown
    assert shown.count('<article class="card"') == 3
    assert page.context["form"]["question_en"].value() == "What is the price?"
    assert Article.objects.get(slug="cost").question_en == "Does it cost anything?"


def test_what_somebody_else_saved_meanwhile_is_shown_and_nothing_is_lost(desk):
    mine = as_typed("cost", question_en="My question, better")
    desk.post(EDIT, {**as_typed("cost", question_en="Their question here"), "save": "yes"})

    page = desk.post(EDIT, {**mine, "save": "yes"})

    assert is_refused(page)
    assert page.context["form"]["question_en"].value() == "My question, better"
    assert "<h3>Their question here</h3>" in text_of(page)
    assert Article.objects.get(slug="cost").question_en == "Their question here"


def test_after_comparing_ones_own_text_can_replace_theirs(desk):
    mine = as_typed("cost", question_en="My question, better")
    desk.post(EDIT, {**as_typed("cost", question_en="Their question here"), "save": "yes"})
    page = desk.post(EDIT, {**mine, "save": "yes"})
    version = page.context["form"]["version"].value()

    desk.post(EDIT, {**mine, "version": version, "save": "yes"})

    assert Article.objects.get(slug="cost").question_en == "My question, better"


def test_a_withdrawn_article_is_gone_until_it_is_published_again(desk, client):
    desk.post(f"{EDIT}withdraw/")
    gone = client.get("/en/answers/cost/").status_code
    desk.post(f"{EDIT}publish/")

    assert (gone, client.get("/en/answers/cost/").status_code) == (404, 200)
    assert [action for action, _kind, _who in acts("article:cost")] == [
        "article_withdrawn",
        "article_published",
    ]


def test_the_page_shows_remarks_and_history(desk):
    article_vote(
        slug="cost",
        reader_session="a",
        is_useful=False,
        reason="<b>Where</b>?",
        language="fr",
        actor=CITIZEN,
    )
    desk.post(f"{EDIT}withdraw/")

    page = text_of(desk.get(EDIT))

    assert "&lt;b&gt;Where&lt;/b&gt;?" in page
    assert "Test Analyst" in page


def test_a_new_article_waits_for_being_published(desk, client, bodies):
    typed = new_article(slug="visa-refused", organisation="cnss")

    answer = desk.post("/answers/add/", {**typed, "save": "yes"})
    before = client.get("/en/answers/visa-refused/").status_code
    desk.post("/answers/articles/visa-refused/publish/")

    assert answer["Location"] == "/answers/articles/visa-refused/"
    assert (before, client.get("/en/answers/visa-refused/").status_code) == (404, 200)
    assert acts("article:visa-refused")[0][0] == "article_added"


@pytest.mark.parametrize("slug", ["cost", "suggestions"])
def test_an_address_that_is_taken_is_refused_beside_its_field(desk, slug):
    page = desk.post("/answers/add/", {**new_article(slug=slug), "save": "yes"})

    assert is_refused(page)
    assert list(page.context["form"].errors) == ["slug"]


def test_the_words_of_a_search_are_at_hand_for_a_new_article(desk):
    page = desk.get("/answers/add/?words=visa+schengen")

    assert page.context["form"]["keywords"].value() == "visa schengen"


# --- loading the file ----------------------------------------------------------------------------


def test_a_load_leaves_what_was_edited_here_and_says_so(desk, capsys):
    desk.post(EDIT, {**as_typed("cost", question_en="What is the price?"), "save": "yes"})
    desk.post("/answers/add/", {**new_article(slug="visa-refused"), "save": "yes"})
    desk.post("/answers/articles/visa-refused/publish/")
    desk.post("/answers/articles/reopen/withdraw/")

    call_command("load_answers")

    assert Article.objects.get(slug="cost").question_en == "What is the price?"
    assert Article.objects.get(slug="visa-refused").is_active
    assert not Article.objects.get(slug="reopen").is_active
    assert capsys.readouterr().out == (
        "answers: 0 created, 0 updated, 60 unchanged, 0 deactivated, "
        "3 left as oversight has edited them\n"
    )


def test_an_article_can_follow_its_file_again(desk):
    desk.post(EDIT, {**as_typed("cost", question_en="What is the price?"), "save": "yes"})

    desk.post(f"{EDIT}restore/")

    assert Article.objects.get(slug="cost").question_en == "Does it cost anything?"
    assert article_load(actor=SYSTEM).kept == 0
    assert acts("article:cost")[-1][0] == "article_restored"


def test_an_article_that_was_written_here_has_no_file_to_follow(desk):
    desk.post("/answers/add/", {**new_article(slug="visa-refused"), "save": "yes"})

    page = desk.post("/answers/articles/visa-refused/restore/", follow=True)

    assert "there is no other text to go back to" in text_of(page)
    assert Article.objects.get(slug="visa-refused").is_edited
