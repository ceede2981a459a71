"""Conditions of ``{% if %}`` as prepared functions."""

import operator
from collections.abc import Callable
from types import MappingProxyType
from typing import Any

from django.template import Context
from django.template.base import VariableDoesNotExist
from django.template.defaulttags import TemplateLiteral
from django.template.smartif import OPERATORS

from shared.ui.rendering.expressions import value_or_none_finder
from shared.ui.rendering.lookups import Find

COMPARISONS: MappingProxyType[str, Callable[[Any, Any], Any]] = MappingProxyType(
    {
        "==": operator.eq,
        "!=": operator.ne,
        ">": operator.gt,
        ">=": operator.ge,
        "<": operator.lt,
        "<=": operator.le,
        "is": operator.is_,
        "is not": operator.is_not,
        "in": lambda one, other: one in other,
        "not in": lambda one, other: one not in other,
    }
)


def condition_finder(condition: Any) -> Find:
    """Return the function that evaluates a condition, as ``IfNode`` does."""
    find = _finder(condition)
    if not (_is_literal(condition) and condition.value.filters):
        return find

    def find_or_none(context: Context) -> Any:
        # An argument of a filter may be a variable that does not exist.
        try:
            return find(context)
        except VariableDoesNotExist:
            return None

    return find_or_none


def _finder(condition: Any) -> Find:
    if _is_literal(condition):
        return value_or_none_finder(condition.value)
    first = _finder(condition.first)
    if condition.id == "not":
        return _negated(first)
    second = _finder(condition.second)
    if condition.id == "and":
        return _conjunction(first, second)
    if condition.id == "or":
        return _disjunction(first, second)
    return _comparison(COMPARISONS[condition.id], first, second)


def has_known_operators(condition: Any) -> bool:
    """Return whether a condition has only the operators of Django."""
    if condition is None or _is_literal(condition):
        return True
    is_operator = type(condition) is OPERATORS.get(condition.id)
    return (
        is_operator
        and has_known_operators(condition.first)
        and has_known_operators(condition.second)
    )


def _is_literal(condition: Any) -> bool:
    # Django's name of a variable or a constant with filters.
    return type(condition) is TemplateLiteral


def _negated(first: Find) -> Find:
    def find(context: Context) -> Any:
        # For Django, every operator that fails is false, also as a part of a longer condition.
        try:
            return not first(context)
        except Exception:
            return False

    return find


def _conjunction(first: Find, second: Find) -> Find:
    def find(context: Context) -> Any:
        try:
            return first(context) and second(context)
        except Exception:
            return False

    return find


def _disjunction(first: Find, second: Find) -> Find:
    def find(context: Context) -> Any:
        try:
            return first(context) or second(context)
        except Exception:
            return False

    return find


def _comparison(compare: Callable[[Any, Any], Any], first: Find, second: Find) -> Find:
    def find(context: Context) -> Any:
        try:
            return compare(first(context), second(context))
        except Exception:
            return False

    return find
