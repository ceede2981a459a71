"""Every codec of Python as the charset of a request: none fails, and none decodes anything."""

import encodings
import json
import pkgutil
from collections.abc import Callable, Iterator
from io import BytesIO
from urllib.parse import urlencode
from wsgiref.util import setup_testing_defaults

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from config.wsgi_request import Utf8Handler
from tests.public_portal.api.calls import COMPLAINT
from tests.support.factories import organisation_of
from tests.support.sampling import repeats

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("open_connection")]

CODECS = sorted({one.name for one in pkgutil.iter_modules(encodings.__path__)})
CODECS += ["", "utf8", "latin-1", "rot-13", "base64", "hex", "zlib", "nosuch", "é"]
ODD = [
    "",
    "utf8",
    "rot13",
    "hex",
    "base64",
    "zlib",
    "undefined",
    "idna",
    "unicode_escape",
    "nosuch",
]
EVERY = ("/fr/track/", "/api/v1/complaints/")
UTF_8 = {"", "utf8", "utf_8", "ascii"}
# Decoded by one of the codecs: a lone surrogate and NUL.
FIELDS = {"reference": "\\u0000\\ud800", "secret": "\\ud800@example.org", "login": "\\ud800"}
Writer = Callable[[bytes], object]
PAGES = ("/fr/track/", "/fr/answers/", "/fr/submit/", "/fr/statistics/", "/fr/organisations/")
QUERY = urlencode({"q": "\\u0000\\ud800", "from": "\\ud800", "reference": "\\ud800"})
FORM = ("application/x-www-form-urlencoded", urlencode(FIELDS).encode())


@pytest.fixture
def open_connection() -> Iterator[None]:
    """Let the connection of the test outlive each request, as Django's own test client does."""
    ends = (request_started, request_finished)
    for signal in ends:
        signal.disconnect(close_old_connections)
    yield
    for signal in ends:
        signal.connect(close_old_connections)


def multipart(fields: dict[str, str], disposition: str = "") -> tuple[str, bytes]:
    parts = [
        f'--xYz\r\nContent-Disposition: form-data; name="{name}"{disposition}\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    return "multipart/form-data; boundary=xYz", f"{''.join(parts)}--xYz--\r\n".encode()


def ask(
    path: str, *, host: str = "testserver", kind: str = "", body: bytes = b"", **headers: str
) -> tuple[int, dict[str, str], bytes]:
    """What the application that gunicorn serves answers; an exception of it goes through."""
    path, _mark, query = path.partition("?")
    environ = {
        "REQUEST_METHOD": "POST" if body else "GET",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "HTTP_HOST": host,
        "CONTENT_TYPE": kind.encode().decode("latin-1"),
        "CONTENT_LENGTH": str(len(body)),
        "REMOTE_ADDR": "198.51.100.7",
        "wsgi.input": BytesIO(body),
        **headers,
    }
    setup_testing_defaults(environ)
    told: list[tuple[str, list[tuple[str, str]]]] = []

    def start(status: str, sent: list[tuple[str, str]], _error: object = None, /) -> Writer:
        told.append((status, sent))
        return BytesIO().write

    answer = Utf8Handler()(environ, start)
    content = b"".join(answer)
    answer.close()
    status, sent = told[0]
    return int(status.split()[0]), dict(sent), content


def named(kind: str, charset: str) -> str:
    return f"{kind}; charset={charset}"


def posts() -> Iterator[tuple[str, str, str, bytes]]:
    """Host, path, content type and body: a page, a form, the sign-in of consoles, REST."""
    complaint = json.dumps(COMPLAINT)
    for kind, body in (FORM, multipart(FIELDS)):
        yield "testserver", "/fr/track/", kind, body
        yield "roads.testserver", "/accounts/login/", kind, body
        yield "oversight.testserver", "/accounts/login/", kind, body
    yield "testserver", "/api/v1/complaints/", *multipart({"complaint": complaint})
    yield "testserver", "/api/v1/complaints/", "application/json", complaint.encode()
    yield "testserver", "/open311/v2/requests.json", *FORM


def test_no_codec_fails_a_page(roads):
    for path in PAGES:
        usual, _headers, _content = ask(f"{path}?{QUERY}")
        for codec in ("rot13", "undefined", "idna", "unicode_escape", "raw_unicode_escape"):
            status, headers, _content = ask(f"{path}?{QUERY}", kind=named("text/plain", codec))

            assert (path, codec, status) == (path, codec, usual)
            assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "codecs", [ODD, pytest.param(CODECS, marks=pytest.mark.slow)], ids=["odd", "all"]
)
@pytest.mark.parametrize(
    ("host", "path"),
    [
        ("testserver", "/fr/track/"),
        ("roads.testserver", "/accounts/login/"),
        ("testserver", "/api/v1/organisations/"),
    ],
)
def test_every_codec_is_left_out_of_what_asks_for_a_page(roads, host, path, codecs):
    usual = ask(f"{path}?{QUERY}", host=host)[0]

    answered = {
        codec: ask(f"{path}?{QUERY}", host=host, kind=named("text/plain", codec))[0]
        for codec in codecs
    }

    assert answered == dict.fromkeys(codecs, usual)


@pytest.mark.parametrize(
    "codecs", [ODD, pytest.param(CODECS, marks=pytest.mark.slow)], ids=["odd", "all"]
)
def test_every_codec_but_utf_8_is_refused_where_something_is_sent(roads, codecs):
    organisation_of(roads)
    for host, path, kind, body in posts():
        # All of them where a page and REST take something; elsewhere those that do harm.
        for codec in codecs if path in EVERY else ODD:
            status, headers, content = ask(path, host=host, kind=named(kind, codec), body=body)

            if codec in UTF_8:
                assert status < 500, (host, path, kind, codec)
                continue
            assert (host, path, kind, codec, status) == (host, path, kind, codec, 415)
            assert headers["X-Content-Type-Options"] == "nosniff"
            if path.startswith("/api/"):
                assert [one["code"] for one in json.loads(content)["errors"]] == [
                    "unsupported_media_type"
                ]


@pytest.mark.parametrize(
    "value", repeats(["rot13''%41", "'", "nosuch''%41", "undefined''%41", "''"])
)
def test_no_encoded_parameter_fails_anything(roads, value):
    bad = f"; a*={value}; b *= {value}; charset*={value}"
    for host, path, kind, body in posts():
        assert ask(path, host=host, kind=kind + bad, body=body)[0] == 415
    for kind, body in (multipart(FIELDS, bad), multipart(FIELDS, f"; filename*={value}")):
        assert ask("/fr/track/", kind=kind, body=body)[0] < 500
        assert ask("/api/v1/complaints/", kind=kind, body=body)[0] < 500
    for path in (*PAGES, "/api/v1/organisations/", "/api/v1/schema/", "/api/v1/statistics/"):
        assert ask(path, kind=f"text/plain{bad}")[0] < 500
        assert ask(path, HTTP_ACCEPT=f"text/html{bad}")[0] < 500


def test_a_foreign_charset_is_refused_on_a_page_of_its_language(roads):
    kind, body = FORM

    _status, headers, content = ask("/fr/track/", kind=named(kind, "latin-1"), body=body)

    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert '<html lang="fr"' in content.decode()
