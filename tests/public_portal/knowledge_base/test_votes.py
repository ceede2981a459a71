"""What readers think of an answer: one opinion for each visit, to be changed and taken back."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.test import Client

from shared.kernel import clock
from shared.kernel.actors import CITIZEN
from shared.knowledge_base.errors import ArticleNotFound, PersonalInReason
from shared.knowledge_base.models import Article, Vote
from shared.knowledge_base.selectors.editor import article_remarks
from shared.knowledge_base.selectors.reader import own_vote
from shared.knowledge_base.services.votes import article_vote, vote_undo
from shared.knowledge_base.types import OwnVote
from tests.support.refused_forms import is_refused

pytestmark = pytest.mark.django_db

# What a browser says of a form on our own page.
OWN = {"sec-fetch-site": "same-origin"}
PAGE = "/en/answers/cost/"
VOTE = "/en/answers/cost/vote/"


@pytest.fixture(autouse=True)
def _articles(articles):
    """Every test begins with the file's articles."""


def another() -> Client:
    """Another reader."""
    return Client(headers={"host": "testserver"})


def say(reader, useful, **more):
    """Press a button under the answer."""
    return reader.post(VOTE, {"useful": useful, **more}, headers=OWN)


def counts(slug: str = "cost") -> tuple[int, int]:
    """How many said yes and no."""
    row = Article.objects.get(slug=slug)
    return row.useful_yes, row.useful_no


def text_of(response):
    """The page as text."""
    return response.content.decode()


@pytest.mark.parametrize(("useful", "expected"), [("yes", (1, 0)), ("no", (0, 1))])
def test_a_vote_is_counted_and_thanked(client, useful, expected):
    response = say(client, useful)

    assert counts() == expected
    assert response.url == f"{PAGE}?thanks=1#useful"


def test_a_visit_counts_once_however_often_it_votes(client):
    for _time in range(3):
        say(client, "yes")

    assert counts() == (1, 0)


def test_an_opinion_can_be_changed(client):
    say(client, "yes")
    say(client, "no")

    assert counts() == (0, 1)


def test_an_opinion_can_be_taken_back_and_given_again(client):
    say(client, "yes")
    response = say(client, "undo")
    after = counts()
    say(client, "no")

    assert (response.url, after, counts()) == (f"{PAGE}#useful", (0, 0), (0, 1))


def test_taking_back_what_was_not_given_changes_nothing(client):
    say(another(), "yes")

    say(client, "undo")

    assert counts() == (1, 0)


def test_two_visits_count_twice(client):
    say(client, "yes")
    say(another(), "yes")

    assert counts() == (2, 0)


def test_articles_are_counted_apart(client):
    say(client, "yes")
    client.post("/en/answers/rating/vote/", {"useful": "no"}, headers=OWN)

    assert (counts("cost"), counts("rating")) == ((1, 0), (0, 1))
    assert len(set(Vote.objects.values_list("key", flat=True))) == 2


def test_before_a_vote_the_page_asks_and_offers_no_undo(client):
    page = text_of(client.get(PAGE))

    assert re.findall(r'name="useful" value="(\w+)"', page) == ["yes", "no"]


def test_after_a_yes_the_page_offers_only_to_take_it_back(client):
    say(client, "yes")

    page = text_of(client.get(PAGE))

    assert re.findall(r'name="useful" value="(\w+)"', page) == ["undo"]
    assert "Thank you." in page


def test_after_a_no_the_page_asks_what_is_missing(client):
    page = text_of(client.post(VOTE, {"useful": "no"}, headers=OWN, follow=True))

    assert re.findall(r'name="useful" value="(\w+)"', page) == ["no", "undo"]
    assert 'name="reason"' in page


def test_a_remark_is_kept_and_counts_once(client):
    say(client, "no")

    page = text_of(
        client.post(
            VOTE, {"useful": "no", "reason": "Where is the form?"}, headers=OWN, follow=True
        )
    )

    assert counts() == (0, 1)
    assert [remark.text for remark in article_remarks(slug="cost")] == ["Where is the form?"]
    assert "Where is the form?" in page
    assert 'name="reason"' not in page


def test_taking_back_takes_the_remark_too(client):
    say(client, "no", reason="Where is the form?")

    say(client, "undo")

    assert article_remarks(slug="cost") == []


def test_a_yes_keeps_no_remark(client):
    say(client, "yes", reason="Very good")

    assert Vote.objects.get().reason == ""


def test_the_database_refuses_a_remark_to_a_yes(client):
    say(client, "yes")

    with pytest.raises(IntegrityError):
        Vote.objects.update(reason="Very good")


@pytest.mark.parametrize(
    "reason",
    ["write me: me@example.ma", "call 06 12 34 56 78", "٠٦١٢٣٤٥٦٧٨", "my card is AB123456"],
)
def test_a_remark_with_something_personal_is_refused_and_stays_in_the_form(client, reason):
    page = say(client, "no", reason=reason)

    assert is_refused(page)
    assert "nothing about a person is kept here" in text_of(page)
    assert page.context["form"]["reason"].value() == reason
    assert Vote.objects.exclude(reason="").count() == 0


def test_the_service_refuses_something_personal_too():
    with pytest.raises(PersonalInReason):
        article_vote(
            slug="cost",
            reader_session="a",
            is_useful=False,
            reason="me@example.ma",
            language="fr",
            actor=CITIZEN,
        )


def test_a_remark_that_is_too_long_is_refused_and_stays_in_the_form(client):
    page = say(client, "no", reason="x" * 501)

    assert is_refused(page)
    assert page.context["form"]["reason"].value() == "x" * 501


def test_a_remark_is_shown_as_text(client):
    say(client, "no", reason="<script>alert(1)</script>")

    assert "<script>alert(1)" not in text_of(client.get(PAGE))


def test_what_one_reader_wrote_is_not_shown_to_another(client):
    say(client, "no", reason="Where is the form?")

    page = text_of(another().get(PAGE))

    assert "Where is the form?" not in page
    assert re.findall(r'name="useful" value="(\w+)"', page) == ["yes", "no"]


def test_nobody_may_keep_the_page_of_one_who_has_voted(client):
    before = client.get(PAGE)["Cache-Control"]
    say(client, "no", reason="Where is the form?")

    after = client.get(PAGE)["Cache-Control"]

    assert (before, after) == ("public, max-age=60", "private, no-store")


def test_reading_leaves_no_cookie_and_voting_needs_no_token():
    reader = Client(enforce_csrf_checks=True, headers={"host": "testserver"})
    reader.get(PAGE)
    before = dict(reader.cookies)

    say(reader, "yes")

    assert (before, counts()) == ({}, (1, 0))


def test_a_browser_without_cookies_is_thanked_and_asked_no_more():
    page = text_of(another().get(f"{PAGE}?thanks=1"))

    assert "Thank you." in page
    assert 'name="useful"' not in page


@pytest.mark.parametrize("useful", ["maybe", "", "yes\x00", "x" * 3000])
def test_a_vote_that_is_neither_yes_nor_no_counts_for_nothing(client, useful):
    response = say(client, useful)

    assert (counts(), response.url) == ((0, 0), PAGE)


@pytest.mark.parametrize("useful", ["yes", "undo"])
def test_a_vote_for_an_unknown_answer_is_not_found(client, useful):
    response = client.post("/en/answers/nothing/vote/", {"useful": useful}, headers=OWN)

    assert response.status_code == 404


def test_a_vote_for_a_withdrawn_answer_is_refused():
    Article.objects.filter(slug="cost").update(is_active=False)

    with pytest.raises(ArticleNotFound):
        article_vote(slug="cost", reader_session="a", is_useful=True, language="fr", actor=CITIZEN)


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
    response = client.post(VOTE, {"useful": "yes"}, headers=sent)

    assert (response.status_code, counts()) == (403, (0, 0))


@pytest.mark.parametrize(
    "sent",
    [{"origin": "http://testserver"}, {"referer": "http://testserver/en/answers/cost/"}],
)
def test_a_vote_from_an_old_browser_counts(client, sent):
    client.post(VOTE, {"useful": "yes"}, headers=sent)

    assert counts() == (1, 0)


def test_looking_never_votes(client):
    answer = client.get(VOTE)

    assert (answer.status_code, answer["Location"]) == (302, VOTE.removesuffix("vote/"))
    assert counts() == (0, 0)


def test_votes_without_a_remark_are_forgotten_after_a_day_and_stay_counted():
    for reader_session, reason in (("a", ""), ("b", "Where is the form?")):
        article_vote(
            slug="cost",
            reader_session=reader_session,
            is_useful=False,
            reason=reason,
            language="fr",
            actor=CITIZEN,
        )

    with clock.travel(clock.now() + timedelta(days=1, minutes=1)):
        article_vote(
            slug="rating", reader_session="c", is_useful=True, language="fr", actor=CITIZEN
        )

    assert counts() == (0, 2)
    assert own_vote(slug="cost", reader_session="a") == OwnVote()
    assert own_vote(slug="cost", reader_session="b").reason == "Where is the form?"


def test_only_the_newest_remarks_are_kept(monkeypatch):
    monkeypatch.setattr("shared.knowledge_base.services.votes.MAX_REMARKS", 2)
    for number, reader_session in enumerate("abc"):
        with clock.travel(clock.now() + timedelta(minutes=number)):
            article_vote(
                slug="cost",
                reader_session=reader_session,
                is_useful=False,
                reason=f"Remark {reader_session}",
                language="fr",
                actor=CITIZEN,
            )

    assert [one.text for one in article_remarks(slug="cost")] == ["Remark c", "Remark b"]
    assert counts() == (0, 3)


def test_undo_by_another_visit_takes_nothing_back():
    article_vote(slug="cost", reader_session="a", is_useful=True, language="fr", actor=CITIZEN)

    vote_undo(slug="cost", reader_session="b", actor=CITIZEN)
    vote_undo(slug="cost", reader_session="", actor=CITIZEN)

    assert counts() == (1, 0)


# --- one script is not sixty readers ------------------------------------------------------------


def test_of_sixty_visits_of_one_script_twenty_are_counted_and_the_others_told(client):
    with clock.travel(clock.now().replace(minute=30, second=0, microsecond=0)):
        answers = [say(another(), "no") for _time in range(60)]

    assert counts() == (0, 20)
    assert {answer.status_code for answer in answers[20:]} == {429}
    assert answers[-1]["Retry-After"] == "1800"


def test_a_reader_elsewhere_and_one_who_changes_an_opinion_are_not_told_so(client):
    with clock.travel(clock.now().replace(minute=30, second=0, microsecond=0)):
        say(client, "yes")
        for _time in range(30):
            say(another(), "no")
        changed = say(client, "no")
        elsewhere = Client(headers={"host": "testserver"}, REMOTE_ADDR="203.0.113.9")
        counted = say(elsewhere, "yes")

    assert (changed.status_code, counted.status_code) == (302, 302)
    assert counts() == (1, 20)
