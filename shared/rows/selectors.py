"""Read one row, or refuse."""

from typing import TypeVar

from django.db.models import Model, QuerySet

from shared.kernel.errors import DomainError

M = TypeVar("M", bound=Model)


def first_or_refuse(rows: QuerySet[M], refusal: DomainError) -> M:
    """Return the first of the rows. Raises ``refusal`` when there is none."""
    found = rows.first()
    if found is None:
        raise refusal
    return found
