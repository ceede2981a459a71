"""The first page as a process keeps it: the same bytes for every reader, signed in or not."""

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
PERSONAL = ["messages=x", "unknown=x", "csrftoken=x; unknown=x", "sessionid=x; messages=x"]


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


@pytest.mark.parametrize(
    "cookie", ["csrftoken=x", "language=en", "csrftoken=x; language=ar", "sessionid=x; csrftoken=x"]
)
def test_a_cookie_that_says_nothing_of_its_reader_changes_nothing(reader, cookie):
    first = reader.get("/fr/")

    page = reader.get("/fr/", headers={"cookie": cookie})

    assert is_kept(page)
    assert (page.content, page.cookies) == (first.content, {})


def pages_of(client, path, count=2):
    return [client.get(path).content.decode() for _ in range(count)]


@pytest.mark.parametrize("path", ["/en/", "/en/about/", "/en/organisations/", "/en/answers/"])
def test_nobody_is_shown_the_page_of_somebody_who_is_signed_in(path):
    citizen = Account(client=browser(), email="mine@example.org")
    citizen.open()
    stranger = browser()
    stranger.handler = citizen.client.handler

    own, others = pages_of(citizen.client, path), pages_of(stranger, path)

    assert [page.count("My account") for page in own + others] == [1, 1, 0, 0]
    # The first page had a message. Of the second, nothing but the menu is another.
    assert own[1].replace("My account", "Sign in") == others[0]


def test_a_reader_who_is_signed_in_gets_the_kept_page_of_those_who_are(django_assert_num_queries):
    first = browser(cookie="sessionid=one; signed-in=1")
    first.get("/en/")
    second = browser(cookie="sessionid=another; signed-in=1")
    second.handler = first.handler

    with django_assert_num_queries(0):
        page = second.get("/en/")

    assert is_kept(page)
    assert page.content.decode().count("My account") == 1


@pytest.mark.parametrize("key", ["anybody", "signed-in"])
def test_a_proxy_with_a_key_of_its_own_is_told_what_it_may_store(reader, key):
    asked = {"x-store-key": key, "cookie": "sessionid=x"}

    made, kept, other, own = (
        reader.get(path, headers=asked) for path in ("/en/", "/en/", "/en/about/", "/en/track/")
    )

    assert (is_kept(kept), made.content) == (True, kept.content)
    assert kept.content.decode().count("My account") == (key == "signed-in")
    told = [(page.get("Vary", ""), page.get("X-Store-Vary")) for page in (made, kept, other)]
    assert told == [("Accept-Encoding", "Cookie")] * 3
    # How long the store need not ask again: a second while a process knows the version.
    assert [page.get("X-Accel-Expires") for page in (made, kept, other)] == ["1", "1", None]
    assert "X-Store-Vary" not in own.headers


def test_an_invalid_token_of_a_form_breaks_no_published_page(reader):
    page = reader.get("/fr/", headers={"cookie": "csrftoken=" + "x" * 40})

    assert (page.status_code, dict(page.cookies)) == (200, {})


def test_who_signs_out_is_shown_so_on_the_next_page():
    citizen = Account(client=browser(), email="mine@example.org")
    citizen.open()
    citizen.do("sign-out/")
    # This page brings the message; the next one is that of all readers.
    citizen.client.get("/en/")

    page = citizen.client.get("/en/").content.decode()

    assert (page.count("Sign in"), page.count("My account")) == (1, 0)


def test_the_mark_of_a_session_that_has_ended_goes_with_the_next_page_of_its_own():
    known = browser(cookie="sessionid=gone; signed-in=1")

    page = known.get("/en/track/")

    assert page.cookies["signed-in"]["max-age"] == 0


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
