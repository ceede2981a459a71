"""How pages are compressed: a long one of a console fast, all of them by a length of chance."""

import gzip

import pytest
from django.conf import settings
from django.http import HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from shared.ui.middleware import LONG_PAGE, PageGzipMiddleware

LONG = ("<p>A case among many, with its number and its day.</p>" * 2_000).encode()
assert len(LONG) > LONG_PAGE


def answered(response, *, site=settings.ROOT_URLCONF, accepts="gzip, br"):
    request = RequestFactory(headers={"Accept-Encoding": accepts}).get("/")
    request.urlconf = site
    return PageGzipMiddleware(lambda _request: response)(request)


def page(content=LONG, **headers):
    return HttpResponse(content, headers=headers)


@pytest.mark.parametrize("site", [settings.ROOT_URLCONF, settings.PUBLIC_SCHEMA_URLCONF])
@pytest.mark.parametrize("content", [LONG, LONG[:3_000]])
def test_whoever_unpacks_a_page_has_it_as_it_was(site, content):
    answer = answered(page(content, ETag='"one"'), site=site)

    assert gzip.decompress(answer.content) == content
    assert answer["Content-Encoding"] == "gzip"
    assert answer["Content-Length"] == str(len(answer.content))
    assert answer["Vary"] == "Accept-Encoding"
    # The bytes are others each time, the page is the same.
    assert answer["ETag"] == 'W/"one"'


@pytest.mark.parametrize("site", [settings.ROOT_URLCONF, settings.PUBLIC_SCHEMA_URLCONF])
def test_the_length_of_a_page_is_not_that_of_what_is_on_it(site):
    """Or whoever sees lengths alone could guess a token, letter by letter (BREACH)."""
    lengths = {len(answered(page(), site=site).content) for _ in range(40)}

    assert len(lengths) > 10


@pytest.mark.parametrize("accepts", ["", "br"])
def test_a_browser_that_cannot_unpack_gets_a_long_page_plain(accepts):
    answer = answered(page(), accepts=accepts)

    assert answer.content == LONG
    assert not answer.has_header("Content-Encoding")
    assert answer["Vary"] == "Accept-Encoding"


def test_what_is_packed_already_is_left_as_it_is():
    packed = gzip.compress(LONG * 20)

    answer = answered(page(packed + bytes(LONG_PAGE), **{"Content-Encoding": "gzip"}))

    assert answer.content.startswith(packed)


def test_what_is_sent_piece_by_piece_is_packed_piece_by_piece():
    answer = answered(StreamingHttpResponse([LONG, LONG]))

    assert gzip.decompress(b"".join(answer.streaming_content)) == LONG * 2
