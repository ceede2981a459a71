"""Model instances with the schema they were read in, and a router that refuses them elsewhere.

Rows of two agencies may have one number: saved in another agency, an instance would overwrite an
unrelated row, and its relations would be read there. Django asks its routers before each save,
delete and reading of a relation, with the instance; so one router covers our models and those of
libraries (sessions, addresses, passkeys).
"""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.models import Model, base


class ForeignInstance(RuntimeError):
    """An instance of one schema was used in another: a defect, never a user's mistake."""


class SchemaState(base.ModelState):
    """Django's state of an instance, with the schema in which it was last read or written.

    Django sets ``db`` exactly then: by ``from_db``, ``save`` and ``bulk_create``.
    """

    schema: str | None = None
    _db: str | None = None

    @property
    def db(self) -> str | None:
        """The alias of the database, as Django stores it."""
        return self._db

    @db.setter
    def db(self, alias: str | None) -> None:
        self._db = alias
        self.schema = getattr(connection, "schema_name", None)


class SchemaRouter:
    """A router that chooses no database, and refuses instances of another schema."""

    def db_for_write(self, model: type[Model], **hints: Any) -> None:
        """Raise ``ForeignInstance`` when a foreign instance is to be saved or deleted."""
        _refuse_foreign(hints.get("instance"))

    # Also when a relation of a foreign instance is to be read.
    db_for_read = db_for_write


def stamp_instances() -> None:
    """Make every instance keep its schema from now on."""
    # Django offers no setting for it, and a base class of ours would leave out the libraries'.
    base.ModelState = SchemaState  # type: ignore[misc]


def _refuse_foreign(instance: Model | None) -> None:
    # A new row belongs nowhere yet, even when a relation of it was set already.
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
