"""What gunicorn cannot read is refused with a page of ours, and nothing of it is written down."""

import re
from contextlib import closing
from http.client import HTTPConnection

import pytest

from tests.journeys.proxy import NGINX, running_proxy
from tests.journeys.site import Site

pytestmark = pytest.mark.browser

SECRET = "0000secret0000"
LONG = SECRET * 700


def asked(site: Site, path: str, headers: dict[str, str]) -> tuple[int, str, bytes]:
    """Status, content type and body of the answer."""
    with closing(HTTPConnection("127.0.0.1", site.port, timeout=10)) as connection:
        connection.putrequest("GET", path)
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, answer.headers["Content-Type"], answer.read()


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        (f"/fr/answers/?q={LONG}", {}, 414),
        ("/fr/", {"X-Long": LONG * 10}, 431),
        ("/fr/", {"X Bad": SECRET}, 400),
    ],
    ids=["long-address", "long-header", "no-header"],
)
def test_an_unreadable_request_gets_a_page_in_three_languages(site: Site, path, headers, status):
    answered, content_type, body = asked(site, path, headers)

    assert (answered, content_type) == (status, "text/html; charset=utf-8")
    assert re.findall(rb'<section lang="(\w+)"', body) == [b"ar", b"fr", b"en"]
    log = (site.outbox.parent / "web.log").read_text()
    assert SECRET not in log
    assert "127.0.0.1" not in log.partition("A request could not be read")[2]


def test_a_long_search_in_arabic_is_answered(site: Site):
    letters = "%D8%B9" * 1_000

    status, _type, _body = asked(site, f"/ar/answers/?q={letters}", {})

    assert status == 200


@pytest.mark.skipif(NGINX is None, reason="no nginx on this machine: its file is not tried")
def test_behind_the_proxy_a_long_address_gets_the_same_page(site: Site, tmp_path):
    with running_proxy(tmp_path, upstream=site.port, static=site.static) as proxy:
        answer = proxy.ask(f"/fr/answers/?q={LONG}")

    assert answer.status == 414
    assert re.findall(rb'<section lang="(\w+)"', answer.body) == [b"ar", b"fr", b"en"]
