"""Every address of the three sites, generated from their URL patterns."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.urls import get_resolver
from django.utils.regex_helper import normalize
from django.utils.translation import override

SITES = {
    "testserver": "config.urls_public",
    "oversight.testserver": "config.urls_oversight",
    "roads.testserver": "config.urls_agency",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A pattern of one site, its parts that are not fixed by the kind of their converter, a name.

    The name has its namespace before it. ``view`` is what answers there.
    """

    host: str
    pattern: str
    parts: Mapping[str, str]
    name: str = ""
    view: Callable[..., Any] = field(compare=False, repr=False)

    def path(self, values: Mapping[str, str]) -> str:
        """The address with these values for its parts."""
        return "/" + self.pattern % {name: values[name] for name in self.parts}

    def __str__(self) -> str:
        """What a test is called by."""
        return f"{self.host}/{self.pattern}"


def addresses() -> list[Address]:
    """All of them, in French where an address begins with a language."""
    with override("fr"):
        return [
            Address(host=host, pattern=pattern, parts=parts, name=name, view=view)
            for host, urlconf in SITES.items()
            for pattern, parts, name, view in _walk(get_resolver(urlconf), "", {}, "")
        ]


def _walk(
    resolver: Any, before: str, parts: Mapping[str, str], namespace: str
) -> Iterator[tuple[str, dict[str, str], str, Callable[..., Any]]]:
    for one in resolver.url_patterns:
        kinds = {
            name: type(converter).__name__ for name, converter in one.pattern.converters.items()
        }
        for text, names in normalize(one.pattern.regex.pattern):
            pattern = before + text
            found = {**parts, **{name: kinds.get(name, "re") for name in names}}
            if hasattr(one, "url_patterns"):
                inner = f"{namespace}{one.namespace}:" if one.namespace else namespace
                yield from _walk(one, pattern, found, inner)
            else:
                yield pattern, found, f"{namespace}{one.name}", one.callback
