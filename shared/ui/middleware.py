"""Refusals by the domain that no view has told of itself."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from shared.kernel.errors import DomainError
from shared.ui.views import refusal_page

Responder = Callable[[HttpRequest], HttpResponse]


class RefusalMiddleware:
    """Turn a refusal by a use case into a page with the right status and its own sentence."""

    def __init__(self, get_response: Responder) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Hand on; the work is in ``process_exception``."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A page for a refusal; any other exception is a failure and goes on its way."""
        return refusal_page(request, exception) if isinstance(exception, DomainError) else None
