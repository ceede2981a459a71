"""One day as a calendar file that telephones and computers import (RFC 5545)."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

CONTENT_TYPE = "text/calendar; charset=utf-8"
# RFC 5545, section 3.1: octets of a line, its end not counted.
MAX_OCTETS = 75
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarDay:
    """A calendar entry for a whole day.

    ``uid`` never changes for an entry: imported again, it replaces the former one. ``written_at``
    is when the entry was written last.
    """

    uid: UUID
    day: date
    written_at: datetime
    summary: str
    description: str
    url: str


def calendar_file(entry: CalendarDay, *, language: str) -> bytes:
    """Return the file of one entry: private, without an alarm, and the day stays free."""
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
    """Return a line with its end, in pieces of at most 75 octets; no character is cut in two."""
    pieces, piece = [], b""
    for character in line:
        octets = character.encode()
        # Each piece but the first begins with the blank that says that the line goes on.
        if len(piece) + len(octets) > MAX_OCTETS:
            pieces.append(piece)
            piece = b" "
        piece += octets
    return b"\r\n".join((*pieces, piece)) + b"\r\n"
