"""National oversight answers in an agency's place, and gives it back as it was."""

import pytest
from django.core import mail
from django.test import Client

from shared.accounts.enums import Role
from shared.accounts.errors import EmailTaken
from shared.accounts.models import User
from shared.audit.selectors import audit_entries
from shared.mail.models import Mail
from shared.mail.services import mail_send
from tenants.fleet.errors import (
    ActingOfficerNeeded,
    AlreadyTakenOver,
    CasesNeedActingOfficers,
    NotTakenOver,
)
from tenants.fleet.services.lifecycle.acting_administration import (
    acting_administration_end,
    acting_administration_start,
)
from tenants.isolation.schema_switch import agency_context, start_in
from tenants.models import Agency, TakeOver
from tenants.models.enums import AgencyState
from tests.public_portal.tracking.visits import answer
from tests.support.factories import filed, staff
from tests.support.sampling import repeats
from tests.support.sessions import open_session
from tests.tenants.fleet.lifecycle.people import ACTING_OFFICERS, OPERATOR, REASON

pytestmark = pytest.mark.django_db


def take_over(code="roads", acting_officers=ACTING_OFFICERS):
    return acting_administration_start(
        agency_code=code, reason=REASON, acting_officers=acting_officers, actor=OPERATOR
    )


def doors(agency):
    """Who may sign in there, by address."""
    with agency_context(agency):
        return set(User.objects.filter(is_active=True).values_list("email", flat=True))


def console(agency, email):
    with agency_context(agency):
        user = User.objects.get(email=email)
        browser = Client(headers={"host": f"{agency.code}.testserver"})
        open_session(browser, user)
    return browser


@pytest.fixture
def people(roads, water):
    """One person of each role, one who left long ago, and somebody of another agency."""
    agent, supervisor, administrator = (
        staff(roads, role) for role in (Role.AGENT, Role.SUPERVISOR, Role.ADMINISTRATOR)
    )
    left = staff(roads, email="left@roads.example")
    with agency_context(roads):
        User.objects.filter(pk=left.pk).update(is_active=False)
    return agent, supervisor, administrator, staff(water)


def test_the_doors_of_its_own_people_close_and_caretakers_come_in(roads, water, people):
    agent, supervisor, _administrator, stranger = people

    taken = take_over()

    assert doors(roads) == {
        "administrator@roads.example",
        "first@oversight.example",
        "second@oversight.example",
    }
    assert doors(water) == {stranger.email}
    assert sorted(taken.closed_users) == sorted([agent.pk, supervisor.pk])
    with agency_context(roads):
        made = User.objects.filter(pk__in=taken.caretakers).order_by("email")
        assert [(user.role, user.language) for user in made] == [
            ("supervisor", "fr"),
            ("supervisor", "ar"),
        ]
        assert not any(user.has_usable_password() for user in made)


@pytest.mark.parametrize(
    "state", repeats([AgencyState.ARCHIVED, AgencyState.SUSPENDED, AgencyState.ACTIVE], keep=1)
)
def test_caretakers_work_in_an_agency_of_any_state(roads, people, state):
    reference = filed(roads).reference
    Agency.objects.filter(pk=roads.pk).update(state=state)

    take_over()

    browser = console(roads, "first@oversight.example")
    assert browser.get("/").status_code == 200
    assert browser.get(f"/cases/{reference}/").status_code == 200


def test_somebody_who_was_signed_in_is_out_at_the_next_request(roads, people):
    agent = people[0]
    browser = console(roads, agent.email)
    assert browser.get("/").status_code == 200
    # Between two requests a thread is in no agency; the test's own thread has stayed there.
    start_in(None)

    take_over()

    assert browser.get("/").status_code == 302


def test_administrators_keep_the_way_to_the_bill_and_to_the_data_alone(roads, people):
    browser = console(roads, people[2].email)
    take_over()

    page = browser.get("/")

    assert page.status_code == 403
    assert "/leaving/" in page.content.decode()
    assert browser.get("/staff/").status_code == 403
    for path in ("/leaving/", "/billing/"):
        # Whatever its page answers: it is reached, and no closed page stands before it.
        assert browser.get(path).status_code in (200, 404)


def test_exactly_the_doors_that_it_closed_open_again(roads, people):
    before = doors(roads)
    take_over()

    acting_administration_end(agency_code="roads", actor=OPERATOR)

    assert doors(roads) == before
    assert Agency.objects.get(code="roads").taken_over_at is None
    assert TakeOver.objects.get().ended_at is not None


def test_a_caretaker_comes_back_in_the_account_of_last_time(roads, people):
    first = take_over()
    acting_administration_end(agency_code="roads", actor=OPERATOR)

    second = take_over()

    assert second.caretakers == first.caretakers
    assert "first@oversight.example" in doors(roads)


def test_nobody_of_its_own_is_a_caretaker(roads, people):
    own = ACTING_OFFICERS[0].__class__(name="Own", email=people[0].email)

    with pytest.raises(EmailTaken):
        take_over(acting_officers=(own,))

    assert people[0].email in doors(roads)


def test_a_take_over_without_anybody_or_with_one_twice_is_refused(roads):
    for acting_officers in ((), (ACTING_OFFICERS[0], ACTING_OFFICERS[0])):
        with pytest.raises(ActingOfficerNeeded):
            take_over(acting_officers=acting_officers)


def test_it_is_taken_over_once_and_handed_back_once(roads):
    with pytest.raises(NotTakenOver):
        acting_administration_end(agency_code="roads", actor=OPERATOR)
    take_over()

    with pytest.raises(AlreadyTakenOver):
        take_over()


def test_an_archived_agency_is_not_handed_back_to_nobody(roads):
    reference = filed(roads).reference
    take_over()
    Agency.objects.filter(pk=roads.pk).update(state=AgencyState.ARCHIVED)

    with pytest.raises(CasesNeedActingOfficers):
        acting_administration_end(agency_code="roads", actor=OPERATOR)
    answer(roads, reference)
    acting_administration_end(agency_code="roads", actor=OPERATOR)

    assert Agency.objects.get(code="roads").taken_over_at is None


def test_both_logs_tell_of_it(roads):
    take_over()
    acting_administration_end(agency_code="roads", actor=OPERATOR)

    told = ["agency.taken_over", "agency.handed_back"]
    with agency_context(roads):
        inside = audit_entries(subject="agency roads").values_list("action", "actor_label")
        assert list(inside) == [(action, "First operator") for action in told]
    national = audit_entries(subject="agency roads").values_list("action", flat=True)
    assert [action for action in national if action in told] == told


def test_each_caretaker_gets_a_letter_that_leads_to_a_password(roads):
    take_over()

    with agency_context(roads):
        for row in Mail.objects.order_by("pk"):
            assert mail_send(mail_id=row.pk)
    first, second = sorted(mail.outbox, key=lambda letter: letter.to)
    assert (first.to, second.to) == (["first@oversight.example"], ["second@oversight.example"])
    link = "http://roads.testserver:8000/accounts/password/reset/"
    for letter, name in ((first, "Routes"), (second, "الطرق")):
        assert name in letter.body
        assert link in letter.body
        assert f'href="{link}"' in letter.alternatives[0].content
    with agency_context(roads):
        assert set(Mail.objects.values_list("to", flat=True)) == {""}
