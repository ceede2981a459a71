"""One agency with everything, exported once and then destroyed, for the tests of a file."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from tests.tenants.agency_export.estate import ANOTHER, CODE, Exported, estates, exported, raze
from tests.tenants.agency_export.moved_fixtures import three_agencies


# For the package, whose tests stay together (tests/conftest.py): those of others would count these
# agencies.
@pytest.fixture(scope="package")
def left(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Exported]:
    """The bundle of an agency of which only a tombstone is left."""
    with django_db_blocker.unblock():
        connection.set_schema_to_public()
        with estates():
            one = exported(Path(tmp_path_factory.mktemp("bundles")))
            raze(CODE)
            connection.close()
            with django_db_blocker.block():
                yield one


@pytest.fixture
def opened_export(left: Exported, db: None) -> Exported:
    """The same; whatever another test has brought back of the agency is gone."""
    # Before and not after: then the test's own transaction would hold what is to go.
    raze(CODE)
    raze(ANOTHER)
    return left


@pytest.fixture
def three(db: None) -> Iterator[None]:
    """Three agencies besides."""
    with three_agencies():
        yield
