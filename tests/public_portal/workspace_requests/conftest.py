from collections.abc import Callable

import pytest
from django.test import Client

from shared.accounts.enums import Role
from shared.accounts.services.users import user_create
from shared.directory.models import Organisation
from shared.kernel import clock
from shared.kernel.actors import SYSTEM, Actor, ActorKind
from tests.public_portal.workspace_requests.applicant import Applicant, Sent, body
from tests.support.factories import PASSWORD
from tests.support.sessions import open_session

REVIEWER = Actor(kind=ActorKind.OVERSIGHT, label="Reviewer", user_id=7)
OTHER_EMAIL = "omar@lagoons.gov.ma"


@pytest.fixture(autouse=True)
def _one_window():
    """Limits count by the hour and the day: these tests stay in one of each."""
    with clock.travel(clock.now().replace(hour=9, minute=30, second=0, microsecond=0)):
        yield


@pytest.fixture
def oases(db: None) -> Organisation:
    """A body without a workspace."""
    return body()


@pytest.fixture
def applicant(oases: Organisation) -> Applicant:
    """Somebody at an institution, in English."""
    return Applicant(Client(headers={"host": "testserver"}))


@pytest.fixture
def stranger(db: None) -> Applicant:
    """Somebody at another institution: what one does not see is there to be seen."""
    body("lagoons", name_ar="وكالة البحيرات", name_fr="Agence des lagunes", name_en="Lagoons")
    other = Applicant(Client(headers={"host": "testserver"}))
    other.answers["institution"] = {"organisation": "lagoons"}
    other.answers["email"] = {"email": OTHER_EMAIL}
    other.answers["needs"] = {**other.answers["needs"], "message": "Only for the lagoons"}
    return other


@pytest.fixture
def sent(applicant: Applicant) -> Sent:
    """A request that waits for oversight."""
    return applicant.ask()


@pytest.fixture
def at_desk(db: None) -> Callable[[Role], Client]:
    """A browser at oversight's host, signed in with some role."""

    def sign_in(role: Role) -> Client:
        user = user_create(
            email=f"{role}@oversight.example",
            name=f"{role} of oversight",
            role=role,
            password=PASSWORD,
            actor=SYSTEM,
        )
        client = Client(headers={"host": "oversight.testserver", "accept-language": "en"})
        open_session(client, user)
        return client

    return sign_in


@pytest.fixture
def analyst(at_desk: Callable[[Role], Client]) -> Client:
    """An analyst of national oversight."""
    return at_desk(Role.ANALYST)
