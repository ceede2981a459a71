"""The national time zone: its rules come only from the package tzdata.

By default Python first reads the machine's time zone files, which may be older than a government's
change of hours: a page would be an hour off, and a request filed in that hour would get another
legal deadline. So this module makes ``zoneinfo`` read only the package; the settings import this
module before any time zone is made.
"""

import zoneinfo
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

# The machine's time zone files, used only to report that they differ from the package.
MACHINE_PATHS = tuple(map(Path, zoneinfo.TZPATH))
# The zone files of the C library.
SYSTEM_PATH = Path("/usr/share/zoneinfo")

zoneinfo.reset_tzpath(to=())
ZoneInfo.clear_cache()

NATIONAL_ZONE = ZoneInfo("Africa/Casablanca")

# Two changes of an offset are at least this far apart, because rules change hours for weeks.
_STEP = timedelta(days=7)


def machine_zone() -> ZoneInfo | None:
    """Return the national zone from the machine's files; ``None`` if missing or damaged."""
    for folder in MACHINE_PATHS:
        path = folder / NATIONAL_ZONE.key
        if path.is_file():
            try:
                with path.open("rb") as file:
                    return ZoneInfo.from_file(file, key=NATIONAL_ZONE.key)
            except (OSError, ValueError):
                return None
    return None


def is_zone_missing() -> bool:
    """Return whether the machine has time zone data, but none for the national zone."""
    return SYSTEM_PATH.exists() and not (SYSTEM_PATH / NATIONAL_ZONE.key).exists()


def offset_changes(
    zone: tzinfo, *, after: datetime, until: datetime
) -> Iterator[tuple[datetime, timedelta]]:
    """Yield the moments at which the zone's offset changes, first to last, with the new offset.

    The moments are exact to the second; ``after`` and ``until`` are aware.
    """
    start, offset = after, _offset(zone, after)
    while start < until:
        end = min(start + _STEP, until)
        if _offset(zone, end) != offset:
            end = _change(zone, start, end)
            offset = _offset(zone, end)
            yield end, offset
        start = end


def _change(zone: tzinfo, before: datetime, after: datetime) -> datetime:
    """Return the first second of the new offset; the two moments have different offsets."""
    old = _offset(zone, before)
    low, high = int(before.timestamp()), int(after.timestamp())
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(zone, datetime.fromtimestamp(middle, UTC)) == old:
            low = middle
        else:
            high = middle
    return datetime.fromtimestamp(high, UTC)


def _offset(zone: tzinfo, moment: datetime) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()
