"""HTML made without a template, for elements of which a page has many."""

from html import escape
from typing import cast

from django.utils.html import conditional_escape


def escaped(value: object) -> str:
    """Escape a value as ``conditional_escape`` does, but plain text in a fifth of the time.

    A value that is HTML already stays as it is.
    """
    return escape(value) if type(value) is str else conditional_escape(cast("str", value))
