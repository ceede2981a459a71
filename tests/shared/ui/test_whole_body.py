"""A refused request is read to its end, or its sender would never hear why."""

from io import BytesIO

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse

from shared.ui import middleware
from shared.ui.middleware import DrainRequestBodyMiddleware


def asked(body: bytes) -> tuple[WSGIRequest, BytesIO]:
    """A POST, and the wire on which its body lies."""
    wire = BytesIO(body + b"the next request")
    return WSGIRequest(
        {
            "REQUEST_METHOD": "POST",
            "CONTENT_LENGTH": str(len(body)),
            "CONTENT_TYPE": "application/json",
            "wsgi.input": wire,
        }
    ), wire


def refuse(_request: HttpRequest) -> HttpResponse:
    """A view that does not look at what was sent."""
    return HttpResponse(status=401)


def test_what_the_view_did_not_read_is_read_and_no_more():
    request, wire = asked(b"x" * 200_000)

    response = DrainRequestBodyMiddleware(refuse)(request)

    assert (response.status_code, wire.read()) == (401, b"the next request")


def test_a_body_without_end_is_not_read_for_ever(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(middleware, "MAX_BODY_SIZE", 100_000)
    request, wire = asked(b"x" * 200_000)

    DrainRequestBodyMiddleware(refuse)(request)

    assert wire.tell() == 100_000


def test_what_the_view_read_is_still_there():
    request, _wire = asked(b"{}")

    DrainRequestBodyMiddleware(lambda one: HttpResponse(one.body))(request)

    assert request.body == b"{}"
