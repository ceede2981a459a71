"""Parser of the form of selected cases on the dashboard."""

from django.http import QueryDict

from agency_console.dashboard.selectors import MAX_SHOWN
from shared.kernel.references import InvalidReference, reference_parse


def references_sent(data: QueryDict) -> list[str]:
    """Return the references of the selected cases without repetition or invalid values."""
    found: dict[str, None] = {}
    for text in data.getlist("reference")[:MAX_SHOWN]:
        try:
            found[reference_parse(text)] = None
        except InvalidReference:
            continue
    return list(found)
