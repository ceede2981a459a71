"""Calendar file with one day, in the format that calendar programs import (RFC 5545)."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

CONTENT_TYPE = "text/calendar; charset=utf-8"
# RFC 5545, section 3.1: the maximum number of octets in a line, without the line end.
MAX_OCTETS = 75
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarDay:
    """A calendar entry for a whole day.

    ``uid`` never changes for an entry, so a new import replaces the former entry. ``written_at`` is
    the time of the last change.
    """

    uid: UUID
    day: date
    written_at: datetime
    summary: str
    description: str
    url: str


def calendar_file(entry: CalendarDay, *, language: str) -> bytes:
    """Return the calendar file of a private all-day entry, without an alarm; the day stays free."""
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Insaf//Calendar//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{entry.uid}",
        f"DTSTAMP:{entry.written_at.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{entry.day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{entry.day + timedelta(days=1):%Y%m%d}",
        f"SUMMARY;LANGUAGE={language}:{entry.summary.translate(_ESCAPES)}",
        f"DESCRIPTION;LANGUAGE={language}:{entry.description.translate(_ESCAPES)}",
        f"URL:{entry.url}",
        "CLASS:PRIVATE",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
        "END:VCALENDAR",
    )
    return b"".join(_folded(line) for line in lines)


def _folded(line: str) -> bytes:
    """Return a line with its line end, in pieces of at most 75 octets that cut no character."""
    pieces, piece = [], b""
    for character in line:
        octets = character.encode()
        # A piece that begins with a space continues the line before.
        if len(piece) + len(octets) > MAX_OCTETS:
            pieces.append(piece)
            piece = b" "
        piece += octets
    return b"\r\n".join((*pieces, piece)) + b"\r\n"
