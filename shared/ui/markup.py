"""HTML made without a template, for elements that occur often on a page."""

from html import escape
from typing import cast

from django.utils.html import conditional_escape


def escaped(value: object) -> str:
    """Escape a value as ``conditional_escape`` does, but plain text in a fifth of the time.

    Safe HTML is not changed.
    """
    return escape(value) if type(value) is str else conditional_escape(cast("str", value))
