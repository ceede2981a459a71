"""The real proxy in front of the real site: what deploy/nginx.conf promises."""

import gzip
import json
import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection, RemoteDisconnected
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from shared.kernel.references import reference_make
from tests.journeys.proxy import DOMAIN, NGINX, Answer, Proxy, running_proxy
from tests.journeys.site import Site
from tests.journeys.slow_clients import slow_clients

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(NGINX is None, reason="no nginx on this machine: its file is not tried"),
]

MEBIBYTE = 1024 * 1024
# A limit counts by the minute of the clock: in twice its number, one minute always overflows.
TRIES = 2 * 20 + 1
CANARY = "canary0000000000000000000000000000"
PUBLISHED = ["/fr/", "/ar/about/", "/en/organisations/", "/fr/answers/", "/ar/statistics/"]


@pytest.fixture(scope="module")
def proxy(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    """Nginx in front of the site, once for this file."""
    folder = tmp_path_factory.mktemp("nginx")
    with running_proxy(folder, upstream=site.port, static=site.static) as running:
        yield running


@pytest.fixture(scope="module")
def lonely(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    """Nginx in front of nothing."""
    folder = tmp_path_factory.mktemp("lonely")
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        with running_proxy(folder, upstream=closed.getsockname()[1], static=folder) as running:
            yield running


def look_up(proxy: Proxy, *, source: str, forged: str = "") -> Answer:
    """A look-up that must fail: the number is nobody's."""
    sent = {"reference": reference_make(), "receipt_code": "1234567812345678"}
    headers = {"Content-Type": "application/json"}
    if forged:
        headers["X-Forwarded-For"] = forged
    body = json.dumps(sent).encode()
    return proxy.ask("/api/v1/tracking/", method="POST", source=source, body=body, headers=headers)


def test_pages_come_through_compressed(proxy: Proxy):
    page = proxy.ask("/en/about/", headers={"Accept-Encoding": "gzip"})

    assert (page.status, page.headers["Content-Encoding"]) == (200, "gzip")
    assert re.findall(rb'<html lang="(\w+)"', gzip.decompress(page.body)) == [b"en"]


def test_the_host_decides_which_site_answers(proxy: Proxy):
    citizens, agency = proxy.ask("/"), proxy.ask("/", host="health.localhost")

    assert (citizens.status, citizens.headers["Location"]) == (302, "/ar/")
    assert (agency.status, agency.headers["Location"]) == (302, "/accounts/login/?next=/")


def test_a_header_that_names_another_host_changes_nothing(proxy: Proxy):
    page = proxy.ask("/", headers={"X-Forwarded-Host": "health.localhost"})

    assert page.headers["Location"] == "/ar/"


def test_a_name_that_is_not_ours_is_given_no_answer(proxy: Proxy):
    with pytest.raises(ssl.SSLError):
        proxy.connect(name="elsewhere.example")
    with pytest.raises(RemoteDisconnected):
        proxy.ask("/", headers={"Host": "elsewhere.example"})


def test_without_tls_one_is_led_to_the_same_page_with_it(proxy: Proxy):
    with closing(HTTPConnection("127.0.0.1", proxy.plain_port, timeout=10)) as plain:
        plain.request("GET", "/fr/track/?reference=1", headers={"Host": "localhost"})
        answer = plain.getresponse()

    assert answer.status == 308
    assert answer.headers["Location"] == "https://localhost/fr/track/?reference=1"


def test_a_forged_address_does_not_spare_one_the_limit(proxy: Proxy):
    statuses = {
        look_up(proxy, source="127.0.0.9", forged=f"198.51.100.{number}").status
        for number in range(TRIES)
    }

    assert statuses == {404, 429}


def test_one_address_that_tries_too_often_does_not_shut_out_another(proxy: Proxy):
    for _ in range(TRIES):
        look_up(proxy, source="127.0.0.10")

    assert look_up(proxy, source="127.0.0.11", forged="127.0.0.10").status == 404


def announced(proxy: Proxy, path: str, *, size: int) -> Answer:
    """The answer to the head of a request whose body never comes."""
    connection = HTTPConnection("localhost")
    connection.sock = proxy.connect()
    with closing(connection):
        connection.putrequest("POST", path)
        connection.putheader("Content-Length", str(size))
        connection.endheaders()
        answer = connection.getresponse()
        return Answer(status=answer.status, headers=answer.headers, body=answer.read())


def test_too_large_a_body_is_refused_in_three_languages_before_it_comes(proxy: Proxy):
    page = announced(proxy, "/fr/track/case/attachments/", size=17 * MEBIBYTE)

    assert page.status == 413
    assert re.findall(rb'<section lang="(\w+)"', page.body) == [b"ar", b"fr", b"en"]


def test_too_large_a_body_is_refused_to_a_programme_in_json(proxy: Proxy):
    refusal = announced(proxy, "/api/v1/tracking/", size=17 * MEBIBYTE)

    assert refusal.status == 413
    assert [error["code"] for error in json.loads(refusal.body)["errors"]] == ["file_too_large"]


@pytest.mark.parametrize(
    ("path", "status"),
    # By the site itself, which asks for the token of its own form first, or for a request.
    [("/fr/track/case/files/", 403), ("/ar/submit/files/", 403), ("/api/v1/complaints/", 400)],
)
def test_three_of_the_largest_reach_what_takes_several_and_four_do_not(proxy: Proxy, path, status):
    form = {"Content-Type": "multipart/form-data; boundary=x"}

    three = proxy.ask(path, method="POST", body=b"x" * (45 * MEBIBYTE), headers=form)
    four = announced(proxy, path, size=60 * MEBIBYTE)

    assert (three.status, four.status) == (status, 413)


def test_the_largest_attachment_reaches_the_site(proxy: Proxy):
    refusal = proxy.ask(
        "/api/v1/tracking/case/attachments/",
        method="POST",
        body=b"x" * (15 * MEBIBYTE + 10_000),
        headers={"Authorization": "Bearer nothing", "Content-Type": "multipart/form-data"},
    )

    # By the site itself, which knows no such token.
    assert refusal.status in (400, 401)
    assert "errors" in json.loads(refusal.body)


def test_thirty_clients_that_send_byte_by_byte_are_not_felt(proxy: Proxy):
    # Addresses of their own: limits by address are another matter.
    lines = [proxy.connect(source=f"127.0.1.{number}") for number in range(1, 31)]

    with slow_clients(lines, host="localhost") as clients:
        statuses = [proxy.ask("/fr/track/").status for _ in range(5)]
        were_sending = clients.are_sending

    assert clients.fault is None
    assert were_sending
    assert statuses == [200] * 5


def test_the_same_clients_without_the_proxy_stop_the_site(site: Site):
    lines = [socket.create_connection(("127.0.0.1", site.port)) for _ in range(30)]

    with slow_clients(lines, host="localhost") as clients:
        with pytest.raises(TimeoutError):
            ask_directly(site, "/healthz", patience=0.7)
        were_sending = clients.are_sending

    assert were_sending
    assert ask_directly(site, "/healthz", patience=10) == 200


def ask_directly(site: Site, path: str, *, patience: float) -> int:
    with closing(HTTPConnection("127.0.0.1", site.port, timeout=patience)) as connection:
        connection.request("GET", path, headers={"Host": "localhost"})
        return connection.getresponse().status


def test_static_files_are_kept_for_ever_and_compressed(proxy: Proxy, site: Site):
    page = proxy.ask("/en/about/").body.decode()
    address = re.findall(r'href="(/static/ui/css/base\.\w+\.css)"', page)[0]

    answer = proxy.ask(address, headers={"Accept-Encoding": "gzip"})

    assert answer.status == 200
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Cache-Control"] == "max-age=315360000, public, immutable"
    assert answer.headers["Vary"] == "Accept-Encoding"
    on_disk = site.static / address.removeprefix("/static/")
    assert gzip.decompress(answer.body) == on_disk.read_bytes()


def test_a_public_page_is_kept_and_asked_about_by_its_tag(proxy: Proxy):
    first = proxy.ask("/en/answers/")
    second = proxy.ask("/en/answers/")
    third = proxy.ask("/en/answers/", headers={"If-None-Match": first.headers["ETag"]})

    assert (second.headers["X-Store"], second.body) == ("HIT", first.body)
    assert (third.status, third.body) == (304, b"")


def test_a_page_in_the_store_is_that_of_its_host_alone(proxy: Proxy):
    for _ in range(2):
        citizens = proxy.ask("/fr/about/")
        agency = proxy.ask("/fr/about/", host="health.localhost")

    assert (citizens.status, citizens.headers["X-Store"]) == (200, "HIT")
    assert agency.status == 404


def test_a_console_is_never_in_the_store(proxy: Proxy):
    for _ in range(2):
        door = proxy.ask("/accounts/login/", host="health.localhost")

    assert (door.status, door.headers["X-Store"]) == (200, "MISS")


@pytest.mark.parametrize("cookie", ["messages=mine", "unknown=mine", "sessionid=x; messages=mine"])
def test_who_brings_an_own_cookie_is_answered_by_the_site(proxy: Proxy, cookie: str):
    for _ in range(2):
        answer = proxy.ask("/fr/answers/", headers={"Cookie": cookie})

    assert answer.headers["X-Store"] == "BYPASS"


@pytest.mark.parametrize("path", PUBLISHED)
def test_a_session_reads_the_page_of_all_and_leaves_nothing_in_it(proxy: Proxy, path: str):
    cookie = f"sessionid={CANARY}; csrftoken={CANARY}; language=ar"

    first = proxy.ask(path, headers={"Cookie": cookie})
    second = proxy.ask(path)

    assert (first.status, second.status, second.headers["X-Store"]) == (200, 200, "HIT")
    assert second.body == first.body
    assert CANARY.encode() not in first.body
    assert "Set-Cookie" not in first.headers
    # A browser asks again after signing in or out, although the store does not need to.
    assert "Cookie" in ", ".join(first.headers.get_all("Vary", []))


def test_the_menus_of_those_who_are_signed_in_and_of_others_are_stored_apart(proxy: Proxy):
    seen = []
    for cookie in ("sessionid=a; signed-in=1", "sessionid=b", "signed-in=1; sessionid=c", ""):
        answer = proxy.ask("/en/privacy/", headers={"Cookie": cookie} if cookie else {})
        seen.append((answer.headers["X-Store"], answer.body.count(b"My account")))

    assert seen == [("MISS", 1), ("MISS", 0), ("HIT", 1), ("HIT", 0)]


def test_two_marks_of_one_reader_put_no_wrong_menu_into_the_store(proxy: Proxy):
    proxy.ask("/fr/privacy/", headers={"Cookie": "signed-in=1; signed-in=0"})
    proxy.ask("/fr/privacy/", headers={"X-Store-Key": "signed-in"})

    marked = proxy.ask("/fr/privacy/", headers={"Cookie": "signed-in=1"})
    others = proxy.ask("/fr/privacy/")

    assert (marked.body.count(b"Mon compte"), others.body.count(b"Mon compte")) == (1, 0)


@pytest.mark.parametrize("path", ["/fr/submit/", "/fr/track/", "/fr/answers/cost/"])
def test_a_page_with_a_form_is_not_stored_for_a_session(proxy: Proxy, path: str):
    for number in range(2):
        answer = proxy.ask(path, headers={"Cookie": f"sessionid={number}"})

    assert answer.headers["X-Store"] == "BYPASS"


@pytest.mark.parametrize("cookie", ["", "sessionid=a", "sessionid=a; signed-in=1"])
def test_the_head_of_a_stored_page_and_its_tag_are_answered_from_the_store(
    proxy: Proxy, cookie: str
):
    headers = {"Cookie": cookie} if cookie else {}
    whole = proxy.ask("/en/about/", headers=headers)

    head = proxy.ask("/en/about/", method="HEAD", headers=headers)
    unchanged = proxy.ask("/en/about/", headers={**headers, "If-None-Match": whole.headers["ETag"]})

    assert (head.status, head.body, head.headers["X-Store"]) == (200, b"", "HIT")
    assert head.headers["ETag"] == whole.headers["ETag"]
    assert (unchanged.status, unchanged.body) == (304, b"")


def test_the_store_keeps_the_languages_of_an_address_apart(proxy: Proxy):
    path = "/api/v1/statistics/?group=agency"
    names = {}
    for language in ("fr", "en", "fr", "en"):
        answer = proxy.ask(path, headers={"Accept-Language": language})
        names[language] = [group["label"] for group in json.loads(answer.body)["groups"]]

    assert answer.headers["X-Store"] == "HIT"
    assert names["fr"] != names["en"]


class Fleeting(BaseHTTPRequestHandler):
    """A site with one public page that may be kept for a second."""

    def do_GET(self) -> None:
        """The page."""
        self.send_response(200)
        self.send_header("Cache-Control", "public, max-age=1")
        self.end_headers()
        self.wfile.write(b"the last page")

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


def test_a_public_page_stays_while_the_site_is_down(tmp_path: Path):
    with ThreadingHTTPServer(("127.0.0.1", 0), Fleeting) as site:
        Thread(target=site.serve_forever, daemon=True).start()
        with running_proxy(tmp_path, upstream=site.server_port, static=tmp_path) as proxy:
            answer = proxy.ask("/fr/")
            site.shutdown()
            site.server_close()
            while answer.headers["X-Store"] in ("MISS", "HIT"):
                answer = proxy.ask("/fr/")

    assert (answer.status, answer.body, answer.headers["X-Store"]) == (
        200,
        b"the last page",
        "STALE",
    )


def test_a_site_that_is_down_is_told_of_in_three_languages(lonely: Proxy):
    page = lonely.ask("/fr/track/")

    assert (page.status, page.headers["Retry-After"]) == (503, "120")
    assert page.headers["Cache-Control"] == "no-store"
    assert re.findall(rb'<section lang="(\w+)"', page.body) == [b"ar", b"fr", b"en"]


def test_a_site_that_is_down_is_told_of_to_programmes_in_json(lonely: Proxy):
    refusal = lonely.ask("/api/v1/organisations/")

    assert refusal.status == 503
    assert refusal.headers["Content-Type"] == "application/json"
    assert [error["code"] for error in json.loads(refusal.body)["errors"]] == ["unavailable"]


def test_the_counters_of_a_process_are_not_for_the_public(proxy: Proxy, site: Site):
    assert proxy.ask("/metrics").status == 404
    assert ask_directly(site, "/metrics", patience=10) == 200


def test_which_names_are_answered_is_not_for_the_public(proxy: Proxy, site: Site):
    question = f"/hosts/known/?domain={DOMAIN}"

    assert proxy.ask(question).status == 404
    assert ask_directly(site, question, patience=10) == 200


def test_no_address_of_a_visitor_is_written_down(proxy: Proxy):
    look_up(proxy, source="127.0.0.12")
    announced(proxy, "/fr/track/", size=17 * MEBIBYTE)

    assert re.findall(r"127\.0\.[01]\.\d+", proxy.logged()) == []
