"""The sentence that says what came of an act."""

from django.utils.translation import gettext as _, ngettext

from agency_console.dashboard.types import Given


def given_text(given: Given, *, name: str) -> str:
    """Say how many cases somebody got, and how many were skipped, by the reason why."""
    done = ngettext(
        "%(number)d case was given to %(name)s.",
        "%(number)d cases were given to %(name)s.",
        given.done,
    ) % {"number": given.done, "name": name}
    skipped = [
        _("%(number)d skipped: %(reason)s") % {"number": number, "reason": reason}
        for reason, number in given.skipped.items()
    ]
    return " · ".join([done, *skipped])
