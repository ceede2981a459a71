"""Readers of the questions and answers, and those who keep them."""

import pytest
from django.test import Client

from shared.accounts.enums import Role
from shared.accounts.services.users import user_create
from shared.directory.models import Organisation
from shared.kernel.actors import SYSTEM
from tests.support.factories import PASSWORD, articles_loaded
from tests.support.sessions import open_session


@pytest.fixture
def client() -> Client:
    """A reader of the citizens' site."""
    return Client(headers={"host": "testserver"})


@pytest.fixture
def articles(db: None) -> None:
    """Every article of the files."""
    articles_loaded()


@pytest.fixture
def bodies(db: None) -> None:
    """A ministry with an office under it, and two bodies beside it."""
    make = Organisation.objects.create
    health = make(
        code="health", kind="ministry", name_ar="الصحة", name_fr="Santé", name_en="Health"
    )
    make(
        code="health-fes",
        kind="other",
        name_ar="مندوبية فاس",
        name_fr="Délégation de Fès",
        name_en="Fes office",
        parent=health,
    )
    make(code="cnss", kind="institution", name_ar="الصندوق", name_fr="Caisse", name_en="Fund")
    make(code="narsa", kind="institution", name_ar="نارسا", name_fr="Narsa", name_en="Narsa")


@pytest.fixture
def desk(db: None) -> Client:
    """An analyst at national oversight's host."""
    browser = Client(headers={"host": "oversight.testserver", "accept-language": "en"})
    open_session(
        browser,
        user_create(
            email="analyst@oversight.example",
            name="Test Analyst",
            role=Role.ANALYST,
            password=PASSWORD,
            actor=SYSTEM,
        ),
    )
    return browser
