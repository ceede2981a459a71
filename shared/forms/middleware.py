"""Middleware that deletes the saved input of forms that were accepted or have expired."""

from urllib.parse import unquote

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from shared.forms.expired_session_input import KEPT_NOW, input_expire, input_forget, saved_input
from shared.ui.form_keys import PARAMETER, with_input
from shared.ui.middleware import ResponderMiddleware
from shared.ui.parts import is_part


class SavedInputMiddleware(ResponderMiddleware):
    """The middleware that deletes the saved input of accepted forms."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Return the response, or a redirect if the page for some saved input cannot be opened.

        The saved input of an accepted form, and expired input, are deleted.
        """
        response = self.get_response(request)
        if response.status_code in (403, 404) and _has_lost_page(request):
            return HttpResponseRedirect(with_input(request, "/"))
        if request.session.accessed:
            if request.method == "POST" and _is_accepted(request, response):
                input_forget(request)
            input_expire(request)
        return response


def _has_lost_page(request: HttpRequest) -> bool:
    """Return whether the request is for a page of the console with existing saved input.

    If the user may not open this page, the first page shows the saved input.
    """
    is_staffs = getattr(request, "urlconf", "") != settings.PUBLIC_SCHEMA_URLCONF
    is_asked = request.method == "GET" and PARAMETER in request.GET and not is_part(request)
    return is_staffs and is_asked and request.path != "/" and saved_input(request) is not None


def _is_accepted(request: HttpRequest, response: HttpResponse) -> bool:
    # A form that was saved in this request was not accepted.
    if hasattr(request, KEPT_NOW):
        return False
    target = response.get("Location") or response.get("HX-Redirect") or ""
    # An accepted form redirects to an address without the parameter. The address is unquoted,
    # because a sign-in address may contain another address with the parameter.
    return bool(target) and f"{PARAMETER}=" not in unquote(target)
