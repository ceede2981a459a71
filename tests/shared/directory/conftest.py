"""The whole national directory, loaded once for the files that read it."""

from collections.abc import Iterator

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from shared.directory.models import Organisation
from shared.directory.services.directory_file import directory_load
from shared.kernel.actors import SYSTEM
from tenants.isolation.schema_switch import as_owner


@pytest.fixture(scope="module")
def national_directory(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Load every body, and take them away after the file: no other test may count them."""
    with django_db_blocker.unblock():
        connection.set_schema_to_public()
        before = list(Organisation.objects.values_list("pk", flat=True))
        directory_load(actor=SYSTEM)
        _analyze()
    yield
    with django_db_blocker.unblock():
        connection.set_schema_to_public()
        loaded = Organisation.objects.exclude(pk__in=before)
        loaded.update(parent=None)
        loaded.delete()
        Organisation.objects.update(is_active=True)
        _analyze()


def _analyze() -> None:
    """Count the rows for the planner, as PostgreSQL does by itself some time after a load."""
    # Anybody but the owner is refused, with no more than a warning.
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("ANALYZE directory_alias, directory_organisation")
