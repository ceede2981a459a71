"""Model instances that record their schema, and a router that refuses them in another schema.

Rows of two agencies may have the same primary key: an instance that is saved in another agency
would overwrite an unrelated row. Django calls its routers with the instance before each save,
delete and read of a relation, so the router covers our models and models of libraries (sessions,
addresses, passkeys).
"""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.models import Model, base


class ForeignInstance(RuntimeError):
    """The use of an instance outside its schema: an error in the code, not of a user."""


class SchemaState(base.ModelState):
    """Django's state of an instance, with the schema where it was last read or written.

    Django sets ``db`` whenever it reads or writes an instance: in ``from_db``, ``save`` and
    ``bulk_create``.
    """

    schema: str | None = None
    _db: str | None = None

    @property
    def db(self) -> str | None:
        """Return the alias of the database, as Django stores it."""
        return self._db

    @db.setter
    def db(self, alias: str | None) -> None:
        self._db = alias
        self.schema = getattr(connection, "schema_name", None)


class SchemaRouter:
    """A router that chooses no database, and refuses instances of another schema."""

    def db_for_write(self, model: type[Model], **hints: Any) -> None:
        """Raise ``ForeignInstance`` before an instance of another schema is saved or deleted."""
        _refuse_foreign(hints.get("instance"))

    # The same check runs before a relation of the instance is read.
    db_for_read = db_for_write


def stamp_instances() -> None:
    """Make every model instance record its schema from now on."""
    # Django has no setting for the state's class, and a base class of ours would not cover the
    # models of libraries.
    base.ModelState = SchemaState  # type: ignore[misc]


def _refuse_foreign(instance: Model | None) -> None:
    # A new instance is not stored in a schema yet, even if one of its relations is already set.
    if instance is None or instance._state.adding:
        return
    schema = getattr(instance._state, "schema", None)
    here = getattr(connection, "schema_name", None)
    if (
        schema is None
        or schema == here
        or apps.get_app_config(type(instance)._meta.app_label).name not in settings.TENANT_APPS
    ):
        return
    raise ForeignInstance(f"{type(instance).__name__} {instance.pk} of {schema} was used in {here}")
