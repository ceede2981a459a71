import re

import pytest
from django.utils.translation import gettext, override

pytestmark = pytest.mark.django_db


def links(html, within):
    part = re.search(rf"<{within}\b.*?</{within}>", html, re.S).group()
    return re.findall(r'href="([^"]*)"', part)


@pytest.mark.parametrize(
    ("asked", "language"),
    [("fr-MA,fr;q=0.9", "fr"), ("en-GB", "en"), ("ar-MA", "ar"), ("de,es;q=0.8", "ar"), ("", "ar")],
)
def test_the_root_leads_to_the_readers_language_or_to_arabic(client, asked, language):
    response = client.get("/", headers={"accept-language": asked})

    assert (response.status_code, response["Location"]) == (302, f"/{language}/")


@pytest.mark.parametrize(("language", "direction"), [("ar", "rtl"), ("fr", "ltr"), ("en", "ltr")])
@pytest.mark.parametrize("path", ["", "about/", "organisations/"])
def test_pages_say_how_they_are_written(client, language, direction, path):
    html = client.get(f"/{language}/{path}").content.decode()

    assert re.findall(r'<html lang="(\w+)" dir="(\w+)">', html) == [(language, direction)]


def test_the_first_page_leads_to_every_service(client):
    html = client.get("/fr/").content.decode()

    assert links(html, "nav")[-3:] == ["/ar/", "/fr/", "/en/"]
    assert re.findall(r'<nav class="site-nav".*?</nav>', html, re.S) != []
    navigation = re.search(r'<nav class="site-nav".*?</nav>', html, re.S).group()
    assert re.findall(r'href="([^"]*)"', navigation) == [
        "/fr/submit/",
        "/fr/track/",
        "/fr/statistics/",
        "/fr/answers/",
        "/fr/organisations/",
        "/fr/account/",
    ]


def test_each_kind_of_request_begins_with_its_kind_chosen(client):
    html = client.get("/en/").content.decode()

    assert re.findall(r'href="/en/submit/\?kind=(\w+)"', html) == [
        "complaint",
        "observation",
        "proposal",
    ]


def test_the_language_switch_keeps_the_page_and_its_query(client):
    html = client.get("/fr/organisations/?q=eau").content.decode()

    assert re.findall(r'href="([^"]*)" lang="\w+" hreflang', html) == [
        "/ar/organisations/?q=eau",
        "/fr/organisations/?q=eau",
        "/en/organisations/?q=eau",
    ]


def test_the_section_one_is_in_is_marked(client):
    html = client.get("/en/organisations/").content.decode()
    navigation = re.search(r'<nav class="site-nav".*?</nav>', html, re.S).group()

    assert re.findall(r'href="([^"]*)" aria-current', navigation) == ["/en/organisations/"]


def test_a_language_that_is_not_ours_is_not_there(client):
    response = client.get("/de/", headers={"accept-language": "fr"})

    with override("fr"):
        heading = gettext("There is nothing at this address")
    assert response.status_code == 404
    assert re.findall(r"<h1>(.*?)</h1>", response.content.decode()) == [heading]


def test_the_demonstration_says_that_it_is_one(client, settings):
    settings.DEMO = True

    html = client.get("/en/").content.decode()

    assert html.count("Demonstration</p>") == 1


def test_the_real_site_does_not_call_itself_a_demonstration(client, settings):
    settings.DEMO = False

    html = client.get("/en/").content.decode()

    assert re.findall("(?i)demonstration", html) == []
