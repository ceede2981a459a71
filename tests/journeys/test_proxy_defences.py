"""What the real proxy refuses by itself, and what it says with every answer of its own."""

import json
import re
import ssl
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection

import pytest

from tests.journeys.proxy import NGINX, Proxy, running_proxy
from tests.journeys.site import Site

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(NGINX is None, reason="no nginx on this machine: its file is not tried"),
]


@pytest.fixture(scope="module")
def proxy(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    """Nginx in front of the site, once for this file."""
    folder = tmp_path_factory.mktemp("nginx")
    with running_proxy(folder, upstream=site.port, static=site.static) as running:
        yield running


def raw(proxy: Proxy, sent: bytes) -> bytes:
    """What comes back for these very bytes, to the end of the connection."""
    with proxy.connect() as line:
        line.sendall(sent)
        answer = b""
        while piece := line.recv(65_536):
            answer += piece
    return answer


def style_sheet(proxy: Proxy) -> str:
    """The address of one static file."""
    page = proxy.ask("/en/about/").body.decode()
    return str(re.findall(r'href="(/static/ui/css/base\.\w+\.css)"', page)[0])


@pytest.mark.parametrize("path", ["static", "/static/nothing.css", "/metrics", "/fr/", "/nothing/"])
def test_every_answer_says_how_browsers_may_treat_it(proxy: Proxy, path: str):
    answer = proxy.ask(style_sheet(proxy) if path == "static" else path)

    policy = answer.headers["Content-Security-Policy"]
    assert {"base-uri 'none'", "frame-ancestors 'none'"} <= set(policy.split("; "))
    assert answer.headers.get_all("X-Content-Type-Options") == ["nosniff"]
    assert len(answer.headers.get_all("Referrer-Policy", [])) == 1
    # The site of the tests is that of the demonstration, which answers without TLS as well.
    if path in ("static", "/static/nothing.css", "/metrics"):
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


@pytest.mark.parametrize("path", ["/api/v1/tracking/", "/stripe/webhook/"])
def test_a_programme_without_tls_is_refused_and_not_led_on(proxy: Proxy, path: str):
    with closing(HTTPConnection("127.0.0.1", proxy.plain_port, timeout=10)) as plain:
        plain.request("POST", path, body=b"{}", headers={"Host": "localhost"})
        answer = plain.getresponse()
        refusal = json.loads(answer.read())

    assert (answer.status, answer.headers["Location"]) == (403, None)
    assert [error["code"] for error in refusal["errors"]] == ["tls_required"]


@pytest.mark.parametrize(
    ("version", "name"),
    [(ssl.TLSVersion.TLSv1_2, "TLSv1.2"), (ssl.TLSVersion.MAXIMUM_SUPPORTED, "TLSv1.3")],
)
def test_the_newest_tls_that_both_know_is_spoken(proxy: Proxy, version, name):
    proxy.trust.maximum_version = version
    try:
        with proxy.connect() as line:
            assert line.version() == name
            assert re.search("GCM|CHACHA20", str(line.cipher()))
    finally:
        proxy.trust.maximum_version = ssl.TLSVersion.MAXIMUM_SUPPORTED


@pytest.mark.parametrize(
    ("version", "ciphers"),
    [
        (ssl.TLSVersion.TLSv1_1, "ALL:@SECLEVEL=0"),
        (ssl.TLSVersion.TLSv1_2, "AES128-SHA:AES256-SHA256:AES128-GCM-SHA256:@SECLEVEL=0"),
        (ssl.TLSVersion.TLSv1_2, "ECDHE-ECDSA-AES128-SHA:ECDHE-ECDSA-AES256-SHA384:@SECLEVEL=0"),
    ],
    ids=["TLS 1.1", "no forward secrecy", "CBC"],
)
@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_old_tls_and_weak_ciphers_are_refused_by_the_proxy(proxy: Proxy, version, ciphers):
    weak = ssl.create_default_context(cafile=str(proxy.folder / "chain.pem"))
    weak.minimum_version = ssl.TLSVersion.TLSv1
    weak.maximum_version = version
    weak.set_ciphers(ciphers)
    asking = Proxy(port=proxy.port, plain_port=proxy.plain_port, folder=proxy.folder, trust=weak)

    # The refusal is the server's: what this side will not do by itself has another reason.
    with pytest.raises(ssl.SSLError, match="ALERT"):
        asking.connect()


@pytest.mark.parametrize(
    "lines",
    [
        b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
        b"Content-Length: 4\r\nContent-Length: 5\r\n",
        b"Transfer-Encoding: chunked, identity\r\n",
        b"Content-Length: +4\r\n",
    ],
    ids=["both lengths", "two lengths", "another encoding", "a sign"],
)
def test_a_request_whose_end_could_be_understood_in_two_ways_is_refused(proxy: Proxy, lines):
    host = f"Host: localhost:{proxy.port}\r\n".encode()

    answer = raw(proxy, b"POST /fr/track/ HTTP/1.1\r\n" + host + lines + b"\r\n0\r\n\r\n")

    assert re.findall(rb"HTTP/1\.1 (\d+)", answer) in ([b"400"], [b"501"])


@pytest.mark.parametrize("path", ["/fr/", "/api/v1/organisations/", "/static/"])
def test_trace_is_refused(proxy: Proxy, path: str):
    assert proxy.ask(path, method="TRACE").status == 405


@pytest.mark.parametrize("path", ["/static/", "/static/ui/", "/refusals/", "/static/../../"])
def test_no_folder_is_listed(proxy: Proxy, path: str):
    answer = proxy.ask(path)

    assert answer.status in (400, 403, 404)
    assert b"Index of" not in answer.body


@pytest.mark.parametrize(
    "path", ["/.git/config", "/static/../.git/config", "/.env", "/static/.git/"]
)
def test_no_file_of_the_source_is_served(proxy: Proxy, path: str):
    assert proxy.ask(path).status in (400, 403, 404)
