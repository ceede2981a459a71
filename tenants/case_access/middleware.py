"""Middleware that records the sessions of signed-in citizens."""

from typing import cast
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse

from shared.accounts.models import User
from shared.accounts.permissions import is_citizens_site
from shared.kernel import clock
from shared.kernel.devices import device_of
from shared.kernel.identifiers import uuid7
from shared.ui.middleware import ResponderMiddleware
from tenants.case_access.services.citizen_sessions import citizen_session_record
from tenants.case_access.types import CITIZEN_SESSION_KEY

# A session whose key is unchanged is recorded as in use at most once in this time.
RECORD_SECONDS = 600


class CitizenSessionMiddleware(ResponderMiddleware):
    """A middleware that records when a citizen's session was used, for the list of sessions."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Get the response, then record the session of a signed-in citizen."""
        response = self.get_response(request)
        # If no code has read the session, nobody is signed in, and the session is not loaded.
        is_here = is_citizens_site(request) and request.session.accessed
        # Requests to the REST interface have no user, because the interface uses only tokens.
        user = cast(User | AnonymousUser | None, request.user)
        if is_here and user and user.is_authenticated and request.session.session_key:
            _note(request, request.session.session_key, user.pk)
        return response


def _note(request: HttpRequest, key: str, user_id: int) -> None:
    now = clock.now()
    known = request.session.get(CITIZEN_SESSION_KEY, {})
    # The key changes after each sign-in, and the record must have the current key.
    if (
        known.get("key") == key
        and now.timestamp() - known["at"] < RECORD_SECONDS
        and known.get("user") == user_id
    ):
        return
    if known.get("user") != user_id:
        known = {"id": str(uuid7()), "user": user_id}
        # The expiry is fixed here, because each change of a session would postpone its end.
        request.session.set_expiry(request.session.get_expiry_date())
    citizen_session_record(
        session_id=UUID(known["id"]),
        user_id=user_id,
        session_key=key,
        device=device_of(request.headers.get("User-Agent", "")),
    )
    request.session[CITIZEN_SESSION_KEY] = {**known, "key": key, "at": now.timestamp()}
