"""Days off: loaded ahead, decided by oversight, and never brought back by the next load."""

from datetime import UTC, date, datetime

import pytest
from django.core.management import call_command

from shared.audit.models import AuditEntry
from shared.catalogue.errors import HolidayDayTaken, HolidayMovedTooFar, HolidayNotFound
from shared.catalogue.models import Holiday
from shared.catalogue.selectors import holiday_years, holidays_of, holidays_since
from shared.catalogue.services.holidays import (
    holiday_add,
    holiday_confirm,
    holiday_move,
    holiday_remove,
)
from shared.kernel import clock
from shared.kernel.actors import SYSTEM, Actor, ActorKind
from shared.kernel.text import Wording

pytestmark = pytest.mark.django_db

ANALYST = Actor(kind=ActorKind.OVERSIGHT, label="An analyst", user_id=7)
MID_2026 = datetime(2026, 6, 1, 12, tzinfo=UTC)
EID = "eid-al-fitr-2026-1"
NAMES = Wording(ar="عطلة استثنائية", fr="Jour férié exceptionnel", en="Exceptional holiday")


def load():
    with clock.travel(MID_2026):
        call_command("load_holidays", verbosity=0)


@pytest.fixture
def calendar(capsys):
    """The days off as they are loaded in 2026."""
    load()


def days(year=2026):
    return {one.key: one.day for one in holidays_of(year=year)}


def logged():
    return list(
        AuditEntry.objects.filter(action__startswith="holiday.").values_list(
            "actor_label", "action", "subject"
        )
    )


def test_four_years_are_loaded_with_fixed_and_lunar_days(calendar):
    found = holidays_of(year=2026)

    assert holiday_years() == [2025, 2026, 2027, 2028]
    assert [(one.key, one.day, one.state) for one in found][:6] == [
        ("new-year-2026-1", date(2026, 1, 1), "confirmed"),
        ("independence-manifesto-2026-1", date(2026, 1, 11), "confirmed"),
        ("amazigh-new-year-2026-1", date(2026, 1, 14), "confirmed"),
        ("eid-al-fitr-2026-1", date(2026, 3, 20), "estimated"),
        ("eid-al-fitr-2026-2", date(2026, 3, 21), "estimated"),
        ("labour-day-2026-1", date(2026, 5, 1), "confirmed"),
    ]
    assert len(found) == 18


def test_two_feasts_of_one_day_are_both_in_the_list_and_the_fixed_one_is_named_first(calendar):
    assert [one.names.en for one in holidays_since(date(2027, 8, 14))][:2] == [
        "Oued Ed-Dahab Day",
        "Prophet's Birthday",
    ]


def test_a_second_load_changes_nothing(calendar, capsys):
    before = list(Holiday.objects.order_by("key").values())

    load()

    assert list(Holiday.objects.order_by("key").values()) == before
    assert "holidays: 0 written" in capsys.readouterr().out


def test_an_estimate_follows_the_package_and_a_decision_does_not(calendar):
    Holiday.objects.filter(key=EID).update(day=date(2026, 3, 18))
    second = "eid-al-fitr-2026-2"
    holiday_move(key=second, day=date(2026, 3, 22), actor=ANALYST)

    load()

    assert (days()[EID], days()[second]) == (date(2026, 3, 20), date(2026, 3, 22))


def test_what_was_removed_does_not_come_back(calendar):
    holiday_remove(key="youth-day-2026-1", actor=ANALYST)

    load()

    assert "youth-day-2026-1" not in days()
    assert "youth-day-2027-1" in days(2027)


def test_oversights_decisions_are_in_the_log(calendar):
    holiday_confirm(key="eid-al-adha-2026-1", actor=ANALYST)
    holiday_move(key=EID, day=date(2026, 3, 21), actor=ANALYST)
    holiday_add(day=date(2026, 9, 7), names=NAMES, actor=ANALYST)
    holiday_remove(key="added-2026-09-07", actor=ANALYST)

    assert logged() == [
        ("An analyst", "holiday.confirmed", "eid-al-adha-2026-1 2026-05-27"),
        ("An analyst", "holiday.moved", "eid-al-fitr-2026-1 2026-03-20 2026-03-21"),
        ("An analyst", "holiday.added", "added-2026-09-07 2026-09-07"),
        ("An analyst", "holiday.removed", "added-2026-09-07 2026-09-07"),
    ]


def test_a_moved_day_is_confirmed(calendar):
    holiday_move(key=EID, day=date(2026, 3, 21), actor=ANALYST)

    moved = Holiday.objects.get(key=EID)
    assert (moved.day, moved.state) == (date(2026, 3, 21), "confirmed")


def test_a_move_by_more_than_a_fortnight_is_refused(calendar):
    with pytest.raises(HolidayMovedTooFar):
        holiday_move(key=EID, day=date(2027, 3, 20), actor=ANALYST)

    assert days()[EID] == date(2026, 3, 20)


def test_a_day_that_is_a_holiday_is_not_added_again(calendar):
    with pytest.raises(HolidayDayTaken):
        holiday_add(day=date(2026, 7, 30), names=NAMES, actor=ANALYST)


def test_a_day_that_was_removed_can_be_added(calendar):
    holiday_add(day=date(2026, 9, 7), names=NAMES, actor=ANALYST)
    holiday_remove(key="added-2026-09-07", actor=ANALYST)
    holiday_add(day=date(2026, 9, 7), names=NAMES, actor=ANALYST)

    assert days()["added-2026-09-07"] == date(2026, 9, 7)


@pytest.mark.parametrize("key", ["unknown", "youth-day-2026-1"], ids=["unknown", "removed"])
def test_what_is_not_in_the_list_is_not_decided_on(calendar, key):
    holiday_remove(key="youth-day-2026-1", actor=SYSTEM)

    with pytest.raises(HolidayNotFound):
        holiday_confirm(key=key, actor=ANALYST)
    with pytest.raises(HolidayNotFound):
        holiday_move(key=key, day=date(2026, 8, 22), actor=ANALYST)
    with pytest.raises(HolidayNotFound):
        holiday_remove(key=key, actor=ANALYST)
