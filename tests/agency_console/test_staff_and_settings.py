"""The staff list and one's own settings."""

import re

import pytest
from django.core import mail

from shared.accounts.enums import Role
from shared.accounts.models import User
from shared.accounts.selectors import staff_list
from tenants.isolation.schema_switch import agency_context
from tests.agency_console.conftest import Console
from tests.support.factories import PASSWORD, staff

NEW = {"name": "Samira Test", "email": "Samira@Roads.example", "role": "agent"}


@pytest.fixture
def administrator(console):
    """An administrator, signed in; the pages are in English."""
    console.client.cookies["language"] = "en"
    return console.sign_in_as(Role.ADMINISTRATOR)


def people(console: Console) -> list[tuple[str, str, bool]]:
    """E-mail, role and door of everyone here."""
    with agency_context(console.agency):
        return [(row.email, row.role, row.is_active) for row in staff_list()]


def test_the_list_holds_this_agencys_people_only(console, administrator, water):
    staff(water, Role.AGENT)

    page = console.get("/staff/").content.decode()

    assert re.findall(r'<bdi dir="ltr">(.*?)</bdi>', page) == [administrator.email]


def test_an_added_colleague_sets_a_password_by_code_and_signs_in(console, administrator):
    added = console.post("/staff/add/", NEW)
    newcomer = Console(client=type(console.client)(REMOTE_ADDR="10.4.0.2"), agency=console.agency)

    newcomer.post("/accounts/password/reset/", {"email": NEW["email"]})
    code = re.search(r"\b([A-Z0-9]{4,}-?[A-Z0-9]{3,})\b", _last_letter()).group(1)
    newcomer.post("/accounts/password/reset/confirm/", {"code": code})
    secret = "a passphrase of her own"
    newcomer.post("/accounts/password/reset/complete/", {"password1": secret, "password2": secret})
    newcomer.post("/accounts/login/", {"login": NEW["email"].lower(), "password": secret})

    assert added.url == "/staff/"
    assert newcomer.get("/").status_code == 200


def test_an_address_that_is_taken_is_refused_beside_its_field(console, administrator):
    console.post("/staff/add/", NEW)

    page = console.post("/staff/add/", {**NEW, "name": "Another", "email": NEW["email"].lower()})

    text = page.content.decode()
    assert 'href="#id_email">Somebody signs in with this e-mail address already.' in text
    assert 'value="Another"' in text
    assert len(people(console)) == 2


@pytest.mark.parametrize(
    "change",
    [{"role": "analyst"}, {"role": ""}, {"email": "x"}, {"name": ""}, {"name": "a\x00b"}],
)
def test_nobody_is_added_from_a_bad_form(console, administrator, change):
    page = console.post("/staff/add/", {**NEW, **change})

    assert page.status_code == 200
    assert len(people(console)) == 1


def test_a_change_of_role_counts_from_the_next_click(console, administrator, roads):
    colleague = staff(roads, Role.AGENT)
    theirs = Console(client=type(console.client)(), agency=roads)
    theirs.sign_in(colleague)
    before = theirs.get("/staff/").status_code

    console.post(f"/staff/{colleague.pk}/", {"role": "administrator", "is_active": "on"})

    assert (before, theirs.get("/staff/").status_code) == (403, 200)


def test_a_closed_door_ends_the_session_at_once(console, administrator, roads):
    colleague = staff(roads, Role.AGENT)
    theirs = Console(client=type(console.client)(), agency=roads)
    theirs.sign_in(colleague)
    before = theirs.get("/").status_code

    console.post(f"/staff/{colleague.pk}/", {"role": "agent"})

    assert (before, theirs.get("/").status_code) == (200, 302)


@pytest.mark.parametrize(
    "change", [{"role": "agent", "is_active": "on"}, {"role": "administrator"}]
)
def test_the_last_administrator_stays(console, administrator, change):
    page = console.post(f"/staff/{administrator.pk}/", change)

    assert "One administrator must remain." in page.content.decode()
    assert people(console) == [(administrator.email, "administrator", True)]


@pytest.mark.parametrize("path", ["/staff/{pk}/", "/staff/{pk}/close/"])
@pytest.mark.parametrize("role", ["analyst", "operator"])
def test_no_colleague_is_made_one_of_oversight(console, administrator, colleague, path, role):
    before = people(console)

    console.post(
        path.format(pk=colleague.pk), {"role": role, "is_active": "on", "cases_to": "units"}
    )

    assert people(console) == before


def test_nobody_of_another_agency_can_be_changed(console, administrator, water):
    for number in range(3):
        theirs = staff(water, Role.AGENT, f"agent{number}@water.example")
    theirs_console = Console(client=type(console.client)(), agency=water)
    theirs_console.sign_in_as(Role.ADMINISTRATOR)

    here = console.get(f"/staff/{theirs.pk}/")
    there = theirs_console.get(f"/staff/{theirs.pk}/")

    assert (here.status_code, there.status_code) == (404, 200)


def test_no_number_breaks_the_staff_page(console, administrator):
    assert console.get(f"/staff/{'9' * 30}/").status_code == 404


def test_settings_are_kept_and_change_the_language_at_once(console, agent):
    console.post("/setup/", {"language": "fr"})

    page = console.get("/setup/").content.decode()
    with agency_context(console.agency):
        kept = User.objects.get(pk=agent.pk)
    assert (kept.language, kept.shortcuts) == ("fr", False)
    assert '<html lang="fr" dir="ltr">' in page


def test_the_saved_language_is_spoken_on_another_device(console, agent, roads):
    console.post("/setup/", {"language": "fr"})
    other = Console(client=type(console.client)(), agency=roads)
    other.sign_in(agent)

    assert '<html lang="fr" dir="ltr">' in other.get("/").content.decode()


@pytest.mark.parametrize("language", ["", "de", "\x00"])
def test_a_language_that_is_not_spoken_here_is_not_kept(console, agent, language):
    page = console.post("/setup/", {"language": language})

    assert page.status_code == 200


@pytest.mark.parametrize(
    ("role", "shown"), [(Role.AGENT, False), (Role.SUPERVISOR, False), (Role.ADMINISTRATOR, True)]
)
def test_the_workspace_is_shown_to_administrators(console, role, shown):
    console.sign_in_as(role)

    assert ("roads.testserver" in console.get("/setup/").content.decode()) is shown


def _last_letter() -> str:
    return str(mail.outbox[-1].body)


def test_a_door_that_opens_again_opens_no_former_session(console, administrator, roads):
    colleague = staff(roads, Role.AGENT)
    theirs = Console(client=type(console.client)(REMOTE_ADDR="10.4.0.1"), agency=roads)
    theirs.post("/accounts/login/", {"login": colleague.email, "password": PASSWORD})
    before = theirs.get("/").status_code

    console.post(f"/staff/{colleague.pk}/", {"role": "agent"})
    console.post(f"/staff/{colleague.pk}/", {"role": "agent", "is_active": "on"})

    assert (before, theirs.get("/").status_code) == (200, 302)
