"""The cookie that tells caches whether the menu of the citizens' site says "My account".

It holds no name and gives no access: pages that are about a person read the session.
"""

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase


def signed_in_cookie_settle(request: HttpRequest, response: HttpResponseBase) -> None:
    """Set the cookie for a reader who is signed in, and delete it for any other reader."""
    name = settings.SIGNED_IN_COOKIE_NAME
    # Requests to the REST interface have no user.
    is_signed_in = bool(request.user and request.user.is_authenticated)
    if is_signed_in == (name in request.COOKIES):
        return
    if not is_signed_in:
        response.delete_cookie(name, samesite="Lax")
        return
    response.set_cookie(
        name,
        "1",
        max_age=request.session.get_expiry_age(),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
