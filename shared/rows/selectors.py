"""Functions that return a value, or raise a refusal where the value is missing."""

from typing import TypeVar

from django.db.models import Model, QuerySet

from shared.kernel.errors import DomainError

M = TypeVar("M", bound=Model)
T = TypeVar("T")


def first_or_refuse(rows: QuerySet[M], refusal: DomainError) -> M:
    """Return the first row of a queryset. Raises ``refusal`` when the queryset is empty."""
    return found_or_refuse(rows.first(), refusal)


def found_or_refuse(found: T | None, refusal: Exception) -> T:
    """Return ``found`` unchanged. Raises ``refusal`` where ``found`` is ``None``."""
    if found is None:
        raise refusal
    return found
