"""People who type into a longer form, for the table of all such forms."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.test import Client

from shared.accounts.models import User
from tenants.isolation.schema_switch import agency_context, start_in
from tenants.models import Agency
from tests.all_forms.forms import Form, forms_on
from tests.support.refused_forms import post_only
from tests.support.sessions import open_session

# As a browser says of a form of the same site.
SAME_ORIGIN = {"sec-fetch-site": "same-origin"}


@dataclass
class Typist:
    """One browser at one host; ``user`` signs in there (``None``: a citizen without an account)."""

    host: str
    agency: Agency | None = None
    user: User | None = None
    # How a citizen comes to the page again; staff sign in.
    enter: Callable[["Typist"], HttpResponse] | None = None
    client: Client = field(init=False)

    def __post_init__(self) -> None:
        """Open the browser."""
        self.client = Client(headers={"host": self.host})

    def get(self, path: str) -> HttpResponse:
        """Open a page, in English."""
        return self._ask(self.client.get, path)

    def post(self, path: str, data: dict[str, Any]) -> HttpResponse:
        """Send a form; a redirect is not followed."""

        def send(target: str, *args: Any, **options: Any) -> Any:
            return post_only(self.client, target, *args, **options)

        return self._ask(send, path, data)

    @property
    def person(self) -> User:
        """Who signs in here."""
        assert self.user is not None
        return self.user

    def sign_in(self, user: User | None = None) -> HttpResponse | None:
        """Be that person, or whoever it was before; the page to which a citizen is led then."""
        if self.enter is not None:
            return self.enter(self)
        if self.agency is not None:
            with agency_context(self.agency):
                open_session(self.client, user or self.person)
        else:
            open_session(self.client, user or self.person)
        return None

    def end_session(self) -> None:
        """Let every session of this site end."""
        if self.agency is not None:
            with agency_context(self.agency):
                Session.objects.all().delete()
        else:
            Session.objects.all().delete()

    def form(self, page: str, name: str) -> Form:
        """The form of a page with that field, as a browser would send it."""
        found = forms_on(self.get(page).content.decode())
        return next(one for one in found if name in one.fields)

    def _ask(self, method: Callable[..., Any], path: str, *args: Any) -> HttpResponse:
        self.client.cookies["language"] = "en"
        self.client.raise_request_exception = False
        try:
            answer: HttpResponse = method(path, *args, headers={"host": self.host, **SAME_ORIGIN})
        finally:
            start_in(None)
        return answer


def target_of(answer: HttpResponse) -> str:
    """Where an answer leads in the end: behind the sign-in page to which it may lead first."""
    asked = urlsplit(answer["Location"])
    return parse_qs(asked.query).get("next", [answer["Location"]])[0]
