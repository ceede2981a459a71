"""A calendar file that every reader of RFC 5545 understands, whatever its texts hold."""

from datetime import UTC, date, datetime, timedelta, timezone
from uuid import UUID

import icalendar
from hypothesis import given, strategies as st

from shared.ui.calendar_file import MAX_OCTETS, CalendarDay, calendar_file

NUMBER = UUID("0d5c36a4-7e2b-4b5e-9a57-3d5f1f0f8b64")
TEXTS = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n;,\\:\"'"), max_size=300
)


def written(summary="Day", description="Text", **changes):
    entry = {
        "uid": NUMBER,
        "day": date(2026, 12, 31),
        "written_at": datetime(2026, 3, 1, 9, 30, tzinfo=UTC),
        "summary": summary,
        "description": description,
        "url": "https://insaf.example/fr/track/",
    }
    return calendar_file(CalendarDay(**(entry | changes)), language="ar")


def test_a_file_worked_by_hand():
    lines = written(summary="One; two, three\\four\nfive").decode().split("\r\n")

    assert lines == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Insaf//Calendar//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{NUMBER}",
        "DTSTAMP:20260301T093000Z",
        "DTSTART;VALUE=DATE:20261231",
        "DTEND;VALUE=DATE:20270101",
        "SUMMARY;LANGUAGE=ar:One\\; two\\, three\\\\four\\nfive",
        "DESCRIPTION;LANGUAGE=ar:Text",
        "URL:https://insaf.example/fr/track/",
        "CLASS:PRIVATE",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


def test_moments_are_written_in_universal_time():
    local = datetime(2026, 3, 1, 0, 30, tzinfo=timezone(timedelta(hours=1)))

    assert b"DTSTAMP:20260228T233000Z\r\n" in written(written_at=local)


@given(TEXTS, TEXTS)
def test_texts_come_back_as_they_were_and_no_line_is_too_long(summary, description):
    content = written(summary=summary, description=description)

    lines = content.split(b"\r\n")
    assert max(map(len, lines)) <= MAX_OCTETS
    assert all(b"\n" not in line and b"\r" not in line for line in lines)
    # No character is cut in two.
    assert [line.decode() for line in lines]
    (event,) = icalendar.Calendar.from_ical(content).walk("VEVENT")
    assert (str(event["SUMMARY"]), str(event["DESCRIPTION"])) == (summary, description)


def test_long_arabic_texts_are_folded_between_characters():
    content = written(summary="الموعد الذي أعلنته الإدارة لتنفيذ قرارها " * 5)

    assert content.count(b"\r\n ") >= 5
