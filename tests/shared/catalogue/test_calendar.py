"""Days off and working terms as pages count by them: from a copy that may be a minute old."""

from datetime import date, timedelta

import pytest

from shared.catalogue.models import Holiday, WorkingTerm
from shared.catalogue.selectors import (
    calendar_clear,
    calendar_shown,
    holidays_since,
    promised_on,
    working_days,
)
from shared.catalogue.services.categories import catalogue_load
from shared.catalogue.services.holidays import (
    holiday_add,
    holiday_move,
    holiday_remove,
    holidays_load,
)
from shared.catalogue.services.terms import working_terms_load
from shared.catalogue.types import HolidayRow
from shared.kernel.actors import SYSTEM
from shared.kernel.text import Wording

pytestmark = pytest.mark.django_db

NAMES = Wording(ar="عطلة", fr="Jour férié", en="Holiday")
DAY = date(2026, 3, 4)
EARLIER = DAY - timedelta(days=2)


@pytest.fixture(autouse=True)
def _kept(settings):
    settings.CALENDAR_SECONDS = 60


@pytest.fixture
def day_off():
    names = {"name_ar": "x", "name_fr": "x", "name_en": "x"}
    return Holiday.objects.create(key="x", day=DAY, is_lunar=True, state="estimated", **names)


def shown(category="", on=EARLIER):
    term, days_off = calendar_shown(category_code=category, filed_on=on)
    return term, [one.day for one in days_off]


def test_known_days_cost_no_question(day_off, django_assert_num_queries):
    shown()

    with django_assert_num_queries(0):
        assert shown() == (20, [DAY])


@pytest.mark.parametrize("category", ["roads", "lighting", ""])
@pytest.mark.parametrize("days", range(-2, 4))
def test_the_copy_says_what_the_tables_say(day_off, category, days):
    for code, term, after in [("", 15, 0), ("", 12, 2), ("roads", 10, 1), ("waste", 5, 0)]:
        first = DAY + timedelta(days=after)
        WorkingTerm.objects.create(category_code=code, days=term, effective_from=first)
    Holiday.objects.create(
        key="removed", day=DAY, name_ar="x", name_fr="x", name_en="x",
        is_lunar=False, state="removed",
    )  # fmt: skip
    on = DAY + timedelta(days=days)

    assert calendar_shown(category_code=category, filed_on=on) == (
        working_days(category_code=category, on=on),
        holidays_since(on),
    )


def test_a_copy_that_is_too_old_is_made_anew(day_off, settings):
    shown()
    Holiday.objects.filter(pk=day_off.pk).delete()
    before = shown()
    settings.CALENDAR_SECONDS = 0

    assert (before, shown()) == ((20, [DAY]), (20, []))


def moved():
    holiday_move(key="x", day=EARLIER, actor=SYSTEM)


def added():
    holiday_add(day=EARLIER, names=NAMES, actor=SYSTEM)


def removed():
    holiday_remove(key="x", actor=SYSTEM)


def loaded():
    row = HolidayRow(key="y", day=EARLIER, names=NAMES, is_lunar=False)
    holidays_load(rows=[row], actor=SYSTEM)


@pytest.mark.parametrize(
    ("change", "days"),
    [(moved, [EARLIER]), (added, [EARLIER, DAY]), (removed, []), (loaded, [EARLIER, DAY])],
)
def test_who_changes_a_day_sees_it_at_once(
    day_off, change, days, django_capture_on_commit_callbacks
):
    before = shown()
    with django_capture_on_commit_callbacks(execute=True):
        change()
        uncommitted = shown()

    assert before == uncommitted == (20, [DAY])
    assert shown() == (20, days)


def test_who_loads_terms_sees_them_at_once(django_capture_on_commit_callbacks):
    catalogue_load(actor=SYSTEM)
    before, _days = shown("water-cut", date(2030, 1, 1))
    with django_capture_on_commit_callbacks(execute=True):
        working_terms_load(actor=SYSTEM)

    after, _days = shown("water-cut", date(2030, 1, 1))
    assert before == 20
    assert after == working_days(category_code="water-cut", on=date(2030, 1, 1)) != 20


def test_what_is_promised_in_writing_asks_for_the_truth(day_off):
    shown()
    kept = promised_on(category_code="", filed_on=EARLIER)
    Holiday.objects.filter(pk=day_off.pk).delete()

    assert promised_on(category_code="", filed_on=EARLIER) < kept


def test_a_copy_can_be_forgotten(day_off):
    shown()
    Holiday.objects.filter(pk=day_off.pk).delete()
    calendar_clear()

    assert shown() == (20, [])
