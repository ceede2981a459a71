"""Searching by topic in the directory, as a page and over REST."""

import re

import pytest

from tests.shared.directory.conftest import national_directory as national_directory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("national_directory")]

URL = "/api/v1/organisations/"
KENITRA = "commune-04-281-01-01"


def found(client, **asked):
    response = client.get(URL, asked)
    assert response.status_code == 200
    return response.json()


@pytest.mark.parametrize("words", ["état civil", "permis construire", "كلاب ضالة", "zebel"])
def test_results_begin_with_bodies_of_the_kind_that_the_place_decides(client, words):
    body = found(client, q=words)

    assert [row["kind"] for row in body["results"][:3]] == ["commune"] * 3
    assert body["topics"][0]["kinds"][0] == "commune"
    assert body["topics"][0]["organisation"] is None


def test_a_topic_has_its_label_in_three_languages_and_the_body_that_handles_it(client):
    body = found(client, q="passeport")

    assert body["topics"][0] == {
        "code": "passport",
        "label": {"ar": "جواز السفر", "fr": "Passeport", "en": "Passport"},
        "kinds": [],
        "organisation": "interior",
    }
    assert body["results"][0]["code"] == "interior"


def test_a_place_in_the_words_makes_its_body_the_first(client):
    body = found(client, q="poubelle kenitra")

    assert body["results"][0]["code"] == KENITRA
    assert body["topics"][0]["organisation"] == KENITRA


def test_a_kind_asked_for_leaves_the_others_out(client):
    body = found(client, q="poubelle", kind="institution")

    assert "commune" not in {row["kind"] for row in body["results"]}
    assert body["topics"] == []


def test_a_kind_asked_for_finds_the_bodies_of_a_topic_that_are_of_that_kind(client):
    body = found(client, q="taxi", kind="province")

    assert {row["kind"] for row in body["results"]} == {"province"}
    assert body["topics"][0]["code"] == "taxis"
    assert body["topics"][0]["kinds"] == ["prefecture", "province"]


def test_the_directory_page_leads_a_topic_to_the_bodies_of_its_kind(client):
    html = client.get("/fr/organisations/", {"q": "poubelle"}).content.decode()

    assert 'href="/fr/organisations/?kind=commune"' in html
    assert "Quelle est votre commune\xa0?" in html


def test_the_directory_page_has_a_link_for_each_kind_that_a_topic_leads_to(client):
    html = client.get("/fr/organisations/", {"q": "taxi"}).content.decode()

    links = re.findall(r'href="/fr/organisations/\?kind=(\w+)">(.*?)</a>', html)
    assert links == [("prefecture", "Préfectures"), ("province", "Provinces")]


def test_the_directory_page_lists_the_body_of_the_place(client):
    html = client.get("/fr/organisations/", {"q": "poubelle kenitra"}).content.decode()

    assert f'href="/fr/organisations/{KENITRA}/"' in html


@pytest.mark.parametrize("words", ["poubelle", "eau", "CNSS"])
def test_a_search_by_topic_costs_the_same_whatever_it_finds(
    client, words, django_assert_max_num_queries
):
    found(client, q="rabat")

    with django_assert_max_num_queries(9):
        found(client, q=words)
