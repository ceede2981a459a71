"""The first page as a process keeps it: the same bytes for every reader without a session."""

import gzip
from datetime import timedelta

import pytest
from django.test import Client

from shared.kernel import clock
from tenants.agencies.selectors import address_book_clear
from tests.public_portal.account.door import Account
from tests.shared.register.factories import at, figures_forgotten, registered, story

pytestmark = pytest.mark.django_db

PATHS = ["/fr/", "/ar/", "/en/", "/fr/statistics/"]
PERSONAL = ["sessionid=x", "messages=x", "unknown=x", "csrftoken=x; unknown=x"]


@pytest.fixture(autouse=True)
def _remembered_as_in_production(settings):
    settings.FIGURES_SECONDS = 60
    settings.ADDRESS_BOOK_SECONDS = 5
    _forget()
    with clock.travel(at(100)):
        yield
    _forget()


def _forget():
    figures_forgotten()
    address_book_clear()


def browser(**headers):
    """A browser of its own; with it comes the middleware, whose memory is empty."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return Client(headers={"host": "testserver", **given})


def is_kept(response):
    """Whether no template was rendered for this answer."""
    return [template.name for template in response.templates] == []


@pytest.fixture
def reader():
    """Somebody without a cookie."""
    return browser()


@pytest.mark.parametrize("path", PATHS)
def test_the_second_reader_gets_the_bytes_of_the_first(reader, path, django_assert_num_queries):
    first = reader.get(path)

    with django_assert_num_queries(0):
        second = reader.get(path)

    assert (is_kept(first), is_kept(second)) == (False, True)
    assert (second.status_code, second.content) == (200, first.content)
    assert dict(second.headers) == dict(first.headers)


def test_a_compressed_page_is_kept_with_the_same_headers_and_text(reader):
    plain = reader.get("/fr/")
    compressing = browser(accept_encoding="gzip, br")
    first = compressing.get("/fr/")
    second = compressing.get("/fr/")

    assert is_kept(second)
    assert gzip.decompress(second.content) == plain.content
    lengths = {"Content-Length"}
    assert {name: second[name] for name in second.headers if name not in lengths} == {
        name: first[name] for name in first.headers if name not in lengths
    }
    assert second["Content-Length"] == str(len(second.content))


def test_a_reader_who_takes_no_compression_gets_none_of_the_kept(reader):
    compressing = browser(accept_encoding="gzip")
    compressing.get("/fr/")
    reader.get("/fr/")

    page = reader.get("/fr/")

    assert is_kept(page)
    assert "Content-Encoding" not in page.headers


@pytest.mark.parametrize("encoding", ["", "gzip"])
def test_a_kept_page_that_has_not_changed_is_answered_without_a_body(reader, encoding):
    reader.get("/fr/")
    tag = reader.get("/fr/", headers={"accept-encoding": encoding})["ETag"]

    again = reader.get("/fr/", headers={"if-none-match": tag, "accept-encoding": encoding})

    assert (again.status_code, again.content) == (304, b"")
    assert again["Cache-Control"] == "public, max-age=60"
    assert set(again["Vary"].split(", ")) == {"Cookie", "Accept-Encoding"}


@pytest.mark.parametrize("cookie", PERSONAL)
def test_a_reader_with_a_cookie_neither_gets_nor_leaves_a_kept_page(cookie):
    known = browser(cookie=cookie)
    known.get("/fr/")
    own = known.get("/fr/")

    assert not is_kept(own)
    stranger = browser()
    stranger.handler = known.handler
    assert not is_kept(stranger.get("/fr/"))
    assert is_kept(stranger.get("/fr/"))
    assert not is_kept(known.get("/fr/"))


@pytest.mark.parametrize("cookie", ["csrftoken=x", "language=en", "csrftoken=x; language=ar"])
def test_a_cookie_that_says_nothing_of_its_reader_changes_nothing(reader, cookie):
    first = reader.get("/fr/")

    page = reader.get("/fr/", headers={"cookie": cookie})

    assert is_kept(page)
    assert (page.content, page.cookies) == (first.content, {})


def test_nobody_is_shown_the_page_of_somebody_who_is_signed_in():
    citizen = Account(client=browser(), email="mine@example.org")
    citizen.open()
    own = citizen.client.get("/en/").content.decode()

    stranger = browser()
    stranger.handler = citizen.client.handler
    pages = [stranger.get("/en/").content.decode() for _ in range(2)]

    assert own.count("My account") == 1
    assert [page.count("My account") for page in pages] == [0, 0]


@pytest.mark.parametrize(
    "path", ["/fr/?kind=x", "/fr/?q=divorce", "/fr/statistics/?kind=complaint"]
)
def test_a_page_with_a_question_is_kept_for_nobody(reader, path):
    reader.get(path)

    assert not is_kept(reader.get(path))


def test_languages_and_pages_are_kept_apart(reader):
    first = {path: reader.get(path).content for path in PATHS}
    second = {path: reader.get(path).content for path in PATHS}

    assert second == first
    assert len(set(second.values())) == len(PATHS)


@pytest.mark.parametrize("host", ["roads.testserver", "oversight.testserver", "unknown.testserver"])
def test_another_host_is_not_answered_from_what_is_kept(reader, roads, host):
    reader.get("/fr/")
    kept = reader.get("/fr/")

    other = reader.get("/fr/", headers={"host": host})

    assert is_kept(kept)
    assert other.status_code == 404
    assert other.content != kept.content


def test_a_kept_page_ends_with_the_figures_on_it(reader, roads):
    registered(roads, *[story(("received", 90)) for _ in range(6)])
    first = reader.get("/en/")
    registered(roads, *[story(("received", 90)) for _ in range(6)])

    with clock.travel(at(100) + timedelta(seconds=59)):
        young = reader.get("/en/")
    with clock.travel(at(100) + timedelta(seconds=60)):
        renewed = reader.get("/en/")

    assert (is_kept(young), young.content) == (True, first.content)
    assert not is_kept(renewed)
    assert renewed.content.decode().count("<bdi>12</bdi>") > 0


def test_a_page_that_is_posted_to_is_refused_as_ever(reader):
    reader.get("/fr/")

    assert reader.post("/fr/").status_code == 405


def test_the_head_of_a_kept_page_is_that_of_the_page(reader):
    reader.get("/fr/")
    whole = reader.get("/fr/")

    head = reader.head("/fr/")

    assert is_kept(head)
    assert (head.status_code, head.content) == (200, b"")
    assert dict(head.headers) == dict(whole.headers)
