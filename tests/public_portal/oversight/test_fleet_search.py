"""The search in the list of workspaces: accents, Arabic letters, three languages, the code."""

import re

import pytest

from shared.accounts.enums import Role
from tenants.models import Agency
from tests.support.sampling import repeats

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(signed_in):
    """An operator of the platform, reading English."""
    client = signed_in(Role.OPERATOR)
    client.cookies["language"] = "en"
    return client


@pytest.fixture
def named(roads, water):
    """Two workspaces with names that people write in several ways."""
    Agency.objects.filter(pk=roads.pk).update(
        name_ar="جماعة إفران الأطلس", name_fr="Commune d’Aïn Léuh", name_en="Ain Leuh commune"
    )
    Agency.objects.filter(pk=water.pk).update(
        name_ar="وكالة الماء", name_fr="Agence de l’eau", name_en="Water agency"
    )


def found(client, text):
    html = client.get("/agencies/", {"q": text}).content.decode()
    return re.findall(r'<tr data-agency="([\w-]+)"', html)


@pytest.mark.parametrize(
    "text",
    repeats([
        "ain leuh", "AÏN", "Aïn Léuh", "d'Ain", "commune de ain leuh", "leuh ain", "leu",
        "جماعه افران", "إفران", "أفران", "الاطلس", "road", "ROADS",
    ], keep=6),
)  # fmt: skip
def test_name_is_found_however_it_is_written(operator, named, text):
    assert found(operator, text) == ["roads"]


@pytest.mark.parametrize("text", ["وكاله", "l'eau", "water"])
def test_search_finds_no_other_workspace(operator, named, text):
    assert found(operator, text) == ["water"]


def test_all_words_are_looked_for(operator, named):
    assert found(operator, "ain water") == []


@pytest.mark.parametrize("text", ["zzzz", "%", "_", "٪"])
def test_search_without_a_result_says_so_and_offers_a_way_on(operator, named, text):
    html = operator.get("/agencies/", {"q": text}).content.decode()

    assert re.findall(r"<h2>Nothing matches</h2>", html) != []
    assert re.findall(r'<a class="button button-secondary" href="(.*?)">(.*?)<', html) == [
        ("/agencies/", "Clear the search")
    ]


def test_file_holds_what_the_search_found(operator, named):
    lines = (
        operator.get("/agencies.csv", {"q": "ain leuh"}).content.decode("utf-8-sig").splitlines()
    )

    assert [line.split(",")[0] for line in lines] == ["code", "roads"]
