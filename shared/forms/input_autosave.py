"""The endpoint that saves unfinished forms and returns CSRF tokens."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from shared.forms.expired_session_input import input_of_begun
from shared.kernel import clock
from shared.ui.form_keys import form_key_read, user_number
from shared.ui.parts import signed_out_answer, words_answer


@require_http_methods(["GET", "POST"])
def typed_input(request: HttpRequest) -> HttpResponse:
    """Save an unfinished form (POST), or return a CSRF token with which it can be sent (GET).

    401: nobody is signed in. 403: another user is signed in. 413: the form is too long.
    """
    key = form_key_read(request)
    if key is None:
        return words_answer(request, _("Load this page again to save what you type."), status=400)
    if key.user.isdecimal() and key.user != user_number(request):
        if not request.user.is_authenticated:
            return signed_out_answer(request)
        words = _("Somebody else has signed in here. Copy what you typed; it cannot be saved.")
        return words_answer(request, words, status=403)
    if request.method == "GET":
        return JsonResponse({"token": get_token(request)})
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        # Without a cookie, each save would create a new session that nobody can use.
        return JsonResponse({"words": ""})
    if not input_of_begun(request):
        return words_answer(
            request, _("This is too long to be saved until you send it."), status=413
        )
    at = clock.now().astimezone(clock.NATIONAL_ZONE)
    return JsonResponse({"words": _("Saved at %(time)s") % {"time": f"{at:%H:%M}"}})
