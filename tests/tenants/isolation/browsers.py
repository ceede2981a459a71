"""A browser with its cookies at one host, and every address that a host has."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from shared.accounts.models import User
from tenants.isolation.schema_switch import agency_context, start_in
from tenants.models import Agency
from tests.support.sessions import open_session


@dataclass
class Browser:
    """One person's browser; between two clicks the test stands in the public schema."""

    host: str
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    def get(self, path: str, **headers: str) -> HttpResponseBase:
        """Open a page."""
        return self.ask("get", path, None, **headers)

    def post(
        self, path: str, data: Mapping[str, object] | None = None, **headers: str
    ) -> HttpResponseBase:
        """Send a form."""
        return self.ask("post", path, data, **headers)

    def send(self, path: str, data: Mapping[str, object], **headers: str) -> HttpResponseBase:
        """Send JSON."""
        return self.ask("post", path, data, content_type="application/json", **headers)

    def ask(
        self, method: str, path: str, data: Mapping[str, Any] | None, **headers: str
    ) -> HttpResponseBase:
        """Any method; the body is read within, as a server would."""
        kind = {"content_type": headers.pop("content_type")} if "content_type" in headers else {}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            answer: HttpResponseBase = getattr(self.client, method)(
                path, data, headers={"host": self.host, **named}, **kind
            )
            if answer.streaming:
                answer.streaming_content = [b"".join(answer)]
        finally:
            start_in(None)
        return answer

    def signed_in(self, agency: Agency, user_id: int) -> "Browser":
        """The same browser, as a member of that agency's staff."""
        with agency_context(agency):
            open_session(self.client, User.objects.get(pk=user_id))
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """One pattern of an urlconf: its text with the names of what is filled in."""

    route: str
    names: tuple[str, ...]

    def path(self, values: Mapping[str, object]) -> str:
        """The address with everything filled in. Raises ``KeyError`` for a name without a value."""
        filled = self.route
        for name in self.names:
            start = filled.index("<")
            end = filled.index(">", start)
            filled = f"{filled[:start]}{values[name]}{filled[end + 1 :]}"
        return f"/{filled}"


def addresses(urlconf: str) -> list[Address]:
    """Every address of an urlconf that is written with ``path()``, in order."""
    return [
        Address(route=route, names=tuple(pattern.pattern.converters))
        for route, pattern in _patterns(get_resolver(urlconf), "")
        if "^" not in route
    ]


def _patterns(resolver: URLResolver, before: str) -> Iterator[tuple[str, URLPattern]]:
    for pattern in resolver.url_patterns:
        # The root's own pattern is "^/"; below it every part is a piece of the address.
        route = f"{before}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            yield from _patterns(pattern, route)
        else:
            yield route, pattern
