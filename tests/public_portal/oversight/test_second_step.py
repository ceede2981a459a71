"""National staff sign in by two means: until the second is set up nothing else is served."""

import re
from html import unescape

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from shared.accounts.enums import Role
from shared.accounts.models import User
from shared.accounts.services.users import user_create
from shared.audit.selectors import audit_entries
from shared.kernel.actors import SYSTEM
from shared.mail.models import Mail
from tenants.isolation.checks import DEMO_APP_KEY, _refuse_demo_key
from tests.agency_console.conftest import console
from tests.agency_console.test_sign_in import ACTIVATE, SECRET, code_of
from tests.public_portal.account.test_sites import at
from tests.support.factories import PASSWORD
from tests.support.sessions import open_session

__all__ = ["console"]

pytestmark = pytest.mark.django_db

LOGIN = "/accounts/login/"
AGAIN = "/accounts/2fa/reauthenticate/"


@pytest.fixture(params=[Role.ANALYST, Role.OPERATOR])
def person(request, db) -> User:
    """Somebody of national staff with a password and nothing else."""
    return user_create(
        email="p@oversight.example", name="P", role=request.param, password=PASSWORD, actor=SYSTEM
    )


def with_password(person: User) -> Client:
    client: Client = at("oversight.testserver")
    client.cookies["language"] = "en"
    client.post(LOGIN, {"login": person.email, "password": PASSWORD})
    return client


def set_up(client: Client) -> str:
    """Set up the app as the page asks; returns its key."""
    door = client.get(ACTIVATE).url
    page = client.post(door, {"password": PASSWORD, "next": ACTIVATE}, follow=True)
    secret = str(re.findall(SECRET, page.text)[0])
    client.post(ACTIVATE, {"code": code_of(secret)})
    return secret


@pytest.mark.parametrize(
    "path",
    ["/", "/workspaces/", "/identity/", "/workspaces/roads/", "/nowhere/", "/accounts/2fa/"],
)
def test_a_password_alone_opens_no_page_of_oversight(person, roads, path):
    client = with_password(person)

    pages = [client.get(path), client.post(path)]

    assert [(page.status_code, page["Location"]) for page in pages] == [(302, ACTIVATE)] * 2
    assert "no-store" in pages[0]["Cache-Control"]


def test_after_the_app_is_set_up_its_code_opens_the_pages(person, roads):
    client = with_password(person)
    secret = set_up(client)

    asked = client.get("/workspaces/")
    client.post(AGAIN, {"code": code_of(secret), "next": "/workspaces/"})

    assert asked["Location"] == f"{AGAIN}?next=/workspaces/"
    assert client.get("/workspaces/").status_code == 200


def test_a_session_from_before_the_app_asks_for_its_code(person, roads):
    """Whoever had come in with the password alone stays outside when the owner sets up the app."""
    stolen = with_password(person)
    set_up(with_password(person))

    for path in ("/workspaces/", "/accounts/2fa/recovery-codes/", "/accounts/email/"):
        assert stolen.get(path)["Location"] == f"{AGAIN}?next={path}"


def test_the_code_is_asked_for_at_the_next_sign_in(person, roads):
    secret = "B" * 32
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": secret})
    client = with_password(person)
    before = client.get("/workspaces/").status_code

    client.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})

    assert (before, client.get("/workspaces/").status_code) == (302, 200)


def test_national_staff_cannot_switch_it_off(person, roads):
    client = with_password(person)
    set_up(client)

    client.post("/accounts/2fa/totp/deactivate/", {})

    assert Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).exists()


def test_an_agency_is_not_asked(console, roads):
    console.sign_in_as(Role.AGENT)

    assert console.get("/").status_code == 200


def test_a_lost_app_is_reset_on_the_server_and_its_owner_told(person, roads, capsys):
    TOTP.activate(person, "A" * 32)
    open_session(client := at("oversight.testserver"), person)
    assert client.get("/workspaces/").status_code == 200

    call_command("reset_second_step", person.email)

    assert client.get("/workspaces/").status_code == 302
    assert not Authenticator.objects.filter(user=person).exists()
    assert Mail.objects.get(letter="staff_notice").to == person.email
    actions = [one.action for one in audit_entries(subject=f"user {person.pk}")]
    assert actions[-1] == "user.second_step_reset"


def test_only_national_staff_are_reset(db):
    with pytest.raises(CommandError):
        call_command("reset_second_step", "nobody@oversight.example")


def test_the_first_national_staff_are_made_on_the_server(db, capsys):
    call_command("create_national_user", "operator", email="o@insaf.example", name="O")

    made = User.objects.get(email="o@insaf.example")
    assert (made.role, made.has_usable_password()) == ("operator", False)
    assert "/accounts/password/reset/" in capsys.readouterr().out
    assert [one.action for one in audit_entries(subject=f"user {made.pk}")] == ["user.created"]
    with pytest.raises(CommandError):
        call_command("create_national_user", "analyst", email="O@insaf.example", name="O")


@pytest.mark.parametrize("page", ["/accounts/2fa/authenticate/", AGAIN])
def test_after_a_used_code_the_demonstration_leads_to_the_next_one(person, settings, page):
    settings.DEMO = True
    TOTP.activate(person, DEMO_APP_KEY)
    client = with_password(person)
    if page == AGAIN:
        client.post("/accounts/2fa/authenticate/", {"code": code_of(DEMO_APP_KEY)})
    refused = client.post(page, {"code": "nonsense", "next": "/identity/"})

    # Opened, and not sent again as the browser's own reload does.
    (link,) = re.findall(r'<a href="([^"]*)" data-demo-again', refused.text)
    opened = client.get(unescape(link))

    assert link == (f"{AGAIN}?next=/identity/" if page == AGAIN else page)
    assert code_of(DEMO_APP_KEY) in opened.text


@pytest.mark.parametrize("is_demo", [True, False])
def test_the_key_of_the_demonstration_stops_the_start_elsewhere(person, settings, is_demo):
    settings.DEMO = is_demo
    TOTP.activate(person, DEMO_APP_KEY)

    if is_demo:
        _refuse_demo_key()
    else:
        with pytest.raises(SystemExit):
            _refuse_demo_key()


@pytest.mark.parametrize(
    "path", ["/accounts/2fa/", "/accounts/sessions/", "/accounts/reauthenticate/"]
)
def test_language_of_the_menu_holds_on_the_account_pages(analyst, path):
    analyst.post("/language/setlang/", {"language": "fr", "next": "/"})

    assert re.findall(r'<html lang="(\w+)"', analyst.get(path).content.decode()) == ["fr"]
