import json
import re
from collections.abc import Callable
from functools import partial

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils.translation import gettext, override

from shared.kernel import memory
from shared.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound, TooManyAttempts
from shared.ui import error_pages
from shared.ui.middleware import DomainErrorMiddleware

DIRECTIONS = {"ar": "rtl", "fr": "ltr", "en": "ltr"}
PAGES: dict[int, tuple[Callable[..., HttpResponse], str]] = {
    400: (error_pages.bad_request, "This request cannot be understood"),
    403: (error_pages.permission_denied, "You may not open this page"),
    404: (error_pages.page_not_found, "There is nothing at this address"),
    405: (partial(error_pages.method_not_allowed, allow="POST"), "This address is not a page"),
    415: (error_pages.charset_refused, "This form of text is not accepted"),
    429: (partial(error_pages.error_page, status=429), "Too many tries"),
    500: (error_pages.server_error, "Something went wrong on our side"),
    503: (error_pages.unavailable, "Closed for a short while"),
}
WITH_EXCEPTION = (400, 403, 404)


def page_of(status, path="/"):
    view, _heading = PAGES[status]
    request = RequestFactory().get(path)
    return view(request, ValueError()) if status in WITH_EXCEPTION else view(request)


def heading(response):
    return re.findall(r"<h1>(.*?)</h1>", response.content.decode())


def language(response):
    return re.findall(r'<html lang="(\w+)" dir="(\w+)">', response.content.decode())


# Without the mark django_db: pytest refuses every access to the database.
@pytest.mark.parametrize("code", DIRECTIONS)
@pytest.mark.parametrize("status", PAGES)
def test_a_failure_is_told_in_the_language_of_the_page_without_a_database(status, code):
    response = page_of(status, f"/{code}/somewhere/")

    with override(code):
        assert heading(response) == [gettext(PAGES[status][1])]
    assert language(response) == [(code, DIRECTIONS[code])]
    assert response.status_code == status


def test_an_unknown_language_in_the_address_gives_a_page_in_the_readers_language():
    request = RequestFactory().get("/de/", headers={"accept-language": "fr-MA,fr;q=0.9"})

    assert language(error_pages.page_not_found(request, ValueError())) == [("fr", "ltr")]


def test_without_any_known_language_the_page_is_in_arabic():
    request = RequestFactory().get("/de/", headers={"accept-language": "de"})

    assert language(error_pages.page_not_found(request, ValueError())) == [("ar", "rtl")]


@pytest.mark.parametrize("status", PAGES)
def test_every_failure_shows_a_way_on(status):
    html = page_of(status, "/en/").content.decode()

    # A page that is away for a moment is asked for again; all others lead to the first one.
    way_on = "/en/" if status == 503 else "/"
    assert re.findall(r'<a class="button" href="(.*?)">', html) == [way_on]


def test_a_closed_service_offers_the_page_that_was_asked_for_with_its_query():
    html = page_of(503, "/en/organisations/?q=eau&page=2").content.decode()

    assert '<a class="button" href="/en/organisations/?q=eau&amp;page=2">Try again</a>' in html
    assert "sent twice" not in html


def test_a_closed_service_says_what_becomes_of_a_form_that_was_sent():
    request = RequestFactory().post("/en/submit/check/")

    html = error_pages.unavailable(request).content.decode()

    assert "A request that is sent twice is recorded once." in html
    # Its address alone would bring another page than the one that was filled in.
    assert re.findall(r'<a class="button" href="(.*?)">', html) == ["/"]


def test_the_page_is_offered_in_the_other_languages_on_the_citizens_host(settings):
    request = RequestFactory().get("/fr/gone/")
    request.urlconf = settings.PUBLIC_SCHEMA_URLCONF

    html = error_pages.page_not_found(request, ValueError()).content.decode()

    assert re.findall(r'<a href="(.*?)" lang="(\w+)"', html) == [
        ("/ar/gone/", "ar"),
        ("/fr/gone/", "fr"),
        ("/en/gone/", "en"),
    ]


def test_a_console_has_no_language_in_its_addresses_to_offer():
    html = page_of(404, "/gone/").content.decode()

    assert re.findall(r"hreflang", html) == []


def test_a_form_that_waited_too_long_is_refused_with_words_of_its_own():
    response = error_pages.csrf_failure_page(RequestFactory().post("/en/submit/"))

    assert heading(response) == ["The page was open for too long"]
    assert response.status_code == 403


def style_sheets(response):
    return re.findall(r'<link rel="stylesheet" href="(.*?)">', response.content.decode())


@pytest.fixture
def hashed_names(settings, tmp_path, fresh_templates):
    """Static files as they are installed: under names with a hash, listed in a file."""
    backend = "whitenoise.storage.CompressedManifestStaticFilesStorage"
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": backend}}
    return tmp_path / "staticfiles.json"


def test_a_failure_wears_the_styles_that_are_installed(hashed_names):
    names = ("tokens", "base", "layout", "components", "citizen")
    listed = {f"ui/css/{name}.css": f"ui/css/{name}.0123.css" for name in names}
    listed["ui/img/favicon.svg"] = "ui/img/favicon.0123.svg"
    hashed_names.write_text(json.dumps({"version": "1.1", "paths": listed, "hash": ""}))

    assert style_sheets(page_of(500)) == [f"/static/ui/css/{name}.0123.css" for name in names]


def test_a_failure_is_told_even_where_the_list_of_static_files_is_missing(hashed_names):
    response = page_of(500)

    assert style_sheets(response)[0] == "/static/ui/css/tokens.css"


def test_a_closed_service_says_when_to_come_back():
    assert page_of(503)["Retry-After"] == "120"


def test_under_api_a_failure_is_json():
    response = page_of(404, "/api/v1/nothing/")

    assert [error["code"] for error in json.loads(response.content)["errors"]] == ["not_found"]


def refused(exception):
    middleware = DomainErrorMiddleware(lambda request: HttpResponse())
    return middleware.process_exception(RequestFactory().get("/en/"), exception)


@pytest.mark.parametrize(
    ("refusal", "status", "said"),
    [
        (NotFound(), 404, "There is nothing at this address."),
        (NotAllowed(), 403, "You are not allowed to do this."),
        (InvalidInput(), 400, "This value cannot be understood. Check it and try again."),
        (Conflict(), 409, "This cannot be done as things stand now."),
        (TooManyAttempts(retry_after=90), 429, "There were too many attempts. Try again in 2 min."),
    ],
)
def test_a_refusal_by_the_domain_becomes_a_page_with_its_own_sentence(refusal, status, said):
    response = refused(refusal)

    assert response.status_code == status
    assert re.findall(r'<p class="lead">(.*?)</p>', response.content.decode()) == [said]


def test_a_limit_says_when_to_come_back():
    assert refused(TooManyAttempts(retry_after=90))["Retry-After"] == "90"


def test_a_failure_that_is_no_refusal_goes_on_its_way():
    assert refused(ValueError()) is None


@pytest.fixture
def _refused_memory(monkeypatch):
    monkeypatch.setattr(memory, "_noted_at", [])
    memory.note()


def after(error):
    """The answer to a request that was ended by this error."""
    try:
        raise error
    except type(error):
        return error_pages.server_error(RequestFactory().get("/fr/"))


def test_without_memory_no_page_is_made():
    with pytest.raises(MemoryError):
        after(MemoryError())


@pytest.mark.usefixtures("_refused_memory")
def test_an_error_for_want_of_memory_says_when_to_come_back():
    response = after(ValueError("no reason supplied"))

    assert (response.status_code, response["Retry-After"]) == (503, "10")


def test_an_error_of_ours_stays_one_of_ours():
    assert after(ValueError()).status_code == 500
