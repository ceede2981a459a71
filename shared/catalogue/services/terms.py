"""Loading of the working terms from their data file."""

from datetime import date

from django.db import transaction

from shared.catalogue.errors import CatalogueDataInvalid
from shared.catalogue.models import Category, WorkingTerm
from shared.catalogue.selectors import calendar_clear
from shared.kernel.actors import Actor
from shared.reference_data.files import file_entries


@transaction.atomic
def working_terms_load(*, actor: Actor) -> int:
    """Insert the new working terms of the data file; return the count of inserted terms.

    Stored terms are not changed, because they were promised to citizens. Raises
    ``CatalogueDataInvalid`` if the file has other days for a stored term.
    """
    terms = _file_terms()
    stored = {
        (row.category_code, row.effective_from): row.days for row in WorkingTerm.objects.all()
    }
    for (code, first), days in terms.items():
        if stored.get((code, first), days) != days:
            raise CatalogueDataInvalid(f"{code or 'every category'} from {first}: stored otherwise")
    added = WorkingTerm.objects.bulk_create(
        WorkingTerm(category_code=code, effective_from=first, days=days)
        for (code, first), days in terms.items()
        if (code, first) not in stored
    )
    transaction.on_commit(calendar_clear)
    return len(added)


def _file_terms() -> dict[tuple[str, date], int]:
    entries = file_entries("shared.catalogue", "terms.toml", table="term")
    terms = {(one.get("category", ""), one["effective_from"]): one["days"] for one in entries}
    if len(terms) != len(entries):
        raise CatalogueDataInvalid("two terms of one category begin on one day")
    unknown = sorted(
        {code for code, _first in terms if code}.difference(
            Category.objects.values_list("code", flat=True)
        )
    )
    if unknown:
        raise CatalogueDataInvalid(f"{unknown[0]}: no such category")
    return terms
