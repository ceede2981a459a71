"""Within how many working days an answer is promised: a case keeps the term of its own day."""

from datetime import date

import pytest
from django.db import IntegrityError

from shared.catalogue.errors import CatalogueDataInvalid
from shared.catalogue.models import Category, Holiday, WorkingTerm
from shared.catalogue.selectors import promised_on, working_days
from shared.catalogue.services.categories import catalogue_load
from shared.catalogue.services.terms import working_terms_load
from shared.kernel.actors import SYSTEM

pytestmark = pytest.mark.django_db


def term(days, effective_from, category=""):
    return WorkingTerm.objects.create(
        category_code=category, days=days, effective_from=effective_from
    )


def promised(on, category="roads"):
    return working_days(category_code=category, on=on)


def test_without_a_line_it_is_the_national_promise():
    assert promised(date(2026, 1, 1)) == 20


def test_a_version_holds_from_its_day_on():
    term(15, date(2026, 2, 1))
    term(12, date(2026, 6, 1))

    days = [date(2026, 1, 31), date(2026, 2, 1), date(2026, 5, 31), date(2026, 6, 1)]
    assert [promised(day) for day in days] == [20, 15, 15, 12]


def test_a_category_has_its_own_term_before_that_of_all():
    term(10, date(2026, 1, 1), category="roads")
    term(15, date(2026, 2, 1))
    term(5, date(2026, 1, 1), category="waste")

    assert [promised(date(2026, 3, 1), one) for one in ("roads", "lighting", "")] == [10, 15, 15]


def test_the_day_promised_leaves_out_weekends_and_holidays():
    term(5, date(2026, 1, 1))
    Holiday.objects.create(
        key="x", day=date(2026, 3, 4), name_ar="x", name_fr="x", name_en="x",
        is_lunar=False, state="confirmed",
    )  # fmt: skip

    assert promised_on(category_code="", filed_on=date(2026, 3, 2)) == date(2026, 3, 10)


@pytest.mark.parametrize("days", [0, 41], ids=["none", "later-than-the-law"])
def test_the_database_refuses_a_term_beyond_reason(days):
    with pytest.raises(IntegrityError, match="working_term_in_range"):
        term(days, date(2026, 1, 1))


def test_the_file_is_loaded_once_and_its_categories_exist():
    catalogue_load(actor=SYSTEM)

    assert (working_terms_load(actor=SYSTEM), working_terms_load(actor=SYSTEM)) == (4, 0)
    codes = set(WorkingTerm.objects.values_list("category_code", flat=True))
    assert codes == {"water-cut", "power-cut", "medical-care", "civil-status"}
    assert codes <= set(Category.objects.values_list("code", flat=True))


def test_a_term_in_force_is_not_rewritten():
    catalogue_load(actor=SYSTEM)
    working_terms_load(actor=SYSTEM)
    WorkingTerm.objects.filter(category_code="water-cut").update(days=3)

    with pytest.raises(CatalogueDataInvalid, match="water-cut"):
        working_terms_load(actor=SYSTEM)

    assert WorkingTerm.objects.get(category_code="water-cut").days == 3
