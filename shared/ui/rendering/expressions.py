"""Expressions of templates, a variable or a literal with filters, as prepared functions.

What a filter asks for, and which of its arguments are literals, is the same at each rendering.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from typing import Any

from django.template import Context
from django.template.base import FilterExpression, Variable
from django.utils.safestring import SafeData, mark_safe
from django.utils.timezone import template_localtime  # type: ignore[attr-defined]

from shared.ui.rendering.lookups import Find, invalid_text, variable_finder

# A function that applies a filter to a value.
Apply = Callable[[Any, Context], Any]


# More than the different variables of all templates.
MAX_VARIABLES = 16_384
# The value of a variable that does not exist, before the filters.
_NOTHING = object()


class CompiledExpression(FilterExpression):
    """An expression of Django, for nodes of Django, that finds its value by prepared functions."""

    __slots__ = ("_find", "_find_or_none")

    def __init__(self, expression: FilterExpression) -> None:
        self.token, self.filters = expression.token, expression.filters
        self.var, self.is_var = expression.var, expression.is_var
        self._find = value_finder(expression)
        self._find_or_none = value_or_none_finder(expression)

    def resolve(self, context: Context, ignore_failures: bool = False) -> Any:
        """Return the value of the expression."""
        return self._find_or_none(context) if ignore_failures else self._find(context)


def value_finder(expression: FilterExpression) -> Find:
    """Return the function for an expression; a missing variable is ``string_if_invalid``."""
    return _or_invalid(expression.var, _filters(expression))


def value_or_none_finder(expression: FilterExpression) -> Find:
    """Return the function for an expression; a missing variable is ``None``."""
    return _filtered(_unfiltered(expression.var, missing=_none), _filters(expression))


def _filters(expression: FilterExpression) -> list[Apply]:
    return [_filter_function(function, arguments) for function, arguments in expression.filters]


def _none(_context: Context) -> None:
    return None


def _nothing(_context: Context) -> object:
    return _NOTHING


def _or_invalid(variable: Any, filters: Sequence[Apply]) -> Find:
    if not filters:
        return _unfiltered(variable, missing=None)
    find = _unfiltered(variable, missing=_nothing)

    def find_filtered(context: Context) -> Any:
        value = find(context)
        if value is _NOTHING:
            value = invalid_text(variable, context)
            # Django filters only an empty text in place of the variable.
            if value:
                return value
        for apply in filters:
            value = apply(value, context)
        return value

    return find_filtered


def _filtered(find: Find, filters: Sequence[Apply]) -> Find:
    if not filters:
        return find

    def find_filtered(context: Context) -> Any:
        value = find(context)
        for apply in filters:
            value = apply(value, context)
        return value

    return find_filtered


def _unfiltered(value: object, *, missing: Find | None) -> Find:
    """Return the function that finds a variable or a literal without filters.

    Without ``missing`` a variable that does not exist is ``string_if_invalid``.
    """
    if not isinstance(value, Variable):
        return lambda _context: value
    if value.translate:
        return value.resolve
    if value.lookups is None:
        literal = value.literal
        return lambda _context: literal
    return _shared_finder(str(value.var), missing)


@lru_cache(maxsize=MAX_VARIABLES)
def _shared_finder(name: str, missing: Find | None) -> Find:
    """Return the function of a variable, which all templates share."""
    variable = Variable(name)
    return variable_finder(variable, missing=missing or partial(invalid_text, variable))


def _filter_function(function: Callable[..., Any], arguments: list[tuple[bool, Any]]) -> Apply:
    wants_local_time = getattr(function, "expects_localtime", False)
    wants_autoescape = getattr(function, "needs_autoescape", False)
    is_safe = getattr(function, "is_safe", False)
    finders = [_argument_finder(is_looked_up, one) for is_looked_up, one in arguments]
    if not (wants_local_time or wants_autoescape or is_safe or finders):
        return lambda value, _context: function(value)

    def apply(value: Any, context: Context) -> Any:
        found = [find(context) for find in finders]
        if wants_local_time:
            value = template_localtime(value, context.use_tz)
        options = {"autoescape": context.autoescape} if wants_autoescape else {}
        result = function(value, *found, **options)
        # As in Django: a safe filter keeps a safe text safe.
        return mark_safe(result) if is_safe and isinstance(value, SafeData) else result  # noqa: S308

    return apply


def _argument_finder(is_looked_up: bool, argument: Any) -> Find:
    if not is_looked_up:
        # As in Django: the author of a template is trusted.
        literal = mark_safe(argument)  # noqa: S308
        return lambda _context: literal
    # A variable that does not exist as an argument is an error.
    resolve: Find = argument.resolve
    return resolve
