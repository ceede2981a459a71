"""Record where a citizen is signed in."""

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

# A visit is written down as going on once in so many seconds.
RECORD_SECONDS = 600


class CitizenSessionMiddleware(ResponderMiddleware):
    """Record, every few minutes, the session of a citizen, so that they can see and end it."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Call the next responder, then record the session of who is signed in."""
        response = self.get_response(request)
        # Only where the session was opened anyway, which is where somebody is signed in.
        is_here = is_citizens_site(request) and request.session.accessed
        # The REST interface knows tokens alone and leaves no user at all on a request.
        user = cast(User | AnonymousUser | None, request.user)
        if is_here and user and user.is_authenticated and request.session.session_key:
            _note(request, request.session.session_key, user.pk)
        return response


def _note(request: HttpRequest, key: str, user_id: int) -> None:
    now = clock.now()
    known = request.session.get(CITIZEN_SESSION_KEY, {})
    # Another key after each proof of who one is: a visit must be found by the present one.
    if (
        known.get("key") == key
        and now.timestamp() - known["at"] < RECORD_SECONDS
        and known.get("user") == user_id
    ):
        return
    if known.get("user") != user_id:
        known = {"id": str(uuid7()), "user": user_id}
        # Fixed, or what is noted in it would move the end of the session on and on.
        request.session.set_expiry(request.session.get_expiry_date())
    citizen_session_record(
        session_id=UUID(known["id"]),
        user_id=user_id,
        session_key=key,
        device=device_of(request.headers.get("User-Agent", "")),
    )
    request.session[CITIZEN_SESSION_KEY] = {**known, "key": key, "at": now.timestamp()}
