"""One body, its children, and who handles its cases."""

import pytest
from django.db import IntegrityError

from shared.directory.errors import OrganisationNotFound
from shared.directory.models import Organisation
from shared.directory.selectors.organisations import (
    handling_agency_code,
    handling_agency_codes,
    organisation_get,
    organisation_roots,
)

pytestmark = pytest.mark.django_db


def body(code: str, parent: Organisation | None = None, **values: object) -> Organisation:
    """One made-up body."""
    names = {"name_ar": f"اسم {code}", "name_fr": f"Nom {code}", "name_en": f"Name {code}"}
    return Organisation.objects.create(
        code=code, parent=parent, **{"kind": "institution", **names, **values}
    )


@pytest.fixture
def chain():
    """Ministry, region, province, commune; none has a workspace, and a sister province has one."""
    ministry = body("ministry", kind="ministry")
    region = body("north", ministry, kind="region")
    province = body("hills", region, kind="province")
    commune = body("village", province, kind="commune")
    body("coast", region, kind="province", agency_code="coast")
    return ministry, region, province, commune


def test_a_body_is_told_in_full(chain):
    info = organisation_get(code="village")

    assert info.name("fr") == "Nom village"
    assert info.parent_code == "hills"
    assert info.parent_names.ar == "اسم hills"


def test_an_unknown_body_is_refused():
    with pytest.raises(OrganisationNotFound):
        organisation_get(code="nowhere")


def test_a_body_not_in_use_is_refused():
    body("closed", is_active=False)

    with pytest.raises(OrganisationNotFound):
        organisation_get(code="closed")


def test_browsing_begins_at_ministries_and_regions(chain):
    Organisation.objects.exclude(pk__in=[row.pk for row in chain]).update(is_active=False)

    assert [info.code for info in organisation_roots()] == ["ministry", "north"]


def test_a_body_is_handled_by_its_own_workspace(chain):
    Organisation.objects.filter(code__in=["village", "north"]).update(agency_code="own")

    assert handling_agency_code(code="village") == "own"


@pytest.mark.parametrize("above", ["hills", "north", "ministry"])
def test_a_commune_is_handled_by_the_nearest_above_it(chain, above):
    Organisation.objects.filter(code=above).update(agency_code="above")

    assert handling_agency_code(code="village") == "above"


def test_the_nearest_wins(chain):
    Organisation.objects.filter(code="ministry").update(agency_code="far")
    Organisation.objects.filter(code="hills").update(agency_code="near")

    assert handling_agency_code(code="village") == "near"


def test_a_workspace_beside_or_below_does_not_handle(chain):
    assert handling_agency_code(code="hills") is None


def test_nobody_handles_an_unknown_body():
    assert handling_agency_code(code="nowhere") is None


def test_many_bodies_are_answered_in_one_query(chain, django_assert_num_queries):
    Organisation.objects.filter(code="ministry").update(agency_code="top")

    with django_assert_num_queries(1):
        handlers = handling_agency_codes(["village", "coast", "north", "nowhere"])

    assert handlers == {"village": "top", "coast": "coast", "north": "top"}


def test_a_circle_ends(chain):
    ministry, region, _province, _commune = chain
    Organisation.objects.filter(pk=ministry.pk).update(parent=region)

    assert handling_agency_code(code="village") is None


def test_a_refusal_needs_its_explanation():
    with pytest.raises(IntegrityError):
        body("silent", accepts=False)
