"""Reading of one row, or a refusal."""

from typing import TypeVar

from django.db.models import Model, QuerySet

from shared.kernel.errors import DomainError

M = TypeVar("M", bound=Model)
T = TypeVar("T")


def first_or_refuse(rows: QuerySet[M], refusal: DomainError) -> M:
    """Return the first of the rows. Raises ``refusal`` when there is none."""
    return found_or_refuse(rows.first(), refusal)


def found_or_refuse(found: T | None, refusal: Exception) -> T:
    """Return what was found. Raises ``refusal`` where it is ``None``."""
    if found is None:
        raise refusal
    return found
