"""Template tags of the pages of a case."""

from collections.abc import Iterable

from django import template

from agency_console.access.selectors import case_url
from agency_console.casework.types import ThreadEntry

register = template.Library()


# Templates use this tag for the address of a page of a case.
register.simple_tag(case_url)


@register.inclusion_tag("agency_console/case_thread.html")
def thread(entries: Iterable[ThreadEntry]) -> dict[str, object]:
    """Render the entries of a thread, oldest first."""
    return {"entries": entries}
