import re

import pytest

from shared.directory.models import Organisation
from tests.factories import organisation_of

pytestmark = pytest.mark.django_db


def organisation(code, kind="ministry", **values):
    names = {"name_ar": f"{code} ar", "name_fr": f"{code} fr", "name_en": f"{code} en"}
    return Organisation.objects.create(code=code, kind=kind, **{**names, **values})


def organisations_on(response):
    return re.findall(r'href="/\w+/organisations/([\w-]+)/"', response.content.decode())


def test_browsing_begins_at_the_top_and_groups_by_kind(client):
    organisation("health")
    region = organisation("north", kind="region")
    organisation("tangier", kind="commune", parent=region)

    response = client.get("/en/organisations/")

    # The two institutions are those of the agencies that every test has.
    assert organisations_on(response) == ["health", "water", "roads", "north"]
    assert [group.label for group in response.context["groups"]] == [
        "Ministry",
        "Public institution",
        "Region",
    ]


def test_words_that_fit_nothing_offer_a_way_on(client):
    organisation("health")

    response = client.get("/en/organisations/?q=qqqqqqqq")

    html = response.content.decode()
    assert response.context["found"] == []
    assert re.findall(r'<a class="button button-secondary" href="(.*?)">', html) == [
        "/en/organisations/"
    ]


def test_words_longer_than_any_name_are_not_an_error(client):
    assert client.get("/en/organisations/", {"q": "x" * 500}).status_code == 200


def test_an_organisation_says_who_answers_and_where_to_begin(client, roads):
    organisation_of(roads)

    html = client.get("/fr/organisations/roads/").content.decode()

    assert re.findall(r"<strong><bdi>(.*?)</bdi></strong>", html) == ["Routes"]
    assert re.findall(r'href="(/fr/submit/[^"]*)"><', html) == []
    assert re.findall(r'class="button button-large" href="([^"]*)"', html) == [
        "/fr/submit/?organisation=roads"
    ]


def test_the_agency_above_answers_for_an_organisation_without_its_own(client, roads):
    organisation("bureau", kind="other", parent=organisation_of(roads))

    html = client.get("/en/organisations/bureau/").content.decode()

    assert re.findall(r"<strong><bdi>(.*?)</bdi></strong>", html) == ["Roads"]


def test_an_organisation_that_nobody_handles_says_so_and_offers_no_form(client, roads):
    organisation("far-away", kind="commune")

    html = client.get("/en/organisations/far-away/").content.decode()

    assert re.findall(r"No administration answers for this body", html) != []
    assert re.findall(r"button-large", html) == []
    assert re.findall(r"<strong><bdi>", html) == []


def test_an_organisation_that_the_portal_cannot_serve_says_why(client):
    refusal = {
        f"refusal_{language}": f"Write to it ({language})." for language in ("ar", "fr", "en")
    }
    organisation("defence", accepts=False, **refusal)

    html = client.get("/en/organisations/defence/").content.decode()

    assert re.findall(r"Write to it \(\w+\)", html) == ["Write to it (en)"]
    assert re.findall(r"button-large", html) == []


def test_an_unknown_organisation_is_not_there(client):
    assert client.get("/en/organisations/nowhere/").status_code == 404
