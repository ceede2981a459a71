"""Functions that return a value, or raise an error if there is no value."""

from typing import TypeVar

from django.db.models import Model, QuerySet

from shared.kernel.errors import DomainError

M = TypeVar("M", bound=Model)
T = TypeVar("T")


def first_or_refuse(rows: QuerySet[M], refusal: DomainError) -> M:
    """Return the first row of a queryset. Raises ``refusal`` if there is no row."""
    return found_or_refuse(rows.first(), refusal)


def found_or_refuse(found: T | None, refusal: Exception) -> T:
    """Return ``found``. Raises ``refusal`` if ``found`` is ``None``."""
    if found is None:
        raise refusal
    return found
