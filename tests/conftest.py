"""Three schemas once a run (public and two agencies); every test rolls back."""

import gc
from collections.abc import Iterator

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from shared.kernel.actors import SYSTEM
from tenants.context import agency_context
from tenants.models import Agency
from tenants.provisioning import agency_create, national_ensure
from tenants.roles import roles_ensure
from tenants.types import AgencyInfo
from tests.factories import organisation_of

AGENCIES = {
    "roads": ("الطرق", "Routes", "Roads"),
    "water": ("الماء", "Eau", "Water"),
}

JOURNEYS = "tests/journeys/"


class OneInstallation(LoadScopeScheduling):  # type: ignore[misc]
    """Each test goes to whichever process is free; all journeys to one, and they go first.

    A second process with journeys would build an installation of its own.
    """

    def _split_scope(self, nodeid: str) -> str:
        return JOURNEYS if nodeid.startswith(JOURNEYS) else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> OneInstallation:
    """How tests are given to several processes."""
    return OneInstallation(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first: at the end one process would work on it alone."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is None)


def pytest_collection_finish() -> None:
    """All that was imported stays: looking through it for rubbish is a tenth of the work."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Make the national row and the two agencies once, by the same steps as in production."""
    with django_db_blocker.unblock():
        roles_ensure()
        national_ensure()
        for code, (name_ar, name_fr, name_en) in AGENCIES.items():
            if not Agency.objects.filter(code=code).exists():
                info = AgencyInfo(code=code, name_ar=name_ar, name_fr=name_fr, name_en=name_en)
                organisation_of(agency_create(info=info, actor=SYSTEM))
        connection.set_schema_to_public()


@pytest.fixture(autouse=True)
def _start_in_public() -> Iterator[None]:
    """A test that leaves the thread in an agency must not hand it to the next one."""
    connection.set_schema_to_public()
    yield
    connection.set_schema_to_public()


@pytest.fixture
def roads(db: None) -> Agency:
    """The first agency."""
    return Agency.objects.get(code="roads")


@pytest.fixture
def water(db: None) -> Agency:
    """The second agency: whatever a test says is absent, this one could leak."""
    return Agency.objects.get(code="water")


@pytest.fixture
def in_roads(roads: Agency) -> Iterator[Agency]:
    """Run the test inside the first agency's schema."""
    with agency_context(roads):
        yield roads
