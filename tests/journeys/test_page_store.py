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
