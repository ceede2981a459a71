"""Texts of days and times as written in Morocco, for pages, e-mails and documents."""

from datetime import date, datetime

from django.utils.translation import get_language, gettext as _, ngettext

from shared.kernel import clock

# Django's Arabic names of months are Levantine and Egyptian, and Morocco does not use them.
MONTHS = {
    "ar": (
        *("يناير", "فبراير", "مارس", "أبريل", "ماي", "يونيو"),
        *("يوليوز", "غشت", "شتنبر", "أكتوبر", "نونبر", "دجنبر"),
    ),
    "fr": (
        *("janvier", "février", "mars", "avril", "mai", "juin"),
        *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
}
MINUTE = 60
HOUR = 3600
DAYS_BEFORE_MONTHS = 60
DAYS_IN_A_MONTH = 30


def day_text(value: date, *, language: str | None = None) -> str:
    """Return a day as ``24 نونبر 2026``, ``24 novembre 2026`` or ``24 November 2026``.

    A datetime is first converted to the time zone of Casablanca.
    """
    day = clock.civil_day(value) if isinstance(value, datetime) else value
    return _day_text(day, _language(language))


def _day_text(day: date, spoken: str) -> str:
    number = "1er" if spoken == "fr" and day.day == 1 else str(day.day)
    return f"{number} {MONTHS[spoken][day.month - 1]} {day.year}"


def near_day_text(value: date, *, today: date, language: str | None = None) -> str:
    """Return a day, without the year if it is the year of ``today``: ``24 novembre``."""
    text = day_text(value, language=language)
    return text.removesuffix(f" {value.year}") if value.year == today.year else text


def moment_text(value: datetime, *, language: str | None = None) -> str:
    """Return day and time in Casablanca, on the 24-hour clock: ``24 novembre 2026, 10 h 32``."""
    spoken = _language(language)
    local = value.astimezone(clock.NATIONAL_ZONE)
    comma = "،" if spoken == "ar" else ","
    # A page has dozens of moments, and strftime took half of the time of each.
    hour = f"{local.hour:02}{' h ' if spoken == 'fr' else ':'}{local.minute:02}"
    return f"{_day_text(local, spoken)}{comma} {hour}"


def month_text(value: date, *, language: str | None = None) -> str:
    """Return a month as ``نونبر 2026``, ``novembre 2026`` or ``November 2026``."""
    return f"{MONTHS[_language(language)][value.month - 1]} {value.year}"


def working_days_left_text(left: int) -> str:
    """Return the working days left: ``5 working days left``, ``Last working day``, ``... late``."""
    if left > 0:
        return ngettext("%(count)d working day left", "%(count)d working days left", left) % {
            "count": left
        }
    if left == 0:
        return _("Last working day")
    return ngettext("%(count)d working day late", "%(count)d working days late", -left) % {
        "count": -left
    }


def relative_text(value: date | datetime) -> str:
    """Return the time between now and a moment as text: ``3 days ago``, ``in 5 days``."""
    if isinstance(value, datetime):
        seconds = int((clock.now() - value).total_seconds())
        if 0 <= seconds < HOUR:
            return _minutes_ago(seconds // MINUTE)
        value = clock.civil_day(value)
    return _days((value - clock.today()).days)


def days_left_text(left: int) -> str:
    """Return the days left of a term: ``5 days left``, ``Due today``, ``2 days late``."""
    if left > 0:
        return ngettext("%(count)d day left", "%(count)d days left", left) % {"count": left}
    if left == 0:
        return _("Due today")
    return ngettext("%(count)d day late", "%(count)d days late", -left) % {"count": -left}


def _minutes_ago(minutes: int) -> str:
    if minutes == 0:
        return _("just now")
    return ngettext("%(count)d minute ago", "%(count)d minutes ago", minutes) % {"count": minutes}


def _days(ahead: int) -> str:
    match ahead:
        case 0:
            return _("today")
        case 1:
            return _("tomorrow")
        case -1:
            return _("yesterday")
    if abs(ahead) >= DAYS_BEFORE_MONTHS:
        return _months(abs(ahead) // DAYS_IN_A_MONTH, ahead=ahead > 0)
    if ahead > 0:
        return ngettext("in %(count)d day", "in %(count)d days", ahead) % {"count": ahead}
    return ngettext("%(count)d day ago", "%(count)d days ago", -ahead) % {"count": -ahead}


def _months(count: int, *, ahead: bool) -> str:
    if ahead:
        return ngettext("in %(count)d month", "in %(count)d months", count) % {"count": count}
    return ngettext("%(count)d month ago", "%(count)d months ago", count) % {"count": count}


def _language(asked: str | None) -> str:
    spoken = (asked or get_language() or "en")[:2]
    return spoken if spoken in MONTHS else "en"
