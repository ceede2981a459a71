"""What administrations promise is brought to what its file says."""

import tomllib
from datetime import date
from importlib import resources
from typing import TypedDict

from django.db import transaction

from shared.catalogue.errors import CatalogueDataInvalid
from shared.catalogue.models import Category, WorkingTerm
from shared.catalogue.selectors import calendar_clear
from shared.kernel.actors import Actor


class _Entry(TypedDict, total=False):
    category: str
    days: int
    effective_from: date


@transaction.atomic
def working_terms_load(*, actor: Actor) -> int:
    """Write the versions of the working term that the file adds; returns how many.

    A version that is in force is history: the cases of its time were promised it. So none is
    deleted, and one that says something else raises ``CatalogueDataInvalid``.
    """
    entries = _entries()
    stored = {
        (row.category_code, row.effective_from): row.days for row in WorkingTerm.objects.all()
    }
    for (code, first), days in entries.items():
        if stored.get((code, first), days) != days:
            raise CatalogueDataInvalid(f"{code or 'every category'} from {first}: stored otherwise")
    added = [
        WorkingTerm(category_code=code, effective_from=first, days=days)
        for (code, first), days in entries.items()
        if (code, first) not in stored
    ]
    WorkingTerm.objects.bulk_create(added)
    transaction.on_commit(calendar_clear)
    return len(added)


def _entries() -> dict[tuple[str, date], int]:
    path = resources.files("shared.catalogue") / "data" / "terms.toml"
    entries: list[_Entry] = tomllib.loads(path.read_text(encoding="utf-8"))["term"]
    terms = {(one.get("category", ""), one["effective_from"]): one["days"] for one in entries}
    if len(terms) != len(entries):
        raise CatalogueDataInvalid("two terms of one category begin on one day")
    unknown = sorted(
        {code for code, _first in terms if code}
        - set(Category.objects.values_list("code", flat=True))
    )
    if unknown:
        raise CatalogueDataInvalid(f"{unknown[0]}: no such category")
    return terms
