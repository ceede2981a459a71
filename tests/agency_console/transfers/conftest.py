"""A case full of words that nobody else may read, its holder's console, and the receiver's."""

from dataclasses import dataclass

import pytest
from django.test import Client

from shared.accounts.enums import Role
from shared.accounts.models import User
from shared.complaints import services
from shared.complaints.types import PartyDraft, UploadedContent
from tenants.case_access import gateway
from tenants.isolation.schema_switch import agency_context
from tests.agency_console.conftest import Console
from tests.support.custody import Moving, request_filed
from tests.support.factories import officer_actor, organisation_of, staff

# In each text of the case and in each name: none of it may be seen before the acceptance.
SECRET = "zaafarane"
NOTE = "The pipe under this street is maintained by the other body, by its statute."


@dataclass(frozen=True)
class Held:
    """A case, its officer, and the reference of both."""

    case: Moving
    officer: User

    @property
    def reference(self) -> str:
        """The number of the case."""
        return self.case.reference


@pytest.fixture
def held(roads, water) -> Held:
    """A case of the first agency with a message of each side, a note and a file."""
    organisation_of(water)
    case = request_filed(
        roads,
        subject=f"Subject {SECRET}",
        body=f"The cellar of {SECRET} is under water since the works.",
        remedy=f"Repair {SECRET}.",
        party=PartyDraft(name=f"Person {SECRET}", email=f"{SECRET}@example.org"),
        place="Zellige street",
    )
    officer = staff(roads, Role.AGENT, "holder@roads.example")
    actor = officer_actor(officer)
    with agency_context(roads):
        services.complaint_assign(reference=case.reference, officer=officer, actor=actor)
        services.note_add(
            reference=case.reference, body=f"Ask {SECRET}.", officer=officer, actor=actor
        )
        services.officer_message_add(
            reference=case.reference, body=f"We write to {SECRET}.", officer=officer, actor=actor
        )
    gateway.message_add(token=case.token, body=f"Since May, says {SECRET}.")
    upload = UploadedContent(name=f"{SECRET}.txt", content=b"water")
    gateway.attachment_add(token=case.token, upload=upload)
    return Held(case, officer)


def console_of(agency, role=Role.SUPERVISOR, user=None) -> Console:
    """A console in English, somebody signed in."""
    console = Console(client=Client(), agency=agency)
    if user is not None:
        console.sign_in(user)
    else:
        console.sign_in_as(role, f"{role}.t@{agency.code}.example")
    console.client.cookies["language"] = "en"
    return console


@pytest.fixture
def holder(roads, held) -> Console:
    """The console of the officer who holds the case."""
    return console_of(roads, user=held.officer)


@pytest.fixture
def receiver(water) -> Console:
    """The console of a supervisor at the agency that is asked."""
    return console_of(water)
