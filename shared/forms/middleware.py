"""What was kept of a form is deleted once the form has been accepted, or its time is over."""

from urllib.parse import unquote

from django.http import HttpRequest, HttpResponse

from shared.forms.saved_input import KEPT_NOW, input_expire, input_forget
from shared.ui.form_keys import PARAMETER
from shared.ui.middleware import ResponderMiddleware


class SavedInputMiddleware(ResponderMiddleware):
    """Forget what was typed when what was sent has been accepted."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Hand on; a form that is answered by a redirect to another page was accepted."""
        response = self.get_response(request)
        if request.session.accessed:
            if request.method == "POST" and _is_accepted(request, response):
                input_forget(request)
            input_expire(request)
        return response


def _is_accepted(request: HttpRequest, response: HttpResponse) -> bool:
    # Kept just now, and led to the page where its sender comes in again.
    if hasattr(request, KEPT_NOW):
        return False
    target = response.get("Location") or response.get("HX-Redirect") or ""
    # Also inside of the address of a sign-in page, which names where to go on.
    return bool(target) and f"{PARAMETER}=" not in unquote(target)
