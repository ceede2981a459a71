"""Which bodies an officer may file about, and what is said of the others."""

import pytest

from shared.directory.models import Alias, Organisation
from shared.ui.links import portal_url
from tests.agency_console.assisted_filing.test_filing import bodies, citizen, english
from tests.agency_console.conftest import agent, console, text_of

__all__ = ["agent", "bodies", "console", "english"]
pytestmark = pytest.mark.django_db


def found_as_ministry(body):
    Alias.objects.create(
        organisation=body, text="the ministry", key="ministry", sound="mnstr", kind="name"
    )


def test_own_bodies_are_offered_and_others_lead_to_the_citizens_site(english, roads, water):
    page = text_of(english.get("/desk/"))
    assert "organisation=roads" in page
    assert "organisation=water" not in page

    for body in Organisation.objects.filter(code__in=["roads", "water"]):
        found_as_ministry(body)
    found = text_of(english.get("/desk/", {"q": "ministry"}))
    assert "organisation=roads" in found
    assert "organisation=water" not in found
    assert "<bdi>Water</bdi> handles its requests." in found


def test_a_body_that_no_administration_serves_leads_to_its_own_page(english, water):
    body = Organisation.objects.filter(code="water")
    found_as_ministry(body.get())
    body.update(agency_code="")

    found = text_of(english.get("/desk/", {"q": "ministry"}))

    assert "can therefore be filed neither here nor on the citizens" in found
    assert f'href="{portal_url()}/en/organisations/water/"' in found
    page = citizen(english).client.get("/en/organisations/water/")
    assert "Write to it directly" in page.content.decode()


@pytest.mark.parametrize("above", ["roads", "water", ""])
def test_a_body_that_the_portal_does_not_accept_leads_to_its_own_page(english, above):
    why = dict.fromkeys(["refusal_ar", "refusal_fr", "refusal_en"], "Write to it.")
    body = Organisation.objects.create(
        code="defence", kind="ministry", name_ar="x", name_fr="x", name_en="Defence",
        parent=Organisation.objects.filter(code=above).first(), accepts=False, **why,
    )  # fmt: skip
    found_as_ministry(body)

    found = text_of(english.get("/desk/", {"q": "ministry"}))

    assert "The portal cannot pass on requests to this organisation." in found
    assert "handles its requests" not in found
    assert "organisation=defence" not in found
    assert f'href="{portal_url()}/en/organisations/defence/"' in found
    page = citizen(english).client.get("/en/organisations/defence/").content.decode()
    assert "Write to it." in page


def test_a_body_is_found_by_what_it_handles(english, roads):
    Organisation.objects.create(
        code="dgsn", kind="institution", name_ar="الأمن", name_fr="Sûreté", name_en="Police",
        agency_code=roads.code,
    )  # fmt: skip

    assert "organisation=dgsn" in text_of(english.get("/desk/", {"q": "carte nationale"}))
