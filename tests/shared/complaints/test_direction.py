"""Which body an agency may name as competent."""

import pytest

from shared.complaints import services
from shared.complaints.enums import Status
from shared.complaints.errors import OwnBody
from shared.complaints.selectors import complaint_get
from shared.complaints.types import DirectionDraft
from shared.directory.models import Organisation
from shared.kernel.text import Wording
from tenants.isolation.schema_switch import agency_context
from tests.support.factories import filed, officer_actor, organisation_of, staff


def direct(agency, reference, code):
    """Name a body, and return the state of the case after it."""
    officer = staff(agency)
    draft = DirectionDraft(
        organisation_code=code,
        organisation=Wording(ar="هيئة", fr="Organisme", en="Body"),
        explanation="Leaks of the main pipe are repaired there.",
        way_on="Counter of the quarter, open from 8.30.",
    )
    with agency_context(agency):
        services.complaint_direct(
            reference=reference,
            draft=draft,
            agency_code=agency.code,
            officer=officer,
            actor=officer_actor(officer),
        )
        return complaint_get(reference=reference).status


def test_the_body_of_the_case_is_not_named_by_the_agency_that_answers_for_it(roads):
    reference = filed(roads).reference

    with pytest.raises(OwnBody) as refused:
        direct(roads, reference, "roads")

    assert refused.value.field == "organisation_code"
    with agency_context(roads):
        assert complaint_get(reference=reference).status == Status.RECEIVED


def test_a_body_below_is_not_named_by_the_agency_that_answers_for_it(roads):
    Organisation.objects.create(
        code="lamps", kind="institution", name_ar="مصابيح", name_fr="Lampes", name_en="Lamps",
        parent=organisation_of(roads),
    )  # fmt: skip

    with pytest.raises(OwnBody):
        direct(roads, filed(roads, organisation_code="lamps").reference, "lamps")


def test_another_body_is_named(roads, water):
    organisation_of(water)

    assert direct(roads, filed(roads).reference, "water") == Status.INADMISSIBLE


@pytest.mark.parametrize("agency_code", ["", "water"])
def test_the_desk_names_the_body_of_the_case_for_which_it_does_not_answer(roads, agency_code):
    Organisation.objects.create(
        code="orientation", kind="other", name_ar="مكتب", name_fr="Guichet", name_en="Desk",
        agency_code=roads.code,
    )  # fmt: skip
    body = Organisation.objects.create(
        code="nobody", kind="ministry", name_ar="وزارة", name_fr="Ministère", name_en="Ministry"
    )
    reference = filed(roads, organisation_code="nobody").reference
    Organisation.objects.filter(pk=body.pk).update(agency_code=agency_code)

    assert direct(roads, reference, "nobody") == Status.INADMISSIBLE
