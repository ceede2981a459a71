"""Suspending, archiving, renaming: who may work, and who answers from that moment on."""

from datetime import timedelta

import pytest

from shared.audit.selectors import audit_entries
from shared.directory.models import Organisation
from shared.kernel import clock
from shared.kernel.text import Wording
from tenants.agencies.errors import AgencyNotFound
from tenants.approvals.errors import ReasonNeeded
from tenants.billing.errors import LimitedUntilPaid
from tenants.fleet.errors import (
    AgencyStateConflict,
    CasesNeedActingOfficers,
    DestroyAskedAlready,
    NoSuccessor,
    SuccessorUnfit,
)
from tenants.fleet.services.lifecycle import states
from tenants.fleet.services.lifecycle.acting_administration import acting_administration_start
from tenants.fleet.services.lifecycle.destroy_orders import destroy_ask
from tenants.fleet.services.lifecycle.states import (
    agency_archive,
    agency_reactivate,
    agency_rename,
    agency_suspend,
    agency_unarchive,
)
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency, Domain, Route
from tenants.models.enums import AgencyState
from tests.support.factories import filed, organisation_of
from tests.tenants.fleet.lifecycle.people import ACTING_OFFICERS, OPERATOR, REASON

pytestmark = pytest.mark.django_db


def state_of(code):
    return Agency.objects.values_list("state", "state_reason", "successor_code").get(code=code)


def actions_at(agency, *, inside=False):
    if inside:
        with agency_context(agency):
            return [entry.action for entry in audit_entries(subject=f"agency {agency.code}")]
    return [entry.action for entry in audit_entries(subject=f"agency {agency.code}")]


def archive(agency, **changes):
    return agency_archive(agency_code=agency.code, reason=REASON, actor=OPERATOR, **changes)


def test_a_suspended_agency_says_why_and_both_logs_say_who(roads, water):
    made = len(actions_at(roads))

    agency_suspend(agency_code="roads", reason=f" {REASON}\n", actor=OPERATOR)

    assert state_of("roads") == ("suspended", REASON, "")
    assert Agency.objects.get(code="roads").state_since is not None
    assert state_of("water") == ("active", "", "")
    assert actions_at(roads)[made:] == ["agency.suspended"]
    assert actions_at(roads, inside=True) == ["agency.suspended"]
    assert actions_at(water, inside=True) == []


def test_a_reactivated_agency_is_as_before(roads):
    agency_suspend(agency_code="roads", reason=REASON, actor=OPERATOR)

    agency_reactivate(agency_code="roads", actor=OPERATOR)

    assert state_of("roads") == ("active", "", "")
    assert Agency.objects.get(code="roads").state_since is None


@pytest.mark.parametrize(
    ("act", "state"),
    [
        ("agency_suspend", AgencyState.SUSPENDED),
        ("agency_suspend", AgencyState.ARCHIVED),
        ("agency_suspend", AgencyState.DESTROYED),
        ("agency_reactivate", AgencyState.ACTIVE),
        ("agency_reactivate", AgencyState.ARCHIVED),
        ("agency_unarchive", AgencyState.ACTIVE),
        ("agency_unarchive", AgencyState.DESTROYED),
        ("agency_archive", AgencyState.ARCHIVED),
        ("agency_archive", AgencyState.DESTROYED),
    ],
)
def test_an_act_from_the_wrong_state_is_refused_and_changes_nothing(roads, act, state):
    Agency.objects.filter(code="roads").update(state=state)
    reason = {"reason": REASON} if act in ("agency_suspend", "agency_archive") else {}

    with pytest.raises(AgencyStateConflict):
        getattr(states, act)(agency_code="roads", actor=OPERATOR, **reason)

    assert state_of("roads") == (state, "", "")


@pytest.mark.parametrize("code", ["nobody", "national", ""])
def test_only_an_agency_is_suspended(roads, code):
    with pytest.raises(AgencyNotFound):
        agency_suspend(agency_code=code, reason=REASON, actor=OPERATOR)


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_nothing_is_closed_without_a_reason(roads, reason):
    with pytest.raises(ReasonNeeded):
        agency_suspend(agency_code="roads", reason=reason, actor=OPERATOR)


def test_the_successor_of_an_archived_agency_gets_new_requests_from_that_moment(roads, water):
    organisation_of(roads)

    archive(roads, successor_code="water")

    receipt = filed(roads)
    assert receipt.agency_code == "water"
    assert state_of("roads") == ("archived", REASON, "water")


def test_without_a_successor_the_agency_above_answers(roads, water):
    body = organisation_of(roads)
    Organisation.objects.filter(pk=body.pk).update(parent=organisation_of(water))

    archive(roads)

    assert filed(roads).agency_code == "water"
    assert state_of("roads") == ("archived", REASON, "")


def test_nobody_is_archived_whose_citizens_would_write_into_a_void(roads, water):
    organisation_of(roads)

    with pytest.raises(NoSuccessor):
        archive(roads)

    assert state_of("roads") == ("active", "", "")
    assert filed(roads).agency_code == "roads"


def test_an_archived_agency_above_is_nobody(roads, water):
    body = organisation_of(roads)
    above = organisation_of(water)
    Organisation.objects.filter(pk=body.pk).update(parent=above)
    Agency.objects.filter(code="water").update(state=AgencyState.ARCHIVED)

    with pytest.raises(NoSuccessor):
        archive(roads)


@pytest.mark.parametrize("successor", ["roads", "nobody", "national"])
def test_a_successor_is_another_agency(roads, successor):
    organisation_of(roads)

    with pytest.raises(SuccessorUnfit):
        archive(roads, successor_code=successor)


def test_a_suspended_agency_succeeds_nobody(roads, water):
    agency_suspend(agency_code="water", reason=REASON, actor=OPERATOR)

    with pytest.raises(SuccessorUnfit):
        archive(roads, successor_code="water")


def test_open_requests_forbid_archiving_until_somebody_answers_them(roads, water):
    receipt = filed(roads)

    with pytest.raises(CasesNeedActingOfficers):
        archive(roads, successor_code="water")
    acting_administration_start(
        agency_code="roads", reason=REASON, acting_officers=ACTING_OFFICERS, actor=OPERATOR
    )
    archive(roads, successor_code="water")

    # The request stays where its citizen finds it, and only new ones go elsewhere.
    assert Route.objects.get(reference=receipt.reference).agency.code == "roads"
    assert filed(roads).agency_code == "water"


def test_an_unarchived_agency_answers_again_for_what_nobody_was_given_since(roads, water):
    organisation_of(roads)
    kept = {"kind": "institution", "name_ar": "x", "name_fr": "x", "name_en": "x"}
    Organisation.objects.create(code="elsewhere", agency_code="roads", **kept)
    archive(roads, successor_code="water")
    Organisation.objects.filter(code="elsewhere").update(agency_code="third")

    agency_unarchive(agency_code="roads", actor=OPERATOR)

    assert state_of("roads") == ("active", "", "")
    assert filed(roads).agency_code == "roads"
    assert filed(water).agency_code == "water"
    assert Organisation.objects.get(code="elsewhere").agency_code == "third"


def test_an_agency_whose_destruction_is_asked_for_is_not_unarchived_under_it(roads, water):
    archive(roads, successor_code="water")
    destroy_ask(
        agency_code="roads", typed_code="roads", reason=REASON, waiver="Empty.", actor=OPERATOR
    )

    with pytest.raises(DestroyAskedAlready):
        agency_unarchive(agency_code="roads", actor=OPERATOR)


def test_a_renamed_agency_keeps_its_code_its_schema_and_its_hosts(roads):
    hosts = list(Domain.objects.filter(tenant=roads).values_list("domain", flat=True))

    agency_rename(
        agency_code="roads", names=Wording(ar="السبل", fr="Voies", en="Ways"), actor=OPERATOR
    )

    renamed = Agency.objects.get(pk=roads.pk)
    assert (renamed.name_ar, renamed.name_fr, renamed.name_en) == ("السبل", "Voies", "Ways")
    assert (renamed.code, renamed.schema_name) == ("roads", "a_roads")
    assert list(Domain.objects.filter(tenant=roads).values_list("domain", flat=True)) == hosts


def test_a_new_name_waits_for_a_late_payment(roads):
    Agency.objects.filter(pk=roads.pk).update(owes_since=clock.today() - timedelta(days=30))

    with pytest.raises(LimitedUntilPaid):
        agency_rename(agency_code="roads", names=Wording(ar="س", fr="V", en="W"), actor=OPERATOR)
