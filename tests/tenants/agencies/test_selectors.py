"""Who answers for a body and what a host shows: some seconds old, but nothing new is refused."""

import pytest
from django.db import OperationalError, connection

from demo.agencies import agency_ensure, body_give
from shared.directory.errors import OrganisationNotFound
from shared.directory.models import Organisation
from tenants.agencies.errors import NoAgencyForOrganisation, OrganisationNotServed
from tenants.agencies.selectors import (
    address_book_clear,
    agency_for_organisation,
    domain_by_host,
    recipient_agencies,
    recipient_agency,
)
from tenants.models import Agency, Domain
from tenants.models.enums import AgencyState, Site
from tests.support.factories import organisation_of
from tests.support.processes import in_child

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _remembered(settings):
    """As in production."""
    address_book_clear()
    settings.ADDRESS_BOOK_SECONDS = 60
    yield
    address_book_clear()


def answers_for(code):
    return agency_for_organisation(organisation_code=code)


def test_a_body_and_a_host_that_were_made_since_are_found(roads, water):
    organisation_of(roads)
    assert answers_for("roads") == roads

    organisation_of(water)
    Domain.objects.create(domain="new.testserver", tenant=water, site=Site.AGENCY, is_primary=False)

    assert answers_for("water") == water
    assert domain_by_host("new.testserver").tenant == water


def test_known_answers_cost_no_question(roads, django_assert_num_queries):
    organisation_of(roads)
    answers_for("roads")

    with django_assert_num_queries(0):
        assert answers_for("roads") == roads
        assert domain_by_host("roads.testserver").tenant == roads


def fail(*_call):
    raise OperationalError("the database does not answer")


def test_a_known_host_is_found_while_the_database_is_away(roads, settings):
    settings.ADDRESS_BOOK_SECONDS = 0.000_001

    def look_up():
        # In a process of its own, as between two requests: a test is always in a transaction.
        domain_by_host("roads.testserver")
        with connection.execute_wrapper(fail):
            assert domain_by_host("roads.testserver").tenant == roads
            with pytest.raises(OperationalError):
                domain_by_host("unknown.testserver")

    assert in_child(look_up) == 0


def test_within_a_transaction_a_lost_database_is_no_old_book(roads, settings):
    settings.ADDRESS_BOOK_SECONDS = 0.000_001
    domain_by_host("roads.testserver")

    # What follows in the transaction would fail with words that nobody understands.
    with connection.execute_wrapper(fail), pytest.raises(OperationalError):
        domain_by_host("roads.testserver")


def test_before_there_is_a_book_a_lost_database_is_an_error(roads, settings):
    settings.ADDRESS_BOOK_SECONDS = 0.000_001

    def look_up():
        with connection.execute_wrapper(fail), pytest.raises(OperationalError):
            domain_by_host("roads.testserver")

    assert in_child(look_up) == 0


def test_an_old_book_is_copied_again_only_where_a_row_has_changed(
    roads, settings, django_assert_num_queries
):
    body = organisation_of(roads)
    settings.ADDRESS_BOOK_SECONDS = 0.000_001
    answers_for("roads")

    with django_assert_num_queries(1):
        assert answers_for("roads") == roads
    changes = [
        lambda: Organisation.objects.filter(pk=body.pk).update(name_en="Roads and bridges"),
        lambda: Agency.objects.filter(pk=roads.pk).update(state=AgencyState.SUSPENDED),
        lambda: Domain.objects.create(
            domain="old.testserver", tenant=roads, site=Site.AGENCY, is_primary=False
        ),
        lambda: Domain.objects.filter(domain="old.testserver").update(domain="new.testserver"),
        lambda: Domain.objects.filter(domain="new.testserver").delete(),
    ]
    for change in changes:
        change()
        with django_assert_num_queries(4):
            answers_for("roads")
        with django_assert_num_queries(1):
            answers_for("roads")

    assert answers_for("roads").state == AgencyState.SUSPENDED


def test_who_handles_a_body_is_the_nearest_above_it(roads, water):
    above, below = organisation_of(roads), organisation_of(water)
    names = {"name_ar": "x", "name_fr": "x", "name_en": "x"}
    Organisation.objects.filter(pk=below.pk).update(parent=above, agency_code="")
    Organisation.objects.create(code="village", kind="commune", parent=below, **names)

    assert answers_for("village") == roads


def made(code, **values):
    names = {"name_ar": "x", "name_fr": "x", "name_en": "x"}
    return Organisation.objects.create(code=code, **{"kind": "institution", **names, **values})


@pytest.mark.parametrize(
    ("code", "agency", "is_orientation"),
    [
        ("roads", "roads", False),
        ("alone", "water", True),
        ("orientation", "water", True),
        # The agency of the desk may answer for bodies of its own.
        ("water", "water", False),
    ],
)
def test_who_receives_and_whether_it_is_the_desk_costs_no_question(
    roads, water, code, agency, is_orientation, django_assert_num_queries
):
    organisation_of(roads)
    organisation_of(water)
    made("orientation", kind="other", agency_code="water")
    made("alone")
    answers_for("roads")

    with django_assert_num_queries(0):
        found = recipient_agency(organisation_code=code)
        assert answers_for(code).code == agency

    assert (found.agency.code, found.is_orientation) == (agency, is_orientation)
    assert recipient_agencies(organisation_codes=[code]) == {code: found}


def test_a_desk_that_was_made_since_receives_instead_of_a_refusal(roads, water):
    made("alone")
    organisation_of(roads)
    answers_for("roads")

    made("orientation", kind="other", agency_code="water")

    assert recipient_agency(organisation_code="alone").is_orientation


def test_who_receives_for_no_body_is_no_question(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert recipient_agencies(organisation_codes=[]) == {}


REASONS = {"refusal_ar": "x", "refusal_fr": "x", "refusal_en": "x"}


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"is_active": False}, OrganisationNotFound),
        ({"accepts": False, **REASONS}, OrganisationNotServed),
        ({"agency_code": ""}, NoAgencyForOrganisation),
        ({"agency_code": "elsewhere"}, NoAgencyForOrganisation),
    ],
)
def test_what_is_not_served_is_refused_by_its_name(roads, change, refusal):
    Organisation.objects.filter(pk=organisation_of(roads).pk).update(**change)

    with pytest.raises(refusal):
        answers_for("roads")
    assert domain_by_host("stranger.example") is None


def test_a_suspended_agency_still_answers(roads):
    organisation_of(roads)
    Agency.objects.filter(pk=roads.pk).update(state=AgencyState.SUSPENDED)

    assert answers_for("roads") == roads


def test_a_body_whose_agency_was_made_here_is_at_once_no_more_its_superiors(roads, water):
    """Filed with the old handler, a case would not be found by the new one."""
    above = organisation_of(roads)
    names = {"name_ar": "x", "name_fr": "x", "name_en": "x"}
    Organisation.objects.create(code="sea-ports", kind="institution", parent=above, **names)
    assert answers_for("sea-ports") == roads

    made = agency_ensure(code="sea-ports")
    body_give(code="sea-ports")

    assert answers_for("sea-ports") == made
