"""Agencies that are really committed, so that every thread and process sees what moves."""

import pytest

from tenants.models import Agency
from tests.support.custody import organisation_of
from tests.support.processes import outside_connection
from tests.tenants.isolation.committed import committed_canaries, in_thread

_LEFT = (
    "TRUNCATE tenants_transferoffer, tenants_arbitration, tenants_casemove, tenants_filerelease,"
    "    tenants_caseholding;"
    "DELETE FROM tenants_sealedparty WHERE schema_name = ANY(%(schemas)s);"
)


@pytest.fixture(scope="module")
def three(django_db_setup, django_db_blocker):
    """Three agencies, each with a body for which it answers; gone afterwards."""
    with django_db_blocker.unblock(), committed_canaries() as planted:
        yield in_thread(lambda: _agencies(planted))
        outside = outside_connection()
        with outside.cursor() as cursor:
            cursor.execute(_LEFT, {"schemas": [f"a_{code}" for code in planted]})
        outside.close()


def _agencies(planted):
    found = list(Agency.objects.filter(code__in=planted).order_by("code"))
    for agency in found:
        organisation_of(agency)
    return found
