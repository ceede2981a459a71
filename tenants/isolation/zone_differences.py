"""A comparison of the time zone data of database and server with the Python package tzdata.

The application counts days with the package only. A difference means that logs or database clients
show other hours than the pages, or that the package is out of date.
"""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from importlib.metadata import version

from django.db import DataError, transaction

from shared.kernel import clock, zone_data
from tenants.isolation.enums import ZoneSource
from tenants.isolation.sql import sql_rows

# The period in which the sources are compared, and the time between two compared moments.
AHEAD, STEP = timedelta(days=730), timedelta(days=3)
SECOND = timedelta(seconds=1)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneDifference:
    """A source with different data for the national time zone, and the start of the difference."""

    source: ZoneSource
    since: datetime


def zone_differences() -> tuple[ZoneDifference, ...]:
    """Return the sources whose national time differs from the package's within two years.

    A database that does not have the national time zone differs from now on. A server without time
    zone data does not differ. The call needs one query.
    """
    moments = _moments(clock.now())
    machine = zone_data.machine_zone()
    found = {
        ZoneSource.DATABASE: _offsets_of_database(moments),
        ZoneSource.MACHINE: _offsets(machine, moments) if machine else None,
    }
    ours = _offsets(clock.NATIONAL_ZONE, moments)
    return tuple(
        ZoneDifference(source=source, since=since)
        for source, theirs in found.items()
        if theirs is not None and (since := _first_difference(moments, ours, theirs))
    )


def zone_differences_log() -> int:
    """Log a warning for each source that differs from tzdata; return the count of sources."""
    found = zone_differences()
    for one in found:
        logger.warning(
            "zone data: from %s on the %s has other hours for %s than the package tzdata %s, by"
            " which all days are counted (docs/runbooks/zone-data.md)",
            f"{one.since:%Y-%m-%d %H:%M} UTC",
            one.source,
            clock.NATIONAL_ZONE.key,
            version("tzdata"),
        )
    return len(found)


def _moments(now: datetime) -> list[datetime]:
    until = now + AHEAD
    days = (now + number * STEP for number in range(AHEAD // STEP + 1))
    changes = zone_data.offset_changes(clock.NATIONAL_ZONE, after=now, until=until)
    sides = (side for moment, _offset in changes for side in (moment - SECOND, moment))
    return sorted({one.replace(microsecond=0) for one in (*days, *sides)})


def _offsets(zone: tzinfo, moments: list[datetime]) -> list[timedelta | None]:
    return [moment.astimezone(zone).utcoffset() for moment in moments]


def _offsets_of_database(moments: list[datetime]) -> list[timedelta | None]:
    try:
        # Without a savepoint an error of this query would end the caller's transaction.
        with transaction.atomic():
            rows = sql_rows(
                "SELECT extract(epoch FROM (to_timestamp(s) AT TIME ZONE %s)"
                " - (to_timestamp(s) AT TIME ZONE interval '0'))::int"
                " FROM unnest(%s::bigint[]) WITH ORDINALITY AS t (s, place) ORDER BY place",
                clock.NATIONAL_ZONE.key,
                [int(moment.timestamp()) for moment in moments],
            )
    except DataError:
        return [None] * len(moments)
    return [timedelta(seconds=seconds) for (seconds,) in rows]


def _first_difference(
    moments: list[datetime], ours: list[timedelta | None], theirs: list[timedelta | None]
) -> datetime | None:
    compared = zip(moments, ours, theirs, strict=True)
    return next((moment.astimezone(UTC) for moment, own, other in compared if own != other), None)
