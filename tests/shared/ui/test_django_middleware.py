"""Our middleware for languages and messages answers as Django's does."""

from itertools import product

import pytest
from django.conf import settings
from django.contrib import messages
from django.contrib.messages.middleware import MessageMiddleware
from django.http import HttpResponse
from django.middleware.locale import LocaleMiddleware
from django.test import RequestFactory
from django.utils import translation

from shared.ui import django_middleware
from shared.ui.django_middleware import LanguageMiddleware, LazyMessageMiddleware

PATHS = (
    "/", "/fr/", "/ar/track/", "/en", "/de/", "/french/", "/fr-ca/", "/api/v1/complaints/",
    "/cases/", "//fr/", "/fr.txt",
)  # fmt: skip
COOKIES = (None, "", "fr", "en", "xx", "ar-ma")
ACCEPTED = ("", "fr", "en-GB,en;q=0.5", "xx;q=1,fr;q=0.1", "*", "ar;q=z", "fr" * 200)
COOKIE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
URLCONFS = (settings.PUBLIC_SCHEMA_URLCONF, settings.ROOT_URLCONF)


@pytest.fixture(autouse=True)
def no_language_left():
    yield
    translation.deactivate()


def requested(path, cookie, accepted, urlconf):
    request = RequestFactory().get("/", HTTP_ACCEPT_LANGUAGE=accepted)
    request.path_info, request.urlconf = path, urlconf
    if cookie is not None:
        request.COOKIES[settings.LANGUAGE_COOKIE_NAME] = cookie
    return request


def answered(middleware, request, status):
    """The language in force in the view, and the headers and status that come of it."""
    seen = []

    def view(_request):
        seen.append((translation.get_language(), request.LANGUAGE_CODE))
        return HttpResponse(status=status)

    translation.deactivate()
    middleware.get_response = view
    response = middleware(request)
    return seen, response.status_code, dict(response.items())


@pytest.mark.parametrize("status", [200, 304, 404])
def test_the_language_is_the_one_that_django_finds(status):
    ours, djangos = LanguageMiddleware(HttpResponse), LocaleMiddleware(HttpResponse)
    asked = list(product(PATHS, COOKIES, ACCEPTED, URLCONFS))

    for _round in range(2):
        found = [answered(ours, requested(*one), status) for one in asked]
        assert found == [answered(djangos, requested(*one), status) for one in asked]
    assert ours._known


def test_a_view_may_speak_another_language_than_the_browser():
    def view(_request):
        translation.activate("fr")
        return HttpResponse()

    request = requested("/cases/", None, "en", settings.ROOT_URLCONF)
    middleware = LanguageMiddleware(view)
    middleware.process_request(request)

    response = middleware.process_response(request, view(request))

    assert response.headers["Content-Language"] == "fr"


def test_few_and_short_requests_are_remembered(monkeypatch):
    monkeypatch.setattr(django_middleware, "MAX_KNOWN", 3)
    middleware = LanguageMiddleware(lambda _request: HttpResponse())

    for number in range(10):
        middleware(requested(f"/{number}/", None, "", settings.ROOT_URLCONF))
        assert 0 < len(middleware._known) <= 3
    known = dict(middleware._known)
    middleware(requested("/", None, "x" * 201, settings.ROOT_URLCONF))

    assert middleware._known == known


@pytest.mark.parametrize("text", ["", "saved"])
def test_messages_are_stored_as_django_stores_them(monkeypatch, text):
    # The other storage needs a session for messages that are too long for a cookie.
    monkeypatch.setattr(settings, "MESSAGE_STORAGE", COOKIE_STORAGE)

    def view(request):
        if text:
            messages.success(request, text)
        return HttpResponse()

    found = []
    for middleware in (LazyMessageMiddleware, MessageMiddleware):
        response = middleware(view)(RequestFactory().get("/"))
        found.append({name: morsel.value for name, morsel in response.cookies.items()})

    assert found[0].keys() == found[1].keys()
    assert bool(found[0]) == bool(text)


def test_a_request_without_messages_makes_no_storage(monkeypatch):
    made: list[object] = []
    monkeypatch.setattr(django_middleware, "default_storage", made.append)

    LazyMessageMiddleware(lambda _request: HttpResponse())(RequestFactory().get("/"))

    assert made == []
