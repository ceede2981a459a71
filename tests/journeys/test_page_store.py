"""What nginx shows of a public page when the site answers something else than before."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.journeys.proxy import NGINX, Proxy, running_proxy

pytestmark = pytest.mark.skipif(NGINX is None, reason="no nginx here: its file is not tried")

PAGE, OTHER = b"the page", b"something else"


class Site(BaseHTTPRequestHandler):
    """A page that may be kept for a second; later the status that the test sets."""

    status = 200

    def do_GET(self) -> None:
        """Answer, and count the question."""
        body = PAGE if self.status == 200 else OTHER
        self.send_response(self.status)
        # As Insaf's refusals: nothing that may be kept.
        self.send_header("Cache-Control", "public, max-age=1" if self.status == 200 else "no-store")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


@pytest.fixture
def proxy(tmp_path: Path) -> Iterator[Proxy]:
    """Nginx that has kept the page."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as site:
        Thread(target=site.serve_forever, daemon=True).start()
        with running_proxy(tmp_path, upstream=site.server_port, static=tmp_path) as running:
            assert running.ask("/fr/").body == PAGE
            yield running
        site.shutdown()
        Site.status = 200


def when_expired(proxy: Proxy) -> tuple[int, bytes]:
    """The first answer that is not from the time for which the page may be kept."""
    while (answer := proxy.ask("/fr/")).headers["X-Store"] in ("MISS", "HIT"):
        pass
    return answer.status, answer.body


@pytest.mark.parametrize("status", [403, 404, 410])
def test_a_page_that_was_withdrawn_is_shown_no_longer_than_it_may_be_kept(proxy, status):
    Site.status = status

    first, second = when_expired(proxy), proxy.ask("/fr/")

    assert first == (status, OTHER)
    assert (second.status, second.body) == (status, OTHER)


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_page_stays_while_the_site_cannot_make_it(proxy, status):
    Site.status = status

    first, second = when_expired(proxy), proxy.ask("/fr/")

    assert first == (200, PAGE)
    assert (second.status, second.body) == (200, PAGE)


class Versions(BaseHTTPRequestHandler):
    """A site with a page of figures, as the first page: a version, and a second to keep it."""

    version = "one"

    def do_GET(self) -> None:
        """Answer 304 to who has the version."""
        tag = f'"{self.version}"'
        is_known = self.headers["If-None-Match"] == tag
        self.send_response(304 if is_known else 200)
        self.send_header("ETag", tag)
        self.send_header("Cache-Control", "public, max-age=60")
        if not is_known:
            self.send_header("X-Accel-Expires", "1")
            self.send_header("X-Store-Vary", "Cookie")
            self.send_header("Content-Length", str(len(self.version)))
        self.end_headers()
        if not is_known:
            self.wfile.write(self.version.encode())

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


def test_a_publication_is_seen_after_a_second_also_by_a_session(tmp_path):
    cookie = {"Cookie": "sessionid=x"}
    handler = type("Handler", (Versions,), {})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as site:
        Thread(target=site.serve_forever, daemon=True).start()
        with running_proxy(tmp_path, upstream=site.server_port, static=tmp_path) as proxy:
            first = proxy.ask("/fr/", headers=cookie)
            # Asked about, and the same: kept for another second.
            while (same := proxy.ask("/fr/")).headers["X-Store"] == "HIT":
                pass
            handler.version = "two"
            while (new := proxy.ask("/fr/", headers=cookie)).headers["X-Store"] == "HIT":
                pass
            others = proxy.ask("/fr/")
        site.shutdown()

    assert (first.body, same.body, same.headers["X-Store"]) == (b"one", b"one", "REVALIDATED")
    assert (new.body, others.body, others.headers["X-Store"]) == (b"two", b"two", "HIT")
    # Which header the proxy and the site speak in is nobody else's business.
    assert "X-Store-Vary" not in new.headers
    assert new.headers["Vary"] == "Cookie"


class Careless(BaseHTTPRequestHandler):
    """A site that calls public, with a mark of a published page or without, what it should not."""

    header: tuple[str, str]

    def do_GET(self) -> None:
        """Answer with what the reader sent."""
        body = self.headers["Cookie"].encode()
        self.send_response(200)
        self.send_header("Cache-Control", "public, max-age=60")
        self.send_header(*self.header)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


@pytest.mark.parametrize("header", [("Vary", "Accept-Encoding"), ("Set-Cookie", "a=b")])
def test_a_session_leaves_in_the_store_only_what_was_made_without_cookies(tmp_path, header):
    handler = type("Handler", (Careless,), {"header": header})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as site:
        Thread(target=site.serve_forever, daemon=True).start()
        with running_proxy(tmp_path, upstream=site.server_port, static=tmp_path) as proxy:
            cookies = [f"sessionid={number}" for number in range(3)]
            seen = [proxy.ask("/fr/", headers={"Cookie": one}).body.decode() for one in cookies]
        site.shutdown()

    assert seen == cookies


def test_a_page_that_is_not_kept_is_refused_as_the_site_refuses_it(proxy):
    Site.status = 503

    answer = proxy.ask("/fr/track/")

    assert (answer.status, answer.body) == (503, OTHER)


def test_a_page_is_new_again_once_the_site_can_make_it(proxy):
    Site.status = 503
    assert when_expired(proxy) == (200, PAGE)

    Site.status = 410
    answer = proxy.ask("/fr/")

    assert answer.status == 410
