"""The nested form parameters of a request."""

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl

from fake_stripe.refusals import Json, invalid, missing

COMMON = ("expand",)
PAGING = ("limit", "starting_after", "ending_before")
DATES = ("created", "created.gt", "created.gte", "created.lt", "created.lte")


def bracketed(path: Iterable[str]) -> str:
    """Return ``("items", "0", "price")`` as Stripe writes it: ``items[0][price]``."""
    first, *rest = path
    return first + "".join(f"[{part}]" for part in rest)


def decoded(text: str) -> Json:
    """Return a form-encoded body as nested dicts and lists; keys numbered from 0 become a list."""
    tree: Json = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        parts = re.findall(r"[^\[\]]+|(?<=\[)(?=\])", name) or [name]
        here = tree
        for part in parts[:-1]:
            below = here.setdefault(part or str(len(here)), {})
            if not isinstance(below, dict):
                raise invalid(f"Invalid object: {name}", param=name)
            here = below
        here[parts[-1] or str(len(here))] = value
    return {name: _listed(value) for name, value in tree.items()}


def _listed(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if value and all(name.isdigit() for name in value):
        return [_listed(value[name]) for name in sorted(value, key=int)]
    return {name: _listed(inner) for name, inner in value.items()}


class Params:
    """The parameters of one request; a name with dots is the path of a nested parameter."""

    def __init__(self, tree: Json, *, inside: tuple[str, ...] = ()) -> None:
        self.tree = tree
        self.inside = inside

    def has(self, name: str) -> bool:
        """Return whether the parameter was sent, even with an empty text."""
        return self._at(name) is not None

    def text(self, name: str) -> str | None:
        """Return the text of a parameter, or None when the parameter is absent or empty."""
        value = self._at(name)
        if value is not None and not isinstance(value, str):
            raise invalid(f"Invalid string: {value}", param=self.named(name))
        return value or None

    def need(self, name: str) -> str:
        """Return the text of a required parameter. Raises ``Refused`` when it is missing."""
        value = self.text(name)
        if value is None:
            raise missing(self.named(name))
        return value

    def one_of(self, name: str, values: tuple[str, ...], default: str) -> str:
        """Return the parameter's text or the default. Raises ``Refused`` for a text not allowed."""
        value = self.text(name) or default
        if value not in values:
            known = ", ".join(values)
            raise invalid(
                f"Invalid {self.named(name)}: must be one of {known}", param=self.named(name)
            )
        return value

    def number(self, name: str, *, least: int | None = None) -> int | None:
        """Return the parameter as a whole number, or None when it is absent or empty."""
        value = self.text(name)
        if value is None:
            return None
        if not re.fullmatch(r"-?\d{1,15}", value):
            raise invalid(
                f"Invalid integer: {value}",
                param=self.named(name),
                code="parameter_invalid_integer",
            )
        if least is not None and int(value) < least:
            raise invalid(
                f"This value must be greater than or equal to {least}.", param=self.named(name)
            )
        return int(value)

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Return the parameter as a boolean. Raises ``Refused`` unless ``true`` or ``false``."""
        value = self.text(name)
        if value is None:
            return default
        if value not in {"true", "false"}:
            raise invalid(f"Invalid boolean: {value}", param=self.named(name))
        return value == "true"

    def texts(self, name: str) -> list[str]:
        """Return the parameter as a list of texts."""
        value = self._at(name)
        return [str(one) for one in value] if isinstance(value, list) else []

    def each(self, name: str) -> list["Params"]:
        """Return the parameter, a list of objects, as a list of ``Params``."""
        value = self._at(name)
        rows = value if isinstance(value, list) else []
        path = (*self.inside, *name.split("."))
        for place, row in enumerate(rows):
            if not isinstance(row, dict):
                raise invalid("Invalid object", param=bracketed((*path, str(place))))
        return [Params(row, inside=(*path, str(place))) for place, row in enumerate(rows)]

    def metadata(self, old: Json | None = None, *, name: str = "metadata") -> Json:
        """Return the old metadata with the request's changes; an empty value deletes its key."""
        given = self._at(name)
        if given == "":
            return {}
        merged = {**(old or {}), **(given if isinstance(given, dict) else {})}
        return {key: value for key, value in merged.items() if value != ""}

    def named(self, name: str) -> str:
        """Return the parameter's name as in Stripe's errors, for example ``items[0][price]``."""
        return bracketed((*self.inside, *name.split(".")))

    def refuse_unknown(self, known: frozenset[str]) -> None:
        """Refuse a request with a parameter that is not in ``known``."""
        for path in _leaves(self.tree, ()):
            dotted = ".".join(part for part in path if not part.isdigit())
            opened = {f"{'.'.join(dotted.split('.')[:n])}.*" for n in range(1, 6)}
            if dotted not in known and not opened & known:
                name = bracketed(path)
                raise invalid(
                    f"Received unknown parameter: {name}", param=name, code="parameter_unknown"
                )

    def _at(self, name: str) -> Any:
        value: Any = self.tree
        for part in name.split("."):
            value = value.get(part) if isinstance(value, dict) else None
        return value


def _leaves(value: Any, path: tuple[str, ...]) -> Iterable[tuple[str, ...]]:
    if isinstance(value, dict) and value:
        for name, inner in value.items():
            yield from _leaves(inner, (*path, name))
    elif isinstance(value, list) and value:
        for place, inner in enumerate(value):
            yield from _leaves(inner, (*path, str(place)))
    elif path:
        yield path
