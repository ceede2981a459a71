"""The command by which two people destroy an agency."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from shared.accounts.enums import Role
from shared.accounts.services.users import user_create
from shared.jobs.enums import JobState
from tenants.models import (
    DestroyOrder,
)
from tests.tenants.fleet.lifecycle.agencies_to_destroy import archived, work
from tests.tenants.fleet.lifecycle.people import OPERATOR

pytestmark = pytest.mark.django_db


@pytest.fixture
def signers(db):
    """An operator and an analyst with accounts on the national side."""
    for role in (Role.OPERATOR, Role.ANALYST):
        user_create(
            email=f"{role}@oversight.example", name=f"An {role}", role=role, password=None,
            actor=OPERATOR,
        )  # fmt: skip


def command(*args):
    told = StringIO()
    call_command("destroy_agency", "sea-ports", *args, stdout=told)
    return told.getvalue().strip()


def test_the_command_asks_shows_and_agrees_as_two_people(ports, roads, signers):
    archived(ports)
    operator = ("--as", "operator@oversight.example")
    analyst = ("--as", "analyst@oversight.example")

    assert command() == "sea-ports is archived; no destruction waits for a second person"
    asked = command("--ask", *operator, "--code=sea-ports", "--reason=Merged.", "--waiver=Empty.")
    assert asked.startswith("sea-ports is archived; An operator has asked for its destruction")
    with pytest.raises(CommandError, match="second_person_needed"):
        command("--confirm", *operator, "--code=sea-ports")
    with pytest.raises(CommandError, match="code_differs"):
        command("--confirm", *analyst)
    command("--confirm", *analyst, "--code=sea-ports")

    assert work().state == JobState.DONE


def test_the_command_lets_nobody_sign_who_may_not(ports, roads, signers):
    archived(ports)

    for person in ("", "nobody@oversight.example", "analyst@oversight.example"):
        with pytest.raises(CommandError, match="names nobody who may do this"):
            command("--ask", "--as", person, "--code=sea-ports", "--reason=x", "--waiver=y")
    assert DestroyOrder.objects.count() == 0
