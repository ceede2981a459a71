import re

import pytest
from django.test import Client
from django.utils.translation import gettext, override

pytestmark = pytest.mark.django_db


def brand(host, language):
    client = Client(headers={"host": host, "accept-language": language})
    html = client.get("/accounts/login/").content.decode()
    return re.findall(r'<p class="entrance-brand">.*?<bdi>(.*?)</bdi></p>', html, re.S)


@pytest.mark.parametrize(("language", "name"), [("ar", "الطرق"), ("fr", "Routes"), ("en", "Roads")])
def test_a_door_names_the_agency_behind_it(roads, water, language, name):
    assert brand("roads.testserver", language) == [name]


def test_oversights_door_names_oversight():
    with override("fr"):
        name = gettext("National oversight")

    assert brand("oversight.testserver", "fr") == [name]


def test_the_language_of_a_door_can_be_changed():
    client = Client(headers={"host": "oversight.testserver", "accept-language": "ar"})
    client.post("/language/setlang/", {"language": "fr", "next": "/accounts/login/"})

    html = client.get("/accounts/login/").content.decode()

    assert re.findall(r'<html lang="(\w+)"', html) == ["fr"]
