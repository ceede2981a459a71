"""The page on which each officer chooses what they are written to about."""

import re

import pytest

from shared.accounts.enums import Role
from shared.audit.models import AuditEntry
from shared.notifications.enums import Delivery, NoticeKind
from shared.notifications.models import NotificationChoice
from shared.notifications.selectors import deliveries_of
from tenants.isolation.schema_switch import agency_context
from tests.agency_console.conftest import text_of
from tests.support.factories import staff

pytestmark = pytest.mark.django_db

EMAILS = "/setup/emails/"


def shown(console):
    """What is chosen on the page, by kind."""
    page = text_of(console.get("/setup/"))
    return {
        name: value
        for name, value, chosen in re.findall(
            r'<input type="radio" name="email-(\w+)" value="(\w+)"[^>]*?( checked)?>', page
        )
        if chosen
    }


def typed(**changes):
    values = dict.fromkeys(NoticeKind.values, "digest") | changes
    return {f"email-{kind}": value for kind, value in values.items()}


def kept(console, user):
    with agency_context(console.agency):
        return {str(kind): str(how) for kind, how in deliveries_of(user).items()}


@pytest.mark.parametrize(
    ("role", "at_once"),
    [
        (Role.AGENT, {"message", "reopened", "review_asked", "review_decided"}),
        (Role.SUPERVISOR, {"review_asked", "review_decided"}),
        (Role.ADMINISTRATOR, {"review_asked", "review_decided"}),
    ],
)
def test_the_page_shows_the_default_of_the_role(console, role, at_once):
    console.sign_in_as(role)

    found = shown(console)

    assert set(found) == set(NoticeKind.values)
    assert {kind for kind, how in found.items() if how == "at_once"} == at_once
    assert set(found.values()) == {"at_once", "digest"}


def test_what_is_chosen_is_kept_shown_and_logged(console, agent):
    answer = console.post(EMAILS, typed(new="at_once", late="none"))

    assert answer["Location"] == "/setup/"
    assert shown(console) == typed_values(new="at_once", late="none")
    with agency_context(console.agency):
        entry = AuditEntry.objects.get(action="user.emails_chosen")
    assert (entry.subject, entry.actor_label) == (f"user {agent.pk}", agent.name)


def typed_values(**changes):
    return {name.removeprefix("email-"): value for name, value in typed(**changes).items()}


def test_a_choice_is_of_its_officer_alone(console, agent):
    colleague = staff(console.agency, Role.AGENT, "colleague@roads.example")

    console.post(EMAILS, typed(message="none"))

    assert kept(console, colleague)["message"] == "at_once"
    assert kept(console, agent)["message"] == "none"


def test_what_is_the_default_is_not_kept_so_another_role_brings_its_own(console, agent):
    console.post(EMAILS, typed(message="none", reopened="at_once"))
    console.post(EMAILS, typed(reopened="at_once", review_asked="at_once"))

    with agency_context(console.agency):
        rows = NotificationChoice.objects.values_list("kind", "delivery")
        assert dict(rows) == {"message": "digest", "review_decided": "digest"}


@pytest.mark.parametrize("value", ["", "sms", "\x00", "AT_ONCE"])
def test_a_choice_that_there_is_not_is_refused_and_nothing_changes(console, agent, value):
    before = kept(console, agent)

    page = console.post(EMAILS, typed(new=value))

    assert page.status_code == 200
    assert "error" in text_of(page)
    assert kept(console, agent) == before


def test_each_button_is_named_by_its_row_and_its_column(console, agent):
    page = text_of(console.get("/setup/"))

    named = re.findall(r'<input type="radio" name="email-[^>]*aria-labelledby="(\S+) (\S+)"', page)
    assert len(named) == len(NoticeKind) * len(Delivery)
    assert all(f'id="{row}"' in page and f'id="{column}"' in page for row, column in named)
