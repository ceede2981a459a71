"""The second person agrees to what was read, of somebody who may still ask for it."""

from datetime import timedelta

import pytest
from django.db import InternalError, connection, transaction

from shared.accounts.enums import Role
from shared.accounts.models import User
from shared.complaints.enums import Privacy
from shared.complaints.types import PartyDraft
from shared.jobs.enums import JobState
from shared.jobs.models import Job
from shared.kernel import clock
from tenants.agency_export.services.encryption import key_make
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency, ApprovalRequest, DestroyOrder, IdentityOpening, TakeOver
from tenants.models.enums import AgencyState
from tests.public_portal.oversight.reading import hidden_fields, press
from tests.public_portal.oversight.test_workspace import PAGE, act, person
from tests.support.factories import filed, organisation_of
from tests.support.refused_forms import is_refused
from tests.tenants.fleet.lifecycle.people import REASON

pytestmark = pytest.mark.django_db

HONEST, OTHER = "honest@roads.gov.example", "other@elsewhere.example"
BUNDLE = "/agencies/roads/bundle/"
COURT = {"reason": "A court asks, properly, who it is.", "court_reference": "Rabat, order 12/2026"}
ANEW = "asked for anew"


def take_over(email):
    return {"reason": REASON, "name_1": "Somebody", "email_1": email}


def invite(email):
    return {"reason": REASON, "name": "Somebody", "email": email}


@pytest.fixture
def operator(roads):
    return person(Role.OPERATOR, "operator@oversight.example")


@pytest.fixture
def analyst(roads):
    return person(Role.ANALYST, "analyst@oversight.example")


@pytest.fixture
def hidden(roads):
    party = PartyDraft(name="Zoubida Hidden", email="hidden@example.org")
    return filed(roads, privacy=Privacy.CONFIDENTIAL, party=party)


def mailboxes(agency):
    with agency_context(agency):
        return set(User.objects.values_list("email", flat=True))


def leave(email, **change):
    """Somebody has left national oversight, or works there as something else."""
    User.objects.filter(email=email).update(**(change or {"is_active": False}))


@pytest.mark.parametrize(("slug", "asked"), [("take-over", take_over), ("invite", invite)])
def test_what_was_asked_anew_after_the_reading_is_not_agreed_to(
    operator, analyst, roads, slug, asked
):
    act(operator, slug, **asked(HONEST))
    page = analyst.get(f"{PAGE}{slug}-confirm/")
    press(operator, f"{PAGE}{slug}-withdraw/", {})
    act(operator, slug, **asked(OTHER))

    answer = analyst.post(f"{PAGE}{slug}-confirm/", hidden_fields(page))

    assert (is_refused(answer), ANEW in answer.text, OTHER in answer.text) == (True, True, True)
    assert OTHER not in mailboxes(roads)
    # What the refusal shows has been read: pressed again it is agreed to.
    assert analyst.post(f"{PAGE}{slug}-confirm/", hidden_fields(answer)).status_code == 302
    assert OTHER in mailboxes(roads)


@pytest.mark.parametrize("sent", [{}, {"approval": "nonsense"}])
def test_a_form_that_does_not_say_what_was_read_agrees_to_nothing(operator, analyst, roads, sent):
    act(operator, "take-over", **take_over(HONEST))

    answer = analyst.post(f"{PAGE}take-over-confirm/", sent)

    assert is_refused(answer)
    assert not TakeOver.objects.exists()


def test_another_key_than_the_one_that_was_read_is_not_agreed_to(operator, analyst, roads):
    good, other = key_make().recipient, key_make().recipient
    operator.post(BUNDLE, {"reason": REASON, "recipient": good})
    page = analyst.get(PAGE)
    assert good in page.text
    press(operator, f"{BUNDLE}answer/", {"do": "withdraw"}, read_at=BUNDLE)
    operator.post(BUNDLE, {"reason": REASON, "recipient": other})

    told = analyst.post(f"{BUNDLE}answer/", hidden_fields(page) | {"do": "agree"}, follow=True)

    assert ANEW in told.text
    assert not Job.objects.filter(kind="export").exists()
    press(analyst, f"{BUNDLE}answer/", {"do": "agree"}, read_at=PAGE)
    assert Job.objects.get(kind="export").arguments["recipient"] == other


def test_another_court_than_the_one_that_was_read_opens_no_identity(analyst, hidden):
    colleague = person(Role.ANALYST, "colleague@oversight.example")
    ask = {"reference": hidden.reference, **COURT}
    analyst.post("/identity/", ask)
    page = colleague.get("/identity/")
    press(analyst, "/identity/answer/", {"do": "withdraw"}, read_at="/identity/")
    analyst.post("/identity/", ask | {"court_reference": "none at all"})

    told = colleague.post("/identity/answer/", hidden_fields(page) | {"do": "agree"}, follow=True)
    shown = press(analyst, "/identity/answer/", {"do": "open"}, read_at="/identity/")

    assert ANEW in told.text
    assert shown.status_code == 302
    assert not IdentityOpening.objects.exists()


def test_a_destruction_without_a_bundle_is_agreed_to_by_who_has_read_of_it(operator, analyst):
    Agency.objects.filter(code="roads").update(
        state="archived", passed_on=[], state_since=clock.now() - timedelta(days=40)
    )
    asked = {"reason": REASON, "typed_code": "roads", "waiver": "It was empty."}
    act(operator, "destroy", **asked)
    page = analyst.get(f"{PAGE}destroy-confirm/")
    press(operator, f"{PAGE}destroy-withdraw/", {})
    act(operator, "destroy", **asked | {"waiver": "I want it so, whatever is in it."})

    answer = analyst.post(f"{PAGE}destroy-confirm/", hidden_fields(page) | {"typed_code": "roads"})

    assert (is_refused(answer), ANEW in answer.text) == (True, True)
    assert not DestroyOrder.objects.exclude(confirmed_at=None).exists()


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": Role.ANALYST}])
def test_nobody_agrees_to_what_somebody_asked_who_may_not_any_more(
    operator, analyst, roads, change
):
    act(operator, "invite", **invite(HONEST))
    leave("operator@oversight.example", **change)

    answer = press(analyst, f"{PAGE}invite-confirm/", {})

    assert (is_refused(answer), "no longer" in answer.text) == (True, True)
    assert HONEST not in mailboxes(roads)


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": Role.OPERATOR}])
def test_an_identity_stays_shut_when_who_agreed_has_left(analyst, hidden, change):
    colleague = person(Role.ANALYST, "colleague@oversight.example")
    analyst.post("/identity/", {"reference": hidden.reference, **COURT})
    press(colleague, "/identity/answer/", {"do": "agree"}, read_at="/identity/")
    leave("colleague@oversight.example", **change)

    told = press(analyst, "/identity/answer/", {"do": "open"}, read_at="/identity/")

    assert told.status_code == 302
    assert not IdentityOpening.objects.exists()


@pytest.mark.parametrize("is_own", [True, False])
def test_what_was_agreed_to_and_not_used_is_taken_back_by_any_of_them(analyst, hidden, is_own):
    colleague = person(Role.ANALYST, "colleague@oversight.example")
    third = person(Role.ANALYST, "third@oversight.example")
    analyst.post("/identity/", {"reference": hidden.reference, **COURT})
    press(colleague, "/identity/answer/", {"do": "agree"}, read_at="/identity/")
    page = analyst.get("/identity/")
    who, word = (analyst, "Withdraw") if is_own else (third, "Refuse")
    assert word in who.get("/identity/").text

    press(who, "/identity/answer/", {"do": "withdraw"}, read_at="/identity/")

    analyst.post("/identity/answer/", hidden_fields(page) | {"do": "open"})
    assert not IdentityOpening.objects.exists()
    assert ApprovalRequest.objects.get().withdrawn_at is not None


def test_a_third_person_does_not_open_what_two_have_agreed_on(analyst, hidden):
    colleague = person(Role.ANALYST, "colleague@oversight.example")
    third = person(Role.ANALYST, "third@oversight.example")
    analyst.post("/identity/", {"reference": hidden.reference, **COURT})
    press(colleague, "/identity/answer/", {"do": "agree"}, read_at="/identity/")

    page = third.get("/identity/")
    third.post("/identity/answer/", hidden_fields(page) | {"do": "open"})

    assert ">See the identity<" not in page.text
    assert not IdentityOpening.objects.exists()


def test_the_asker_withdraws_and_another_one_refuses(operator, analyst):
    act(operator, "take-over", **take_over(HONEST))

    own, others = operator.get(PAGE).text, analyst.get(PAGE).text

    assert ("take-over-withdraw/" in own, "take-over-refuse/" in own) == (True, False)
    assert ("take-over-withdraw/" in others, "take-over-refuse/" in others) == (False, True)
    press(analyst, f"{PAGE}take-over-refuse/", {})
    assert ApprovalRequest.objects.get().withdrawn_at is not None


CHANGES = (
    "UPDATE tenants_approvalrequest SET arguments = '{\"people\": []}'",
    "UPDATE tenants_approvalrequest SET reason = 'another'",
    "UPDATE tenants_approvalrequest SET asked_by_id = 1",
    "UPDATE tenants_approvalrequest SET expires_at = expires_at + interval '1 day'",
)


@pytest.mark.parametrize("change", CHANGES)
def test_the_database_changes_nothing_of_what_was_asked_for(operator, change):
    act(operator, "take-over", **take_over(HONEST))

    with (
        pytest.raises(InternalError, match="never changes"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change)


def test_a_file_agreed_to_long_ago_is_not_made_after_all(operator, analyst, roads):
    operator.post(BUNDLE, {"reason": REASON, "recipient": key_make().recipient})
    press(analyst, f"{BUNDLE}answer/", {"do": "agree"}, read_at=PAGE)
    job = Job.objects.get(kind="export")
    Job.objects.update(state=JobState.FAILED, fault="x", finished_at=clock.now())

    with clock.travel(clock.now() + timedelta(days=7, seconds=1)):
        late = person(Role.OPERATOR, "late@oversight.example")
        told = late.post(f"/jobs/{job.pk}/retry/", follow=True)

    assert "seven days" in told.text
    assert Job.objects.get(pk=job.pk).state == JobState.FAILED


def test_a_file_agreed_to_this_week_is_tried_again(operator, analyst, roads):
    operator.post(BUNDLE, {"reason": REASON, "recipient": key_make().recipient})
    press(analyst, f"{BUNDLE}answer/", {"do": "agree"}, read_at=PAGE)
    job = Job.objects.get(kind="export")
    Job.objects.update(state=JobState.FAILED, fault="x", finished_at=clock.now())

    operator.post(f"/jobs/{job.pk}/retry/")

    assert Job.objects.get(pk=job.pk).state == JobState.QUEUED


def test_new_requests_go_elsewhere_once_two_people_want_it(operator, analyst, roads, water):
    organisation_of(roads)
    act(operator, "archive", reason=REASON, successor="water")
    page = analyst.get(f"{PAGE}archive-confirm/")
    assert ("water" in page.text, REASON in page.text) == (True, True)

    own = operator.post(f"{PAGE}archive-confirm/", hidden_fields(page))
    before = Agency.objects.get(code="roads").state
    press(analyst, f"{PAGE}archive-confirm/", {})

    assert (is_refused(own), before) == (True, AgencyState.ACTIVE)
    assert filed(roads).agency_code == "water"
