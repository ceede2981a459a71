"""The functions that switch the database schema; no other module switches it.

``with tenant:`` of django-tenants is not used because all threads share its list of schemas. After
the block a thread could be in the schema of another agency.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import cast

from django.db import DEFAULT_DB_ALIAS, connection as _django_connection, connections
from django_tenants.utils import get_public_schema_name, schema_context

from tenants.isolation.backends.base import DatabaseWrapper
from tenants.isolation.errors import AgencyUpdating
from tenants.isolation.schema_versions import version_serves
from tenants.models import Agency

# The time after which a user may try again while an agency is being migrated.
UPDATE_SECONDS = 60


# Django's proxy object for the database connection of the current thread, with its type.
connection = cast(DatabaseWrapper, _django_connection)


class CrossAgencyEntry(RuntimeError):
    """The error for an entry into a second agency's schema; such an entry is a defect."""


def _wrapper_here() -> DatabaseWrapper:
    # The proxy ``connection`` is slower, because it looks up each attribute.
    return cast(DatabaseWrapper, connections[DEFAULT_DB_ALIAS])


@contextmanager
def agency_context(agency: Agency) -> Iterator[None]:
    """Run the block in an agency's schema.

    Raises ``CrossAgencyEntry`` if another agency's schema is active, and ``AgencyUpdating``.
    """
    wrapper = _wrapper_here()
    here, before = wrapper.schema_name, wrapper.tenant
    if here not in (get_public_schema_name(), agency.schema_name):
        raise CrossAgencyEntry(f"{here} may not enter {agency.schema_name}")
    require_version(agency)
    wrapper.set_tenant(agency)
    try:
        yield
    finally:
        wrapper.set_tenant(before)


@contextmanager
def national_context() -> Iterator[None]:
    """Run the block in the public schema; the active schema may be any schema."""
    if connection.schema_name == get_public_schema_name():
        yield
        return
    with schema_context(get_public_schema_name()):
        yield


@contextmanager
def schema_entered(schema_name: str) -> Iterator[None]:
    """Run the block in the schema with this name. Raises ``CrossAgencyEntry``."""
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
    """Run the block with the rights of the login itself, without a role.

    The owner's login may create and change tables. The login of web processes and workers has no
    rights of its own.
    """
    return connection.as_owner()


def statements_to(listener: Callable[[str], None]) -> AbstractContextManager[None]:
    """Pass the SQL of the block's schema editors to ``listener``."""
    return connection.statements_to(listener)


def require_version(agency: Agency) -> None:
    """Require that an agency's tables are not older than this code needs.

    The check is skipped with the owner's rights, which the migration uses. Raises
    ``AgencyUpdating``.
    """
    if not connection.is_owner and not version_serves(agency.version):
        raise AgencyUpdating(agency.code, retry_after=UPDATE_SECONDS)


def cache_key(key: str, key_prefix: str, version: int) -> str:
    """Return a cache key with the schema's name first, so that agencies share no cached value."""
    return f"{connection.schema_name}:{key_prefix}:{version}:{key}"


def start_in(agency: Agency | None) -> None:
    """Set this thread's schema to an agency's, or to public; for ``HostMiddleware`` only."""
    wrapper = _wrapper_here()
    if agency is not None:
        wrapper.set_tenant(agency)
    elif wrapper.schema_name != get_public_schema_name():
        wrapper.set_schema_to_public()
