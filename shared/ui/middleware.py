"""Middleware of every answer: error pages, security headers, caching and compression."""

import secrets
from collections.abc import Callable
from dataclasses import asdict
from gzip import GzipFile
from io import BytesIO

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.request import split_domain_port
from django.http.response import HttpResponseBase, HttpResponseRedirectBase
from django.middleware.gzip import GZipMiddleware, re_accepts_gzip
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_header_parameters

from shared.kernel.errors import DomainError
from shared.ui.cache_control import CachedPage, cached_page
from shared.ui.error_pages import charset_refused, method_not_allowed, page_not_found, refusal_page
from shared.ui.parts import is_htmx, is_poll

# What the proxy lets through at most; whoever sends more comes by no proxy of ours.
MAX_BODY_SIZE = 48 * 1024 * 1024
PIECE = 65_536
# In bytes; for a page of this length or more, better compression is not worth its time.
LONG_PAGE, FAST = 40_000, 3
# Pages in the cache of a process: the few public ones, in each language, on each host.
MAX_CACHED_PAGES = 100
# A form sets the first, a change of the language in a console the second. Neither changes a page
# that holds no token and has its language in its address.
IMPERSONAL_COOKIES = frozenset({settings.CSRF_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME})

Responder = Callable[[HttpRequest], HttpResponse]

NUL, ENCODED_NUL = "\0", "%00"
# The only charsets that a sender may name: ASCII is a part of UTF-8.
CHARSETS = frozenset({"", "utf-8", "utf8", "utf_8", "us-ascii", "ascii"})
WITHOUT_BODY = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})

PRIVATE = "private, no-store"
# The parameter of every search: words that somebody typed are in no cache and on no shared phone.
TYPED = "q"


class PolicyMiddleware(CSPMiddleware):
    """django-csp's middleware; the common policy is built once and not for each answer."""

    usual = ""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Set the common policy; an answer with its own policy is left to the library."""
        asks = any(name.startswith("_csp") for name in vars(response))
        if asks or getattr(request, "_csp_nonce", None) or settings.DEBUG:
            return super().process_response(request, response)
        if not self.usual:
            self.usual = build_policy(**asdict(self.get_policy_parts(request, response)))
        response.headers.setdefault(HEADER, self.usual)
        return response


class ResponderMiddleware:
    """Base of a middleware that stores the next responder."""

    def __init__(self, get_response: Responder) -> None:
        self.get_response = get_response


class DomainErrorMiddleware(ResponderMiddleware):
    """Middleware that turns a domain error into a page with its status and its own sentence."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; Django's empty 405 gets its page as well."""
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            return method_not_allowed(request, allow=response["Allow"])
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Return a page for a domain error; any other exception is a failure and goes on."""
        return refusal_page(request, exception) if isinstance(exception, DomainError) else None


class DrainRequestBodyMiddleware(ResponderMiddleware):
    """Middleware that reads the rest of a refused request's body.

    A server that answers and closes while the proxy is sending resets the connection: the proxy
    never gets the answer and shows "closed for a short while" to somebody whose token has expired.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on, then read what the view has left of the body."""
        response = self.get_response(request)
        if isinstance(request, WSGIRequest) and not hasattr(request, "_body"):
            left = MAX_BODY_SIZE
            while left > 0 and (piece := request._stream.read(min(left, PIECE))):
                left -= len(piece)
        return response


class CharsetMiddleware(ResponderMiddleware):
    """Middleware that takes text in UTF-8 alone, and headers that can be read.

    Forms and REST decode with whichever codec of Python the header Content-Type names: some decode
    no text, some raise, some let lone surrogates in, which no database stores.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Refuse a body in another charset; where there is no body, remove the header."""
        if not _is_utf8(request.META.get("CONTENT_TYPE", "")):
            if request.method not in WITHOUT_BODY:
                return charset_refused(request)
            request.META["CONTENT_TYPE"] = ""
            request.encoding = settings.DEFAULT_CHARSET
        # An encoded parameter means nothing there, and its charset may raise as well.
        if _has_encoded_parameter(request.META.get("HTTP_ACCEPT", "")):
            del request.META["HTTP_ACCEPT"]
        return self.get_response(request)


class NulMiddleware(ResponderMiddleware):
    """Middleware against NUL in an address or a cookie: PostgreSQL refuses a query with NUL.

    No browser sends NUL. Forms and REST refuse it field by field, with a message.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer 404 to NUL in a path; remove NUL from the query, and cookies that have it."""
        if NUL in request.path_info:
            return page_not_found(request, Http404())
        query = request.META.get("QUERY_STRING", "")
        # Again, for what is left could make another one.
        while NUL in query or ENCODED_NUL in query:
            query = query.replace(NUL, "").replace(ENCODED_NUL, "")
            request.META["QUERY_STRING"] = query
        if any(NUL in value for value in request.COOKIES.values()):
            request.COOKIES = {
                name: value for name, value in request.COOKIES.items() if NUL not in value
            }
        return self.get_response(request)


class CacheControlMiddleware(ResponderMiddleware):
    """Middleware that lets caches store what its view calls public, and nothing else.

    Outside of every middleware that reads or writes a cookie: only there is it known whether the
    answer holds something of this reader.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on, then set who may store the answer."""
        response = self.get_response(request)
        asks_public = "public" in response.get("Cache-Control", "")
        if asks_public and _is_for_everybody(request, response):
            # A message that waits for this reader is shown on whichever page comes next.
            patch_vary_headers(response, ["Cookie"])
            if _is_page(response):
                # Here, so that a 304 has this header as well.
                patch_vary_headers(response, ["Accept-Encoding"])
        elif asks_public:
            response["Cache-Control"] = PRIVATE
        else:
            response.setdefault("Cache-Control", PRIVATE)
        return response


class PageCacheMiddleware(ResponderMiddleware):
    """Middleware that answers from this process's page cache (``cache_control.cached_while``).

    Only for readers without a session: to them a page shows nothing of their own. Inside of the
    middleware that knows the host, so that an unknown host is still refused; outside of all that
    opens a session, chooses a language or finds the view.
    """

    def __init__(self, get_response: Responder) -> None:
        super().__init__(get_response)
        self._pages: dict[tuple[str, ...], CachedPage] = {}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Return the cached page; else pass the request on, and cache what may be cached."""
        key = _page_key(request)
        if key is None:
            return self.get_response(request)
        page = self._pages.get(key)
        if page is not None and page.is_valid():
            encodings = request.META.get("HTTP_ACCEPT_ENCODING", "")
            return page.response(accepts_gzip=bool(re_accepts_gzip.search(encodings)))
        response = self.get_response(request)
        if kept := cached_page(response):
            if len(self._pages) >= MAX_CACHED_PAGES:
                self._pages.clear()
            self._pages[key] = kept
        return response


class PageGzipMiddleware(GZipMiddleware):
    """Middleware that compresses pages also where no proxy does; not files and not REST.

    Each page is padded at random, or its length would reveal the token in it. A long page of a
    console is compressed fast: at the library's level compression takes a tenth of an inbox's
    processor time, for a page that is a thirteenth shorter.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Compress a page; leave other answers as they are."""
        if not _is_page(response):
            return response
        if (
            getattr(request, "urlconf", "") == settings.ROOT_URLCONF
            and isinstance(response, HttpResponse)
            and len(response.content) >= LONG_PAGE
        ):
            return self._compressed_fast(request, response)
        return super().process_response(request, response)

    def _compressed_fast(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if response.has_header("Content-Encoding"):
            return response
        patch_vary_headers(response, ("Accept-Encoding",))
        if not re_accepts_gzip.search(request.META.get("HTTP_ACCEPT_ENCODING", "")):
            return response
        packed = BytesIO()
        name = secrets.token_hex(1 + secrets.randbelow(self.max_random_bytes))
        with GzipFile(name, "wb", FAST, packed, mtime=0) as file:
            file.write(response.content)
        response.content = packed.getvalue()
        response["Content-Length"] = str(len(response.content))
        response["Content-Encoding"] = "gzip"
        etag = response.get("ETag", "")
        if etag.startswith('"'):
            response["ETag"] = f"W/{etag}"
        return response


class PartMiddleware(ResponderMiddleware):
    """Middleware that stops htmx from following a redirect: a whole page would replace a part."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; the browser follows a redirect, and a poll gets none."""
        response = self.get_response(request)
        if not is_htmx(request):
            return response
        patch_vary_headers(response, ["HX-Request"])
        if isinstance(response, HttpResponseRedirectBase):
            return _led_by_browser(request, response)
        return response


def _led_by_browser(request: HttpRequest, response: HttpResponseRedirectBase) -> HttpResponse:
    led = HttpResponse(status=204 if is_poll(request) else 200)
    led.cookies = response.cookies
    if not is_poll(request):
        led["HX-Redirect"] = response.url
    return led


def _page_key(request: HttpRequest) -> tuple[str, ...] | None:
    """Return the cache key of a request; ``None`` where reader or query may change the page."""
    is_plain = (
        request.method in ("GET", "HEAD")
        and getattr(request, "urlconf", "") == settings.PUBLIC_SCHEMA_URLCONF
        and request.COOKIES.keys() <= IMPERSONAL_COOKIES
        and not request.META.get("QUERY_STRING")
    )
    if not is_plain:
        return None
    host, _port = split_domain_port(request.META.get("HTTP_HOST", "").lower())
    return request.scheme or "", host.rstrip("."), request.path


def _is_page(response: HttpResponseBase) -> bool:
    return response.get("Content-Type", "").startswith(("text/html", "text/javascript"))


def _is_for_everybody(request: HttpRequest, response: HttpResponse) -> bool:
    # Consoles are never public, whatever their views say. This package may not import the host's
    # middleware, and reads what it set on the request.
    session = getattr(request, "session", None)
    return (
        getattr(request, "urlconf", "") == settings.PUBLIC_SCHEMA_URLCONF
        and response.status_code == 200
        and not response.cookies
        and not (session and session.accessed)
        and TYPED not in request.GET
    )


def _is_utf8(content_type: str) -> bool:
    if ";" not in content_type:
        return True
    try:
        _kind, parameters = parse_header_parameters(content_type)
    except ValueError:
        return False
    is_known = parameters.get("charset", "").strip().lower() in CHARSETS
    return is_known and not _has_encoded_parameter(content_type)


def _has_encoded_parameter(header: str) -> bool:
    """Return whether a parameter names a charset with which its own value is then decoded."""
    return "*" in header and "*=" in "".join(header.split())
