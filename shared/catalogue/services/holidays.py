"""Services that load, confirm, move, add and remove holidays."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from shared.audit.services import audit_record
from shared.catalogue.enums import HolidayState
from shared.catalogue.errors import HolidayDayTaken, HolidayMovedTooFar, HolidayNotFound
from shared.catalogue.models import Holiday
from shared.catalogue.selectors import calendar_clear
from shared.catalogue.types import HolidayRow
from shared.kernel.actors import Actor
from shared.kernel.text import Wording
from shared.reference_data.files import assign_changed
from shared.reference_data.wordings import wording_columns
from shared.rows.selectors import first_or_refuse

# The largest move of a holiday in days. The moon changes an estimated day by one or two days only.
MAX_MOVED = 15


@transaction.atomic
def holidays_load(*, rows: Iterable[HolidayRow], actor: Actor) -> int:
    """Insert new holidays and update the days of estimated holidays; return the count of changes.

    Holidays that oversight has confirmed, moved or removed are not changed.
    """
    stored = {row.key: row for row in Holiday.objects.select_for_update()}
    changed = 0
    for row in rows:
        holiday = stored.get(row.key)
        if holiday is None:
            Holiday.objects.create(
                key=row.key,
                day=row.day,
                is_lunar=row.is_lunar,
                state=HolidayState.ESTIMATED if row.is_lunar else HolidayState.CONFIRMED,
                **wording_columns("name", row.names),
            )
        elif holiday.state == HolidayState.ESTIMATED and holiday.day != row.day:
            holiday.day = row.day
            holiday.save(update_fields=["day"])
        else:
            continue
        changed += 1
    transaction.on_commit(calendar_clear)
    return changed


@transaction.atomic
def holiday_confirm(*, key: str, actor: Actor) -> Holiday:
    """Confirm the estimated day of a holiday. Raises ``HolidayNotFound``."""
    holiday = _locked(key)
    return _change(holiday, "confirmed", f"{key} {holiday.day}", actor)


@transaction.atomic
def holiday_move(*, key: str, day: date, actor: Actor) -> Holiday:
    """Move a holiday to its real day, and confirm the day.

    Raises ``HolidayNotFound`` or ``HolidayMovedTooFar``.
    """
    holiday = _locked(key)
    if abs((day - holiday.day).days) > MAX_MOVED:
        raise HolidayMovedTooFar(key, field="day")
    return _change(holiday, "moved", f"{key} {holiday.day} {day}", actor, day=day)


@transaction.atomic
def holiday_add(*, day: date, names: Wording, actor: Actor) -> Holiday:
    """Add a holiday on a day that is no holiday yet. Raises ``HolidayDayTaken``."""
    if Holiday.objects.exclude(state=HolidayState.REMOVED).filter(day=day).exists():
        raise HolidayDayTaken(str(day), field="day")
    # By this key, an added holiday that was removed and is added again uses its old row.
    holiday, _made = Holiday.objects.update_or_create(
        key=f"added-{day}",
        defaults={
            "day": day,
            **wording_columns("name", names),
            "is_lunar": False,
            "state": HolidayState.CONFIRMED,
        },
    )
    audit_record(actor=actor, action="holiday.added", subject=f"{holiday.key} {day}")
    transaction.on_commit(calendar_clear)
    return holiday


@transaction.atomic
def holiday_remove(*, key: str, actor: Actor) -> None:
    """Mark a holiday as removed, so that its day is a working day. Raises ``HolidayNotFound``.

    The row is not deleted, because the next load would insert the holiday again.
    """
    holiday = _locked(key)
    _change(holiday, "removed", f"{key} {holiday.day}", actor, state=HolidayState.REMOVED)


def _change(
    holiday: Holiday, action: str, subject: str, actor: Actor, **changes: object
) -> Holiday:
    values = {"state": HolidayState.CONFIRMED, **changes}
    assign_changed(holiday, values)
    holiday.save(update_fields=values)
    audit_record(actor=actor, action=f"holiday.{action}", subject=subject)
    transaction.on_commit(calendar_clear)
    return holiday


def _locked(key: str) -> Holiday:
    return first_or_refuse(
        Holiday.objects.select_for_update().exclude(state=HolidayState.REMOVED).filter(key=key),
        HolidayNotFound(key),
    )
