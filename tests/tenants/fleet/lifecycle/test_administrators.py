"""No workspace without an administrator, and no act on one that its administrators do not hear."""

import re

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext

from shared.accounts.enums import Role
from shared.accounts.errors import EmailTaken
from shared.accounts.models import User
from shared.accounts.services.users import user_create
from shared.kernel import clock
from shared.kernel.actors import SYSTEM
from shared.mail.models import Mail
from shared.mail.services import mail_send
from tenants.fleet.enums import HealthIssue
from tenants.fleet.errors import AdministratorExists, AlreadyTakenOver
from tenants.fleet.services.health.agency_list import agency_health
from tenants.fleet.services.lifecycle.acting_administration import acting_administration_start
from tenants.fleet.services.lifecycle.administrators import administrator_invite
from tenants.fleet.services.lifecycle.destroy_orders import destroy_ask
from tenants.fleet.services.lifecycle.states import agency_archive, agency_suspend
from tenants.fleet.types import Administrator
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency, AgencyUsage
from tests.public_portal.oversight.reading import press
from tests.public_portal.oversight.test_workspace import person
from tests.support.factories import PASSWORD, staff
from tests.support.sessions import open_session
from tests.tenants.fleet.lifecycle.people import ACTING_OFFICERS, OPERATOR, REASON

pytestmark = pytest.mark.django_db

PERSON = Administrator(email="new@roads.example", name="New person", language="fr")
WORKSPACE = "/agencies/roads/workspace/"
INVITE = f"{WORKSPACE}invite/"


def letters(agency):
    """What waits to be sent there: to whom, and which."""
    with agency_context(agency):
        return list(Mail.objects.order_by("pk").values_list("to", "letter"))


def sent(agency):
    """The last letter as it is read."""
    with agency_context(agency):
        assert mail_send(mail_id=Mail.objects.order_by("pk").last().pk)
    return mail.outbox[-1]


def measured(agency, people):
    AgencyUsage.objects.update_or_create(
        agency=agency, defaults={"staff": people, "measured_at": clock.now()}
    )


def invite(code="roads"):
    return administrator_invite(agency_code=code, person=PERSON, actor=OPERATOR)


def test_a_workspace_without_people_gets_an_administrator_and_a_letter(roads, water):
    invite()

    with agency_context(roads):
        (user,) = User.objects.all()
        assert (user.email, user.role, user.is_active) == (PERSON.email, Role.ADMINISTRATOR, True)
    assert letters(roads) == [(PERSON.email, "colleague")]
    assert letters(water) == []
    assert "http://roads.testserver:8000/accounts/password/reset/" in sent(roads).body


def test_an_administrator_who_lost_the_letter_gets_it_anew(roads):
    invite()
    invite()

    with agency_context(roads):
        assert User.objects.count() == 1
    assert letters(roads) == [(PERSON.email, "colleague")] * 2


def test_national_staff_let_nobody_in_beside_an_administrator(roads):
    staff(roads, Role.ADMINISTRATOR, "own@roads.example")

    with pytest.raises(AdministratorExists):
        invite()

    assert letters(roads) == []
    with agency_context(roads):
        assert not User.objects.filter(email=PERSON.email).exists()


def test_administrators_hear_of_one_whom_the_server_lets_in_beside_them(roads, water):
    own = staff(roads, Role.ADMINISTRATOR, "own@roads.example")
    staff(roads, Role.AGENT, "agent@roads.example")
    staff(water, Role.ADMINISTRATOR, "own@water.example")

    call_command("invite_administrator", "roads", email="b@roads.example", name="B", reason=REASON)

    assert sorted(letters(roads)) == [("b@roads.example", "colleague"), (own.email, "standing")]
    assert letters(water) == []
    with agency_context(roads):
        row = Mail.objects.get(letter="standing")
    assert (row.context["what"], row.context["reason"]) == ("administrator_invited", REASON)


@pytest.mark.parametrize("language", ["ar", "fr", "en"])
def test_the_letter_about_another_administrator_leads_to_the_staff_list(roads, language):
    own = staff(roads, Role.ADMINISTRATOR, "own@roads.example")
    with agency_context(roads):
        User.objects.filter(pk=own.pk).update(language=language)
    call_command("invite_administrator", "roads", email="b@roads.example", name="B")
    with agency_context(roads):
        assert mail_send(mail_id=Mail.objects.get(letter="standing").pk)

    (letter,) = mail.outbox

    assert "http://roads.testserver:8000/staff/" in letter.body
    # Nothing befalls the workspace itself, and no reason was given.
    assert "/leaving/" not in letter.body
    with translation.override(language):
        assert gettext("Why:") not in letter.body
        assert gettext("Another administrator was let into your workspace") in letter.subject


def test_a_letter_that_was_lost_is_no_news_to_the_others(roads):
    staff(roads, Role.ADMINISTRATOR, "own@roads.example")
    call_command("invite_administrator", "roads", email="b@roads.example", name="B")
    call_command("invite_administrator", "roads", email="b@roads.example", name="B")

    told = [letter for _to, letter in letters(roads)]

    assert sorted(told) == ["colleague", "colleague", "standing"]


def test_an_administrator_who_has_left_stands_in_nobodys_way(roads):
    left = staff(roads, Role.ADMINISTRATOR, "own@roads.example")
    with agency_context(roads):
        User.objects.filter(pk=left.pk).update(is_active=False)

    invite()

    assert letters(roads) == [(PERSON.email, "colleague")]


def test_an_agent_does_not_become_one_by_the_way(roads):
    staff(roads, Role.AGENT, PERSON.email)

    with pytest.raises(EmailTaken):
        invite()

    assert letters(roads) == []


def test_nobody_is_let_in_beside_caretakers(roads):
    acting_administration_start(
        agency_code="roads", reason=REASON, acting_officers=ACTING_OFFICERS, actor=OPERATOR
    )

    with pytest.raises(AlreadyTakenOver):
        invite()


def test_the_operator_invites_on_the_page_and_by_command(roads):
    user = user_create(
        email="operator@oversight.example",
        name="Operator",
        role=Role.OPERATOR,
        password=PASSWORD,
        actor=SYSTEM,
    )
    client = Client(headers={"host": "oversight.testserver"})
    open_session(client, user)
    client.cookies["language"] = "en"

    given = {"name": PERSON.name, "email": "First@Roads.example", "reason": REASON}
    page = client.post(INVITE, given)
    assert letters(roads) == []
    second = person(Role.ANALYST, "second@oversight.example")
    assert "first@roads.example" in second.get(f"{WORKSPACE}invite-confirm/").text
    press(second, f"{WORKSPACE}invite-confirm/", {})
    call_command("invite_administrator", "roads", email="b@roads.example", name="B", language="ar")

    assert page.status_code == 302
    assert letters(roads) == [
        ("first@roads.example", "colleague"),
        ("first@roads.example", "standing"),
        ("b@roads.example", "colleague"),
    ]
    history = client.get("/agencies/roads/workspace/").text
    assert "An administrator invited by national oversight" in history
    with pytest.raises(CommandError, match="agency_not_found"):
        call_command("invite_administrator", "nobody", email="b@roads.example", name="B")


def test_health_says_that_nobody_can_sign_in(roads):
    measured(roads, 0)
    assert HealthIssue.NOBODY in agency_health(code="roads").issues

    measured(roads, 1)
    assert HealthIssue.NOBODY not in agency_health(code="roads").issues


@pytest.fixture
def administrator(roads, water):
    """One administrator; an agent and a stranger's administrator hear nothing."""
    staff(roads, Role.AGENT)
    staff(water, Role.ADMINISTRATOR)
    return staff(roads, Role.ADMINISTRATOR)


def archive():
    Agency.objects.filter(code="roads").update(passed_on=[], state="archived")


ACTS = {
    "Your workspace is suspended": lambda: agency_suspend(
        agency_code="roads", reason=REASON, actor=OPERATOR
    ),
    "National oversight answers in your workspace": lambda: acting_administration_start(
        agency_code="roads", reason=REASON, acting_officers=ACTING_OFFICERS[:1], actor=OPERATOR
    ),
    "Your workspace is archived": lambda: agency_archive(
        agency_code="roads", reason=REASON, successor_code="water", actor=OPERATOR
    ),
    "The destruction of your workspace was asked for": lambda: (
        archive(),
        destroy_ask(
            agency_code="roads", typed_code="roads", reason=REASON, waiver="None.", actor=OPERATOR
        ),
    ),
}


@pytest.mark.parametrize("title", ACTS)
def test_each_act_is_told_to_the_administrators_with_its_reason(
    roads, water, administrator, settings, title
):
    settings.OVERSIGHT_EMAIL = "oversight@insaf.example"
    with agency_context(roads):
        User.objects.filter(pk=administrator.pk).update(language="en")

    ACTS[title]()

    with agency_context(roads):
        row = Mail.objects.get(letter="standing")
        assert row.to == administrator.email
        assert mail_send(mail_id=row.pk)
    letter = mail.outbox[-1]
    assert letter.subject == f"Insaf – {title}"
    for body in (letter.body, re.sub(r"<[^>]+>", "", letter.alternatives[0].content)):
        assert REASON in body
        assert "oversight@insaf.example" in body
    assert "http://roads.testserver:8000/leaving/" in letter.body
    assert letters(water) == []
