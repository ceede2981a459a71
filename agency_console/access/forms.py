"""Parsers of values in addresses and forms: ids, days, times, and lists of the inbox."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from agency_console.access.types import ListAddress
from shared.complaints.enums import Channel, Kind, Language
from shared.complaints.selectors import INBOX_VIEWS, NO_UNIT, CaseFilter, ListSort
from shared.complaints.types import InboxPosition

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

Data = Mapping[str, object]
_CODE = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")
_NUMBER = re.compile(r"[0-9]{1,18}\Z")
_MOMENT = re.compile(r"-?[0-9]{1,17}\Z")
MARK = "~"
NONE = "none"
MAX_TEXT_LENGTH = 100
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
SEPARATORS = str.maketrans("", "", " -\u00a0\u2009\u202f\u200e\u200f\u2066\u2069")
# Each field of a filter, with its parameter in an address.
NAMES: Mapping[str, str] = {
    "organisation_code": "body",
    "category_code": "category",
    "kind": "kind",
    "language": "language",
    "channel": "channel",
    "officer_id": "officer",
    "unit_id": "unit",
    "label_id": "label",
    "place": "place",
    "received_from": "from",
    "received_to": "to",
}
CHOICES = {"kind": Kind, "language": Language, "channel": Channel}


class DayField(forms.DateField):
    """Field of a day; the user chooses the day in the browser's calendar."""

    def __init__(
        self, *, label: "_StrOrPromise", help_text: "_StrOrPromise" = "", required: bool = True
    ) -> None:
        super().__init__(
            label=label,
            help_text=help_text,
            required=required,
            input_formats=["%Y-%m-%d"],
            error_messages={
                "required": _("Choose a day."),
                "invalid": _("Choose a day that is in the calendar."),
            },
            widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        )


def list_address(data: Data) -> ListAddress:
    """Parse the query of a list's address and leave out invalid values."""
    view, sort = str(data.get("view", "")), str(data.get("sort", ""))
    text = str(data.get("q", "")).replace("\x00", "")
    return ListAddress(
        view=view if view in INBOX_VIEWS else "",
        text=text if len(text) <= MAX_TEXT_LENGTH else "",
        sort=sort if sort in list(ListSort) else "",
        only=case_filter(data),
        after=position_read(str(data.get("after", ""))),
        at=position_read(str(data.get("at", ""))),
    )


def saved_list(query: str) -> ListAddress:
    """Parse the query of a saved view (``?view=mine``) and leave out invalid values."""
    return list_address(QueryDict(query.removeprefix("?")))


def list_query(address: ListAddress) -> str:
    """Return the query of a list's address, ``?view=mine&body=dgi``, without empty values."""
    parts = {
        "view": address.view,
        "q": address.text,
        "sort": address.sort,
        **filter_parts(address.only),
        "after": position_text(address.after),
        "at": position_text(address.at),
    }
    given = {name: value for name, value in parts.items() if value}
    return f"?{urlencode(given)}" if given else ""


def case_filter(data: Data) -> CaseFilter:
    """Parse the case filter in an address and leave out invalid values."""
    given = {field: str(data.get(name, "")).strip() for field, name in NAMES.items()}
    codes = {
        field: given[field]
        for field in ("organisation_code", "category_code")
        if _CODE.match(given[field])
    }
    chosen = {field: given[field] for field, known in CHOICES.items() if given[field] in known}
    place = " ".join(given["place"].replace("\x00", " ").split())
    return CaseFilter(
        **codes,
        **chosen,
        officer_id=number_read(given["officer_id"]),
        unit_id=NO_UNIT if given["unit_id"] == NONE else number_read(given["unit_id"]),
        label_id=number_read(given["label_id"]),
        place=place if len(place) <= MAX_TEXT_LENGTH else "",
        received_from=_day(given["received_from"]),
        received_to=_day(given["received_to"]),
    )


def filter_parts(only: CaseFilter) -> dict[str, str]:
    """Return the values of a filter as a dict: parameter of the address -> value."""
    return {NAMES[field]: _written(getattr(only, field)) for field in only.columns}


def position_text(position: InboxPosition | None) -> str:
    """Format a position in a list for an address: ``2026-01-24~1769263200000000~15``.

    The parts are day, microseconds since 1970, and id of the case. Day and time may be empty.
    """
    if position is None:
        return ""
    day = position.day.isoformat() if position.day else ""
    at = "" if position.at is None else str((position.at - EPOCH) // MICROSECOND)
    return MARK.join((day, at, str(position.case_id)))


def position_read(text: str) -> InboxPosition | None:
    """Parse a position in an address; return ``None`` if the position is missing or invalid."""
    parts = text.split(MARK)
    if len(parts) != 3 or not _NUMBER.match(parts[2]) or not _MOMENT.match(parts[1] or "0"):
        return None
    try:
        return InboxPosition(
            case_id=int(parts[2]),
            day=date.fromisoformat(parts[0]) if parts[0] else None,
            at=EPOCH + int(parts[1]) * MICROSECOND if parts[1] else None,
        )
    except (ValueError, OverflowError):
        return None


def search_text(typed: str) -> str:
    """Return the typed text; if the text is a number, in ASCII digits without separators."""
    compact = typed.translate(SEPARATORS)
    return "".join(str(int(digit)) for digit in compact) if compact.isdecimal() else typed


def _written(value: object) -> str:
    if value == NO_UNIT:
        return NONE
    return value.isoformat() if isinstance(value, date) else str(value)


def number_read(text: str) -> int:
    """Parse the id of a row from a browser; return 0 if the id is missing or invalid."""
    return int(text) if _NUMBER.match(text) else 0


def moment_read(text: str) -> datetime | None:
    """Parse a time from a browser; return ``None`` if the time is missing or invalid."""
    try:
        return parse_datetime(text)
    except ValueError:
        return None


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None
    # Outside of these years, a later step could fail to store the day or the next day.
    return day if day and 1900 <= day.year < 9000 else None
