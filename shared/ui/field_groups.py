"""Rendered groups of form fields, kept by everything that their templates read.

A group is the block of a field's label, hint, errors and control. A page with a form shows about
nine, and their templates take a quarter of the page's processor time. A process keeps the HTML of
the groups without errors and without a typed text. The key of a group is what the templates read,
so equal keys have equal HTML, in whichever agency and for whichever reader.
"""

from collections.abc import Callable, Mapping
from threading import Lock

from cachetools import LRUCache
from django.forms import BoundField, MultiValueField, Widget
from django.forms.widgets import ChoiceWidget
from django.utils.functional import Promise
from django.utils.translation import get_language

# What ``BoundField`` and the templates read of a form and of a field, apart from label and control.
FORM_ATTRIBUTES = ("auto_id", "mark_optional", "required_css_class", "use_required_attribute")
FIELD_ATTRIBUTES = ("disabled", "is_alternative", "localize", "max_length", "required")
# The most groups that a process keeps, and the longest HTML of one: 2 MB at most, keys included.
MAX_KEPT, MAX_LENGTH = 300, 4_000

Key = tuple[object, ...]

_kept: "LRUCache[Key, str]" = LRUCache(maxsize=MAX_KEPT)
_kept_lock = Lock()


class _NotComparable(Exception):
    """A value of a field can change what is shown and yet be equal to its former self."""


def group_html(bound: BoundField, template_name: str, render: Callable[[], str]) -> str:
    """Return the HTML of a field's group: the kept HTML, or else that of ``render``."""
    key = _key(bound, template_name)
    if key is None:
        return render()
    with _kept_lock:
        html = _kept.get(key)
    if html is None:
        html = render()
        if len(html) <= MAX_LENGTH:
            with _kept_lock:
                _kept[key] = html
    return html


def groups_forget() -> None:
    """Delete all kept groups of this process."""
    with _kept_lock:
        _kept.clear()


def _key(bound: BoundField, template_name: str) -> Key | None:
    """Return everything on which the HTML of a group depends, or None if it may not be kept."""
    form, field = bound.form, bound.field
    value = None if form.is_bound else bound.value()
    if form.is_bound or _is_typed(bound, value) or isinstance(field, MultiValueField):
        return None
    read = (
        bound.label,
        bound.help_text,
        value,
        field.widget,
        *(getattr(form, name, None) for name in FORM_ATTRIBUTES),
        *(getattr(field, name, None) for name in FIELD_ATTRIBUTES),
    )
    try:
        state = [_state(one) for one in read]
    except _NotComparable:
        return None
    return (template_name, get_language(), type(bound), bound.name, bound.html_name, *state)


def _is_typed(bound: BoundField, value: object) -> bool:
    """Return whether the group shows errors, or a text that somebody wrote.

    A written text may be a citizen's, and is rarely shown twice.
    """
    is_chosen = isinstance(bound.field.widget, ChoiceWidget)
    return bool(bound.errors) or not (is_chosen or value in (None, "", []))


def _state(value: object) -> object:
    """Return a hashable copy of a value; equal copies are shown alike.

    Types are part of it: ``True == 1``, and a text that is marked as safe is equal to the same text
    without the mark, of which only the second is escaped. Raises ``_NotComparable``.
    """
    if isinstance(value, Promise | str):
        text = str(value)
        return text, hasattr(text, "__html__")
    if value is None or isinstance(value, int):
        return value, type(value)
    if isinstance(value, list | tuple):
        return type(value), *map(_state, value)
    if isinstance(value, Mapping):
        return type(value), *((_state(name), _state(one)) for name, one in value.items())
    if isinstance(value, Widget):
        return type(value), _state(vars(value))
    raise _NotComparable
