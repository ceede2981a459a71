"""The columns of a model, for statements whose SQL is written without Django's compiler."""

import json
from typing import Any

from django.db import models
from django.db.models import Model

# The values of these fields need no preparation for psycopg2, which saves time.
_PLAIN = (
    models.CharField,
    models.TextField,
    models.IntegerField,
    models.BooleanField,
    models.DateField,
    models.UUIDField,
    models.BinaryField,
)


class Column:
    """A column of a model: its name in SQL, and its value in a row for psycopg2."""

    __slots__ = ("attribute", "field", "is_json", "is_plain", "name")

    def __init__(self, field: "models.Field[Any, Any]") -> None:
        # A field with ``auto_now`` gets its value only by Django's preparation.
        sets_itself = getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
        self.field = field
        # A foreign key has the values of the key that it points to.
        stored = field.target_field if isinstance(field, models.ForeignKey) else field
        self.is_plain = isinstance(stored, _PLAIN) and not sets_itself
        self.is_json = isinstance(field, models.JSONField) and field.encoder is None
        self.attribute: str = field.attname
        self.name = f'"{field.column}"'

    def prepared(self, row: Model, wrapper: Any) -> Any:
        """Return the value of this column in a row, in the form that psycopg2 needs."""
        if self.is_json:
            # JSON is sent as text, which PostgreSQL converts to the type of the column.
            value = row.__dict__[self.attribute]
            return None if value is None else json.dumps(value, ensure_ascii=False)
        return self.field.get_db_prep_save(self.field.pre_save(row, add=row._state.adding), wrapper)
