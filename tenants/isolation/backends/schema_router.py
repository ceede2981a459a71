"""A router that refuses to use an agency's model instance in another schema.

Rows of two agencies may have the same primary key, so an instance that is saved in another agency
could overwrite an unrelated row. Django calls the router before every save, deletion and read of a
relation, also for models of libraries.
"""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model, base


class ForeignInstance(RuntimeError):
    """The error for the use of an instance outside its schema; such a use is a defect."""


class SchemaState(base.ModelState):
    """Django's state of a model instance, with the schema of the last read or write.

    Django sets ``db`` at each read or write of an instance, so the schema is recorded then.
    """

    schema: str | None = None
    _db: str | None = None

    @property
    def db(self) -> str | None:
        """Return the alias of the instance's database."""
        return self._db

    @db.setter
    def db(self, alias: str | None) -> None:
        self._db = alias
        self.schema = _schema_here()


class SchemaRouter:
    """A database router that refuses instances of another schema."""

    def db_for_write(self, model: type[Model], **hints: Any) -> None:
        """Raise ``ForeignInstance`` before an instance of another schema is saved or deleted."""
        _refuse_foreign(hints.get("instance"))

    # The same check runs before a relation of the instance is read.
    db_for_read = db_for_write


def stamp_instances() -> None:
    """Make Django record the schema of every model instance from now on."""
    # Django has no setting for this class, and a base class of our models would not cover the
    # models of libraries.
    base.ModelState = SchemaState  # type: ignore[misc]


def _refuse_foreign(instance: Model | None) -> None:
    # A new instance is not stored in a schema yet, so every schema may save the instance.
    if instance is None or instance._state.adding:
        return
    schema = getattr(instance._state, "schema", None)
    here = _schema_here()
    if (
        schema is None
        or schema == here
        or apps.get_app_config(type(instance)._meta.app_label).name not in settings.TENANT_APPS
    ):
        return
    raise ForeignInstance(f"{type(instance).__name__} {instance.pk} of {schema} was used in {here}")


def _schema_here() -> str | None:
    # The proxy ``django.db.connection`` is slower, because it looks up each attribute.
    schema: str | None = getattr(connections[DEFAULT_DB_ALIAS], "schema_name", None)
    return schema
