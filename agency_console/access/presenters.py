"""Addresses of the console that a page has many of."""

from functools import lru_cache
from urllib.parse import quote

from django.urls import reverse

from shared.kernel.references import LENGTH

# Stands in the address of a case until the case's own is put there.
ANY_REFERENCE = "0" * LENGTH
# More than a case has pages.
MAX_PAGES = 32


def case_url(page: str, reference: str) -> str:
    """The address of one page of a case, such as ``send-reply``. Raises ``NoReverseMatch``."""
    before, after = case_url_parts(page)
    return f"{before}{quote(reference)}{after}"


@lru_cache(maxsize=MAX_PAGES)
def case_url_parts(page: str) -> tuple[str, str]:
    """What stands before and after the reference; looked up once for each process.

    The console has one list of addresses, and no language in them.
    """
    shown = reverse(f"casework:{page}", args=[ANY_REFERENCE])
    before, _mark, after = shown.partition(ANY_REFERENCE)
    return before, after
