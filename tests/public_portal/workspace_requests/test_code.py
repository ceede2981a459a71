"""The code that is proposed for a workspace: it becomes its address, for ever."""

import re

import pytest

from shared.directory.models import Organisation
from tenants.models import Agency
from tenants.models.enums import AgencyState
from tests.public_portal.workspace_requests.applicant import body

pytestmark = pytest.mark.django_db


@pytest.fixture
def request_of(applicant, analyst):
    """Let somebody ask for a workspace of a body; the page on which oversight decides."""

    def ask(code, **values):
        body(code, **{"name_en": values.get("name_fr", ""), "name_ar": code, **values})
        applicant.do("institution/", organisation=code)
        for step in ("email", "code", "person", "needs", "terms"):
            applicant.answer(step)
        applicant.send()
        return f"/workspaces/{applicant.row().pk}/"

    return ask


def proposed_on(page):
    html = page.content.decode()
    return (
        re.findall(r'<input [^>]*name="code"[^>]*>', html)[0].partition('value="')[2].split('"')[0]
    )


@pytest.mark.parametrize(
    ("kind", "name", "expected"),
    [
        ("commune", "Fès", "commune-fes"),
        ("commune", "Commune de Fès", "commune-fes"),
        ("province", "M'diq-Fnideq", "province-mdiq-fnideq"),
        ("prefecture", "Préfecture d’Agadir Ida-Outanane", "prefecture-agadir-ida-outanane"),
        (
            "institution",
            "Agence nationale de la sécurité routière et des transports",
            "agence-nationale-securite",
        ),
    ],
)
def test_code_of_a_body_with_a_number_is_made_of_its_french_name(
    request_of, analyst, kind, name, expected
):
    path = request_of("body-06-141-01-0", kind=kind, name_fr=name)

    assert proposed_on(analyst.get(path)) == expected


def test_readable_code_of_the_directory_is_proposed_as_it_is(request_of, analyst):
    path = request_of("oasis-agency", kind="institution", name_fr="Agence des oasis du sud")

    assert proposed_on(analyst.get(path)) == "oasis-agency"


@pytest.mark.parametrize(
    ("code", "expected"), [("oasis-agency", "oasis-agency-2"), ("x" * 60, f"{'x' * 48}-2")]
)
def test_readable_code_that_is_taken_gets_a_number(request_of, analyst, roads, code, expected):
    Agency.objects.filter(pk=roads.pk).update(code=code[:50], state=AgencyState.DESTROYED)

    assert proposed_on(analyst.get(request_of(code, kind="institution", name_fr="Oasis"))) == (
        expected
    )


def test_code_of_a_destroyed_workspace_is_not_proposed_again(request_of, analyst, roads):
    Agency.objects.filter(pk=roads.pk).update(code="commune-fes", state=AgencyState.DESTROYED)
    parent = Organisation.objects.create(
        code="p-231", kind="prefecture", name_ar="p", name_fr="Préfecture de Meknès", name_en="p"
    )

    path = request_of("commune-03-231", kind="commune", name_fr="Fès", parent=parent)

    assert proposed_on(analyst.get(path)) == "commune-fes-meknes"


def test_namesake_without_a_place_above_it_gets_a_number(request_of, analyst, roads, water):
    Agency.objects.filter(pk=roads.pk).update(code="commune-fes")
    Agency.objects.filter(pk=water.pk).update(code="commune-fes-2")

    assert proposed_on(analyst.get(request_of("commune-9", kind="commune", name_fr="Fès"))) == (
        "commune-fes-3"
    )


@pytest.mark.parametrize("name", ["Oversight", "Portal"])
def test_reserved_code_is_not_proposed(request_of, analyst, name):
    path = request_of("body-1", kind="institution", name_fr=name)

    assert proposed_on(analyst.get(path)) == f"{name.lower()}-2"


def test_code_of_another_body_is_not_proposed(request_of, analyst):
    body("agence-eau", kind="institution", name_fr="Eau", name_ar="x", name_en="x")

    path = request_of("body-1", kind="institution", name_fr="Agence de l’eau")

    assert proposed_on(analyst.get(path)) == "agence-eau-2"


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("institution", "وكالة"),
        ("commune", "الفاس"),
        ("commune", "Commune de"),
        ("region", "Région"),
    ],
)
def test_name_of_which_no_word_is_left_gets_no_proposal(request_of, analyst, kind, name):
    path = request_of("body-1", kind=kind, name_fr=name)

    assert proposed_on(analyst.get(path)) == ""


def test_page_says_that_the_code_cannot_be_changed_later(request_of, analyst):
    page = analyst.get(request_of("body-1", kind="institution", name_fr="Agence de l’eau"))

    assert "It cannot be changed later." in page.content.decode()
