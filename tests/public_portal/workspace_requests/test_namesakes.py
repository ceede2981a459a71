"""Nobody gets a second body with the name of one that citizens know."""

import pytest
from django.test import Client

from shared.directory.enums import OrganisationKind
from shared.directory.models import Organisation
from shared.directory.services.new_organisation import organisation_add
from shared.jobs.models import Job
from shared.kernel.actors import SYSTEM
from shared.kernel.text import Wording
from tests.public_portal.workspace_requests.applicant import PROPOSAL, body, errors
from tests.support.refused_forms import is_refused

pytestmark = pytest.mark.django_db

HEALTH = {"name_ar": "وزارة الصحة", "name_fr": "Ministère de la santé", "name_en": "Health"}


@pytest.fixture
def health():
    """The body that a stranger would like to be."""
    return body("health", kind="ministry", **HEALTH)


def sent_proposal(applicant):
    applicant.do("institution/propose/", **PROPOSAL)
    for step in ("email", "code", "person", "needs", "terms"):
        applicant.answer(step)
    return applicant.send()


@pytest.mark.parametrize(
    "changes",
    [
        {"proposed_ar": "وزارة الصحة"},
        {"proposed_ar": "وِزارة  الصحّه"},
        {"proposed_fr": "MINISTERE DE LA SANTE"},
        {"proposed_fr": "Le Ministère de la Santé."},
    ],
)
def test_a_name_of_the_directory_cannot_be_proposed_and_leads_to_its_body(
    applicant, health, changes
):
    page = applicant.do("institution/propose/", **{**PROPOSAL, **changes})

    assert is_refused(page)
    assert errors(page) == ["\u2068Health\u2069 is in the list already: choose it there."]
    assert '/en/workspace/institution/?organisation=health"' in page.text


def test_a_body_that_came_meanwhile_stops_the_sending(applicant):
    applicant.do("institution/propose/", **PROPOSAL)
    for step in ("email", "code", "person", "needs", "terms"):
        applicant.answer(step)
    body("lights", name_ar=PROPOSAL["proposed_ar"], name_fr="Phares", name_en="Lights")

    page = applicant.send()

    assert is_refused(page)
    assert errors(page) == ["\u2068Lights\u2069 is in the list already: choose it there."]
    assert applicant.row().state == "unproved"


def test_oversight_cannot_give_a_name_that_is_taken(analyst, applicant, health):
    sent_proposal(applicant)
    path = f"/workspaces/{applicant.row().pk}/"
    seen = analyst.get(path).context["request_detail"].version

    page = analyst.post(
        f"{path}approve/",
        {"version": seen, "code": "sante", "kind": "ministry", "parent": "", **HEALTH},
    )

    assert is_refused(page)
    assert "in the list already" in page.text
    assert not Organisation.objects.filter(code="sante").exists()
    assert Job.objects.count() == 0


def test_oversight_is_shown_what_has_a_name_nearby(analyst, applicant):
    for code, name in (("phares-maroc", "Agence nationale des phares"), ("far", "Office du blé")):
        organisation_add(
            code=code,
            kind=OrganisationKind.INSTITUTION,
            parent_code="",
            names=Wording(ar=f"مؤسسة {code}", fr=name, en=name),
            actor=SYSTEM,
        )
    sent_proposal(applicant)

    page = analyst.get(f"/workspaces/{applicant.row().pk}/")

    assert [hit.code for hit in page.context["alike"]] == ["phares-maroc"]
    assert "Agence nationale des phares" in page.text


def test_the_link_of_the_refusal_has_the_body_chosen(applicant, health):
    page = Client(headers={"host": "testserver"}).get(
        "/en/workspace/institution/", {"organisation": "health"}
    )

    assert 'value="health"' in page.text
    assert "checked" in page.text
