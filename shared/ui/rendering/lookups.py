"""Lookup of the variables of templates, in the order and with the rules of Django.

Django tries ``value["name"]`` before ``value.name`` for every part of a variable, and learns from
an exception that the value has no items. Here the type of the value is asked first. Otherwise this
module repeats ``Variable._resolve_lookup``; the tests compare results and calls of both.
"""

import inspect
import logging
from collections.abc import Callable
from typing import Any

from django.template import Context
from django.template.base import Variable, VariableDoesNotExist
from django.template.context import BaseContext

# A function that returns a value of a context.
Find = Callable[[Context], Any]

# Django's exceptions for "no such item".
NO_ITEM = (TypeError, AttributeError, KeyError, ValueError, IndexError)
# Failed lookups are logged where Django logs them.
_log = logging.getLogger("django.template")


def variable_finder(variable: Variable, *, missing: Find) -> Find:
    """Return the function that finds a variable; ``missing`` is for one that does not exist."""
    first, *rest = variable.lookups or ()

    def find(context: Context) -> Any:
        for scope in reversed(context.dicts):
            if first in scope:
                value = scope[first]
                break
        else:
            return _of_context(variable, context, missing)
        name = first
        try:
            value = _called(value, context) if callable(value) else value
            for name in rest:
                if hasattr(type(value), "__getitem__"):
                    value = _item(value, name)
                else:
                    try:
                        value = getattr(value, name)
                    except (TypeError, AttributeError):
                        value = _without_attribute(value, name)
                value = _called(value, context) if callable(value) else value
        except Exception as error:
            return _failed(error, name, context, missing)
        return value

    return find


def _of_context(variable: Variable, context: Context, missing: Find) -> Any:
    """Return the value of a variable that is no name of the context."""
    # Nothing was called yet, so Django can look the variable up.
    try:
        return variable.resolve(context)
    except VariableDoesNotExist:
        return missing(context)


def _item(value: Any, name: str) -> Any:
    """Return the item of a value, else its attribute, else its item of that number.

    Raises ``VariableDoesNotExist``.
    """
    try:
        return value[name]
    except NO_ITEM:
        pass
    is_context = isinstance(value, BaseContext)
    try:
        # The methods of a context are no variables.
        if is_context and getattr(type(value), name):
            raise AttributeError
        return getattr(value, name)
    except (TypeError, AttributeError):
        return _numbered(value, name) if is_context else _without_attribute(value, name)


def _without_attribute(value: Any, name: str) -> Any:
    """Return the item of that number, in the handler of the error of the attribute."""
    # The error of a property is not hidden.
    if name in dir(value):
        raise
    return _numbered(value, name)


def _numbered(value: Any, name: str) -> Any:
    try:
        return value[int(name)]
    except (IndexError, ValueError, KeyError, TypeError) as error:
        raise VariableDoesNotExist("Failed lookup for key [%s] in %r", (name, value)) from error


def _called(value: Any, context: Context) -> Any:
    """Return the result of a callable value, or the value itself if it may not be called."""
    if getattr(value, "do_not_call_in_templates", False):
        return value
    if getattr(value, "alters_data", False):
        return string_if_invalid(context)
    try:
        return value()
    except TypeError:
        # Missing arguments make the variable invalid; an error inside of the call is not hidden.
        if _needs_arguments(value):
            return string_if_invalid(context)
        raise


def _needs_arguments(value: Any) -> bool:
    try:
        signature = inspect.signature(value)
    except ValueError:
        return True
    try:
        signature.bind()
    except TypeError:
        return True
    return False


def _failed(error: Exception, name: str, context: Context, missing: Find) -> Any:
    """Return what replaces the value; raises the error again if the error is not silent."""
    _log.debug(
        "Exception while resolving variable '%s' in template '%s'.",
        name,
        getattr(context, "template_name", None) or "unknown",
        exc_info=error,
    )
    if getattr(error, "silent_variable_failure", False):
        return string_if_invalid(context)
    if isinstance(error, VariableDoesNotExist):
        return missing(context)
    raise error


def string_if_invalid(context: Context) -> Any:
    """Return the engine's text for variables that do not exist."""
    # A context has a template while it is rendered.
    return context.template.engine.string_if_invalid  # type: ignore[union-attr]


def invalid_text(variable: Variable, context: Context) -> Any:
    """Return what Django writes in place of a variable that does not exist."""
    text = string_if_invalid(context)
    return text % variable if "%s" in text else text
