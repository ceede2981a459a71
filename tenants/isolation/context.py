"""Switch the database schema; nothing else does.

django-tenants' ``with tenant:`` keeps its stack in a class attribute that threads share, and a
thread came out of it in the wrong agency; nothing outside this module switches.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import cast

from django.db import connection as _django_connection
from django_tenants.utils import get_public_schema_name, schema_context, tenant_context

from tenants.isolation.backends.base import DatabaseWrapper
from tenants.isolation.errors import AgencyUpdating
from tenants.isolation.schema_versions import version_serves
from tenants.models import Agency

# How long a person is asked to wait; a fleet is migrated in seconds, a heavy migration in minutes.
UPDATE_SECONDS = 60


# A proxy: it stands for the connection of the running thread, whichever that is.
connection = cast(DatabaseWrapper, _django_connection)


class CrossAgencyEntry(RuntimeError):
    """Code running for one agency tried to enter another: a defect, never a user's mistake."""


@contextmanager
def agency_context(agency: Agency) -> Iterator[None]:
    """Run the block inside ``agency``'s schema; allowed from public or from that agency itself."""
    here = connection.schema_name
    if here not in (get_public_schema_name(), agency.schema_name):
        raise CrossAgencyEntry(f"{here} may not enter {agency.schema_name}")
    require_version(agency)
    with tenant_context(agency):
        yield


@contextmanager
def national_context() -> Iterator[None]:
    """Run the block in the public schema, whichever agency the caller works for."""
    if connection.schema_name == get_public_schema_name():
        yield
        return
    with schema_context(get_public_schema_name()):
        yield


@contextmanager
def schema_entered(schema_name: str) -> Iterator[None]:
    """Run a background task in the schema that was stamped on it when it was enqueued."""
    here = connection.schema_name
    if here not in (get_public_schema_name(), schema_name):
        raise CrossAgencyEntry(f"{here} may not enter {schema_name}")
    with schema_context(schema_name):
        yield


def connection_beside(schema_name: str) -> DatabaseWrapper:
    """Another connection to the same database, in that schema; who asks for it must close it."""
    made: DatabaseWrapper = connection.copy()
    made.set_schema(schema_name)
    return made


def as_owner() -> AbstractContextManager[None]:
    """Run the block with the rights of the login, who must own the tables: to make or change them.

    A web process or a worker gains nothing by it: its login has no rights.
    """
    return connection.as_owner()


def statements_to(listener: Callable[[str], None]) -> AbstractContextManager[None]:
    """Within the block, pass the SQL of every change of tables to ``listener``."""
    return connection.statements_to(listener)


def require_version(agency: Agency) -> None:
    """Refuse tables that are older than the code: what is missing there must not be guessed.

    The owner may enter, to bring them up to date. Raises ``AgencyUpdating``.
    """
    if not connection.is_owner and not version_serves(agency.version):
        raise AgencyUpdating(agency.code, retry_after=UPDATE_SECONDS)


def cache_key(key: str, key_prefix: str, version: int) -> str:
    """Django's cache key with the schema in it: agencies share the cache but not one entry."""
    return f"{connection.schema_name}:{key_prefix}:{version}:{key}"


def start_in(agency: Agency | None) -> None:
    """Put a request's thread in ``agency``'s schema, or in public; for the host routing only."""
    if agency is None:
        connection.set_schema_to_public()
    else:
        connection.set_tenant(agency)
