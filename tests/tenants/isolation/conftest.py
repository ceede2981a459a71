"""Canaries for every test of the package, planted once where nothing else runs in between."""

from collections.abc import Iterator

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from tenants.models import Agency
from tests.tenants.isolation.browsers import Browser
from tests.tenants.isolation.canaries import Canary
from tests.tenants.isolation.committed import committed_canaries
from tests.tenants.isolation.two_nodes import commit_table, fails_at_commit, nodes, own

__all__ = ["canaries", "commit_table", "fails_at_commit", "mine", "nodes", "own"]


@pytest.fixture(scope="package")
def canaries(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[dict[str, Canary]]:
    """One committed canary for each of three agencies, by code."""
    with django_db_blocker.unblock():
        connection.set_schema_to_public()
        with committed_canaries() as planted:
            # Whatever the fixture has read was read outside of a transaction; nothing stays open.
            connection.close()
            with django_db_blocker.block():
                yield planted


@pytest.fixture
def mine(canaries: dict[str, Canary]) -> Canary:
    """The agency for which a test works."""
    return canaries["dunes"]


@pytest.fixture
def theirs(canaries: dict[str, Canary]) -> Canary:
    """The agency of which that work must show nothing."""
    return canaries["oases"]


@pytest.fixture
def dunes(db: None, mine: Canary) -> Agency:
    """The agency of ``mine``."""
    return Agency.objects.get(code=mine.code)


@pytest.fixture
def oases(db: None, theirs: Canary) -> Agency:
    """The agency of ``theirs``."""
    return Agency.objects.get(code=theirs.code)


@pytest.fixture
def console(dunes: Agency, mine: Canary) -> Browser:
    """A browser at the console of ``mine``, signed in as its administrator."""
    return Browser(host=mine.host).signed_in(dunes, mine.user_id)


@pytest.fixture
def citizen(db: None, canaries: dict[str, Canary]) -> Browser:
    """A browser at the citizens' site."""
    return Browser(host="testserver")
