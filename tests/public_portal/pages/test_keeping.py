"""Who may keep a page: anybody what is public, nobody what is about a person."""

from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from shared.directory.models import Organisation
from shared.kernel import clock
from shared.knowledge_base.models import Article
from shared.ui.cache_control import public_page
from shared.ui.middleware import CacheControlMiddleware
from tests.shared.register.factories import at, registered, story
from tests.support.factories import articles_loaded, organisation_of

pytestmark = pytest.mark.django_db

PUBLIC = [
    "/fr/",
    "/fr/about/",
    "/fr/accessibility/",
    "/fr/privacy/",
    "/fr/kept/",
    "/fr/manifest.webmanifest",
    "/offline/",
    "/robots.txt",
    "/sitemap.xml",
    "/fr/organisations/",
    "/fr/organisations/?kind=institution",
    "/fr/organisations/roads/",
    "/fr/statistics/",
    "/fr/statistics/roads/",
    "/fr/statistics/figures.csv",
    "/fr/answers/",
    "/fr/answers/cost/",
    "/api/v1/organisations/",
    "/api/v1/organisations/roads/categories/",
    "/api/v1/statistics/",
    "/api/v1/schema/",
    "/api/v1/docs/",
]
PRIVATE = [
    "/",
    "/fr/track/",
    "/fr/track/case/",
    "/fr/submit/",
    "/fr/nothing/",
    "/api/v1/nothing/",
    "/healthz",
    # What somebody looks for.
    "/fr/answers/?q=divorce",
    "/fr/organisations/?q=tribunal",
    "/api/v1/organisations/?q=tribunal",
]


@pytest.fixture(autouse=True)
def _something_to_read(roads, water):
    organisation_of(roads)
    organisation_of(water)
    articles_loaded()
    with clock.travel(at(100)):
        yield


def asked_again(client, path, first):
    return client.get(path, headers={"if-none-match": first["ETag"]})


@pytest.mark.parametrize("path", PUBLIC)
def test_a_public_page_that_has_not_changed_is_answered_without_a_body(client, path):
    first = client.get(path)

    second = asked_again(client, path, first)

    assert (first.status_code, second.status_code, second.content) == (200, 304, b"")
    assert second["Cache-Control"] == first["Cache-Control"] == "public, max-age=60"
    assert second["Vary"] == first["Vary"]


@pytest.mark.parametrize("path", PUBLIC)
def test_a_public_page_gives_no_cookie_and_minds_those_that_come(client, path):
    page = client.get(path)

    assert "Set-Cookie" not in page.headers
    assert dict(page.cookies) == {}
    assert "Cookie" in page["Vary"].split(", ")


@pytest.mark.parametrize("path", ["/fr/organisations/?kind=institution", "/api/v1/organisations/"])
def test_a_body_that_was_renamed_is_sent_anew(client, path):
    first = client.get(path)
    Organisation.objects.filter(code="roads").update(name_fr="Voirie", name_ar="طرقات")

    second = asked_again(client, path, first)

    assert second.status_code == 200
    assert "Voirie" in second.content.decode()


def test_an_answer_that_was_rewritten_is_sent_anew(client):
    first = client.get("/fr/answers/cost/")
    Article.objects.filter(slug="cost").update(answer_fr="C’est gratuit, toujours.")

    second = asked_again(client, "/fr/answers/cost/", first)

    assert second.status_code == 200
    assert "C’est gratuit, toujours." in second.content.decode()


@pytest.mark.parametrize("path", ["/fr/statistics/", "/api/v1/statistics/"])
def test_figures_that_have_moved_are_sent_anew(client, roads, path):
    first = client.get(path)
    registered(roads, *[story(("received", 90)) for _ in range(12)])

    assert asked_again(client, path, first).status_code == 200


def test_a_programme_that_asks_later_hears_that_the_figures_are_the_same(client):
    first = client.get("/api/v1/statistics/")

    with clock.travel(at(100) + timedelta(minutes=5)):
        second = asked_again(client, "/api/v1/statistics/", first)
        whole = client.get("/api/v1/statistics/")

    assert second.status_code == 304
    assert whole.json()["as_of"] != first.json()["as_of"]


def test_two_languages_of_a_page_are_two_pages(client):
    french = client.get("/fr/about/")

    english = asked_again(client, "/en/about/", french)

    assert english.status_code == 200
    assert english["ETag"] != french["ETag"]


def test_an_address_without_a_language_says_that_it_depends_on_the_readers(client):
    path = "/api/v1/statistics/?group=agency"
    french = client.get(path, headers={"accept-language": "fr"})

    english = client.get(path, headers={"accept-language": "en", "if-none-match": french["ETag"]})

    assert english.status_code == 200
    assert english["Vary"] == "Accept-Language, Cookie"


@pytest.mark.parametrize("path", PRIVATE)
def test_what_is_not_public_is_kept_nowhere(client, path):
    page = client.get(path)

    assert {"private", "no-store"} <= set(page["Cache-Control"].split(", "))
    assert "ETag" not in page.headers


@pytest.mark.parametrize("host", ["roads", "water", "oversight", "unknown"])
@pytest.mark.parametrize("path", ["/", "/accounts/login/", "/fr/about/"])
def test_no_page_of_another_site_is_kept(client, host, path):
    page = client.get(path, headers={"host": f"{host}.testserver"})

    assert {"private", "no-store"} <= set(page["Cache-Control"].split(", "))
    assert "ETag" not in page.headers


def test_a_page_with_a_message_for_its_reader_is_not_for_others(client):
    client.post("/fr/track/leave/")

    told = client.get("/fr/about/")
    after = client.get("/fr/about/")

    assert told["Cache-Control"] == "private, no-store"
    assert after["Cache-Control"] == "public, max-age=60"


def kept(settings, *, urlconf="", status=200, cookie=False):
    """What becomes of the Cache-Control of a view that calls itself public."""

    @public_page
    def view(request):
        response = HttpResponse(status=status)
        if cookie:
            response.set_cookie("language", "fr")
        return response

    request = RequestFactory().get("/")
    request.urlconf = urlconf or settings.PUBLIC_SCHEMA_URLCONF
    return CacheControlMiddleware(view)(request)["Cache-Control"]


def test_what_a_view_calls_public_may_be_kept(settings):
    assert kept(settings) == "public, max-age=60"


def test_what_a_view_of_a_console_calls_public_is_kept_nowhere(settings):
    assert kept(settings, urlconf=settings.ROOT_URLCONF) == "private, no-store"
    assert kept(settings, urlconf=settings.OVERSIGHT_URLCONF) == "private, no-store"


def test_what_brings_a_cookie_is_kept_nowhere(settings):
    assert kept(settings, cookie=True) == "private, no-store"


def test_a_refusal_is_kept_nowhere(settings):
    assert kept(settings, status=404) == "private, no-store"
