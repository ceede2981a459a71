"""Static files as an installation serves them by itself, without a proxy."""

import re
from contextlib import closing
from http.client import HTTPConnection

import brotli
import pytest

from tests.journeys.site import Site

pytestmark = pytest.mark.browser


def fetch(site: Site, path: str, encoding: str = "identity") -> tuple[int, dict[str, str], bytes]:
    with closing(HTTPConnection("127.0.0.1", site.port, timeout=10)) as connection:
        connection.request("GET", path, headers={"Host": "localhost", "Accept-Encoding": encoding})
        answer = connection.getresponse()
        return answer.status, dict(answer.headers), answer.read()


def style_sheets(site: Site, path: str) -> list[str]:
    _status, _headers, page = fetch(site, path)
    return re.findall(r'<link rel="stylesheet" href="(.*?)"', page.decode())


def test_a_static_file_comes_compressed_with_brotli_to_stay_for_ever(site: Site):
    address = style_sheets(site, "/en/")[0]

    status, headers, body = fetch(site, address, "gzip, br")

    assert (status, headers["Content-Encoding"]) == (200, "br")
    assert headers["Cache-Control"] == "max-age=315360000, public, immutable"
    assert headers["Vary"] == "Accept-Encoding"
    assert brotli.decompress(body) == fetch(site, address)[2]


def test_the_styles_of_a_refusal_are_there(site: Site):
    addresses = style_sheets(site, "/en/nothing/")

    assert len(addresses) == 5
    assert {fetch(site, address)[0] for address in addresses} == {200}
