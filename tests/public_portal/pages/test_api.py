import pytest

from shared.catalogue.models import Category
from shared.directory.models import Organisation
from tests.support.factories import organisation_of

pytestmark = pytest.mark.django_db

URL = "/api/v1/organisations/"


def organisation(code, **values):
    names = {"name_ar": f"{code} ar", "name_fr": f"{code} fr", "name_en": f"{code} en"}
    return Organisation.objects.create(code=code, **{"kind": "commune", **names, **values})


def codes(response):
    return [row["code"] for row in response.json()["results"]]


def test_an_organisation_comes_with_its_names_and_the_agency_that_answers(client, roads):
    organisation("bureau", kind="other", parent=organisation_of(roads))

    assert client.get(URL, {"parent": "roads"}).json() == {
        "results": [
            {
                "code": "bureau",
                "name": {"ar": "bureau ar", "fr": "bureau fr", "en": "bureau en"},
                "kind": "other",
                "accepts": True,
                "agency": {
                    "code": "roads",
                    "name": {"ar": "الطرق", "fr": "Routes", "en": "Roads"},
                },
            }
        ],
        "topics": [],
    }


def test_an_organisation_that_nobody_handles_has_no_agency(client):
    organisation("far-away")

    found = client.get(URL, {"kind": "commune"}).json()["results"]

    assert [row["agency"] for row in found] == [None]


def test_organisations_are_listed_under_their_parent(client):
    region = organisation("north", kind="region")
    organisation("tangier", parent=region)
    organisation("elsewhere")

    assert codes(client.get(URL, {"parent": "north"})) == ["tangier"]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_one_row_and_for_three(
    client, roads, count, django_assert_max_num_queries
):
    parent = organisation_of(roads)
    for number in range(count):
        organisation(f"bureau-{number}", parent=parent)
    client.get(URL, {"kind": "commune"})

    with django_assert_max_num_queries(8):
        found = codes(client.get(URL, {"kind": "commune"}))

    assert len(found) == count


def test_a_kind_that_does_not_exist_is_refused_with_the_name_of_the_field(client):
    response = client.get(URL, {"kind": "kingdom"})

    assert response.status_code == 400
    assert [(e["field"], e["code"]) for e in response.json()["errors"]] == [
        ("kind", "invalid_choice")
    ]


def test_the_categories_of_an_organisation_are_those_offered_for_its_kind(client):
    organisation("tangier")
    names = {"name_ar": "أ", "name_fr": "b", "name_en": "c"}
    Category.objects.create(
        code="lamps", position=1, kinds=["complaint"], organisation_kinds=["commune"], **names
    )
    Category.objects.create(
        code="visas", position=2, kinds=["complaint"], organisation_kinds=["ministry"], **names
    )

    response = client.get(f"{URL}tangier/categories/")

    assert response.json() == [
        {
            "code": "lamps",
            "name": {"ar": "أ", "fr": "b", "en": "c"},
            "kinds": ["complaint"],
            "questions": [],
        }
    ]


def test_the_categories_of_an_unknown_organisation_are_not_there(client):
    response = client.get(f"{URL}nowhere/categories/")

    assert response.status_code == 404
    assert [e["code"] for e in response.json()["errors"]] == ["organisation_not_found"]
