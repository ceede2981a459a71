"""The functions that switch the database schema; no other module switches it.

``with tenant:`` of django-tenants is not used because all threads share its stack of schemas: after
the block a thread could be in the schema of another agency.
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

# After this time a user may try again. The migration of all agencies usually takes seconds; a
# migration that rewrites large tables takes minutes.
UPDATE_SECONDS = 60


# A proxy object for the database connection of the current thread.
connection = cast(DatabaseWrapper, _django_connection)


class CrossAgencyEntry(RuntimeError):
    """An attempt of code that runs for an agency to enter another agency: an error in the code."""


@contextmanager
def agency_context(agency: Agency) -> Iterator[None]:
    """Run the block in ``agency``'s schema, if the active schema is public or ``agency``'s."""
    here = connection.schema_name
    if here not in (get_public_schema_name(), agency.schema_name):
        raise CrossAgencyEntry(f"{here} may not enter {agency.schema_name}")
    require_version(agency)
    with tenant_context(agency):
        yield


@contextmanager
def national_context() -> Iterator[None]:
    """Run the block in the public schema, which is allowed from every schema."""
    if connection.schema_name == get_public_schema_name():
        yield
        return
    with schema_context(get_public_schema_name()):
        yield


@contextmanager
def schema_entered(schema_name: str) -> Iterator[None]:
    """Run the block in the schema with this name, for example from the row of a background task."""
    here = connection.schema_name
    if here not in (get_public_schema_name(), schema_name):
        raise CrossAgencyEntry(f"{here} may not enter {schema_name}")
    with schema_context(schema_name):
        yield


def connection_beside(schema_name: str) -> DatabaseWrapper:
    """Open a second database connection in this schema; the caller must close the connection."""
    made: DatabaseWrapper = connection.copy()
    made.set_schema(schema_name)
    return made


def as_owner() -> AbstractContextManager[None]:
    """Run the block with the rights of the login role, to create or change tables.

    Only the owner's login has such rights. The login of a web process or a worker gets no
    additional rights in the block.
    """
    return connection.as_owner()


def statements_to(listener: Callable[[str], None]) -> AbstractContextManager[None]:
    """Pass every SQL statement within the block that changes tables (DDL) to ``listener``."""
    return connection.statements_to(listener)


def require_version(agency: Agency) -> None:
    """Raise ``AgencyUpdating`` if the agency's tables are older than this code needs.

    A connection with the owner's rights is always allowed, because it migrates the tables.
    """
    if not connection.is_owner and not version_serves(agency.version):
        raise AgencyUpdating(agency.code, retry_after=UPDATE_SECONDS)


def cache_key(key: str, key_prefix: str, version: int) -> str:
    """Return a cache key with the schema's name first: agencies share the cache, but no entry."""
    return f"{connection.schema_name}:{key_prefix}:{version}:{key}"


def start_in(agency: Agency | None) -> None:
    """Set this thread's schema to the agency's, or to public, for the host middleware only."""
    if agency is None:
        connection.set_schema_to_public()
    else:
        connection.set_tenant(agency)
