"""Middleware of every response: error pages, security headers, caching and compression."""

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
from django.middleware.http import ConditionalGetMiddleware
from django.urls import ResolverMatch
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_header_parameters

from shared.kernel.errors import DomainError
from shared.ui.cache_control import CachedPage, cached_page, is_shared, is_versioned
from shared.ui.error_pages import charset_refused, method_not_allowed, page_not_found, refusal_page
from shared.ui.parts import is_htmx, is_poll
from shared.ui.published import SHARED_COOKIES, STORE_KEY, store_key

# The proxy passes no larger body, so a larger body did not come through our proxy.
MAX_BODY_SIZE = 48 * 1024 * 1024
PIECE = 65_536
# From this length in bytes on, a page is compressed at the fast level.
LONG_PAGE, FAST = 40_000, 3
# The most pages in the cache of a process: few public pages, in each language, on each host.
MAX_CACHED_PAGES = 100

Responder = Callable[[HttpRequest], HttpResponse]

NUL, ENCODED_NUL = "\0", "%00"
# The only charsets that a sender may name: ASCII is a part of UTF-8.
CHARSETS = frozenset({"", "utf-8", "utf8", "utf_8", "us-ascii", "ascii"})
WITHOUT_BODY = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})

PRIVATE = "private, no-store"
# The headers of conditional requests.
CONDITIONS = frozenset(
    {
        "HTTP_IF_MATCH",
        "HTTP_IF_NONE_MATCH",
        "HTTP_IF_MODIFIED_SINCE",
        "HTTP_IF_UNMODIFIED_SINCE",
    }
)
# The parameter of every search; no cache may store pages with words typed by a person.
TYPED = "q"


class PolicyMiddleware(CSPMiddleware):
    """django-csp's middleware, but the common policy is built only once."""

    usual = ""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Set the common policy; for a response with its own policy, call the library."""
        asks = any(name.startswith("_csp") for name in vars(response))
        if asks or getattr(request, "_csp_nonce", None) or settings.DEBUG:
            return super().process_response(request, response)
        if not self.usual:
            self.usual = build_policy(**asdict(self.get_policy_parts(request, response)))
        response.headers.setdefault(HEADER, self.usual)
        return response


class ResponderMiddleware:
    """Base class of our middleware: each instance stores the next responder."""

    def __init__(self, get_response: Responder) -> None:
        self.get_response = get_response


class DomainErrorMiddleware(ResponderMiddleware):
    """Middleware that turns a domain error into a page with the error's status and sentence."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on, and replace Django's empty response of status 405 by a page."""
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            return method_not_allowed(request, allow=response["Allow"])
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Return a page for a domain error; ``None`` for other exceptions."""
        return refusal_page(request, exception) if isinstance(exception, DomainError) else None


class DrainRequestBodyMiddleware(ResponderMiddleware):
    """Middleware that reads the rest of a request's body after the response is made.

    If the server responds and closes while the proxy still sends, the connection is reset, and the
    proxy shows "closed for a short while" in place of the response.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on, then read the part of the body that the view did not read."""
        response = self.get_response(request)
        if isinstance(request, WSGIRequest) and not hasattr(request, "_body"):
            left = MAX_BODY_SIZE
            while left > 0 and (piece := request._stream.read(min(left, PIECE))):
                left -= len(piece)
        return response


class CharsetMiddleware(ResponderMiddleware):
    """Middleware that accepts only text in UTF-8 and readable headers.

    Forms and REST decode with any Python codec that the header Content-Type names. Some codecs
    decode no text, raise an error, or allow lone surrogates, which no database stores.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Refuse a body in another charset; for a method without a body, clear the header."""
        if not _is_utf8(request.META.get("CONTENT_TYPE", "")):
            if request.method not in WITHOUT_BODY:
                return charset_refused(request)
            request.META["CONTENT_TYPE"] = ""
            request.encoding = settings.DEFAULT_CHARSET
        # An encoded parameter has no meaning in Accept, but its charset may raise an error.
        if _has_encoded_parameter(request.META.get("HTTP_ACCEPT", "")):
            del request.META["HTTP_ACCEPT"]
        return self.get_response(request)


class NulMiddleware(ResponderMiddleware):
    """Middleware against NUL in addresses and cookies, because PostgreSQL refuses a query with NUL.

    No browser sends NUL. Forms and REST refuse NUL field by field, with a message.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Return 404 for NUL in a path; remove NUL from the query, and cookies with NUL."""
        if NUL in request.path_info:
            return page_not_found(request, Http404())
        query = request.META.get("QUERY_STRING", "")
        # The loop repeats, because the remaining characters may form a new ``%00``.
        while NUL in query or ENCODED_NUL in query:
            query = query.replace(NUL, "").replace(ENCODED_NUL, "")
            request.META["QUERY_STRING"] = query
        if any(NUL in value for value in request.COOKIES.values()):
            request.COOKIES = {
                name: value for name, value in request.COOKIES.items() if NUL not in value
            }
        return self.get_response(request)


class ConditionalMiddleware(ConditionalGetMiddleware):
    """Django's middleware, but a response with an ETag is returned at once if nobody asks for one.

    Django checks for each kind of condition, although most requests have none.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Set an ETag if there is none, and return status 304 for a response that is unchanged."""
        if response.has_header("ETag") and request.META.keys().isdisjoint(CONDITIONS):
            return response
        return super().process_response(request, response)


class CacheControlMiddleware(ResponderMiddleware):
    """Middleware that lets caches store only responses that their view marks as public.

    Place this middleware outside every middleware that uses cookies, because only there all cookies
    of the response are known.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on, then set which caches may store the response."""
        response = self.get_response(request)
        asks_public = "public" in response.get("Cache-Control", "")
        if asks_public and _is_for_everybody(request, response):
            _vary_by_reader(request, response)
        elif asks_public:
            response["Cache-Control"] = PRIVATE
        else:
            response.setdefault("Cache-Control", PRIVATE)
        return response


class PageCacheMiddleware(ResponderMiddleware):
    """Middleware that responds from this process's page cache (``cache_control.cached_while``).

    The cache holds only published pages (``published.published_page``), which have no personal
    data. Place this middleware inside the host's middleware, so that an unknown host is refused,
    and outside all middleware that opens a session, chooses a language or finds the view.
    """

    def __init__(self, get_response: Responder) -> None:
        super().__init__(get_response)
        self._pages: dict[tuple[str, ...], tuple[CachedPage, ResolverMatch | None]] = {}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Return the cached page, or pass the request on and cache the response if allowed."""
        key = _page_key(request)
        if key is None:
            return self.get_response(request)
        page, match = self._pages.get(key, (None, None))
        if page is not None and page.is_valid():
            # No view is looked up for this response, but its cost is the cost of that view's page.
            request.resolver_match = match
            encodings = request.META.get("HTTP_ACCEPT_ENCODING", "")
            return page.response(accepts_gzip=bool(re_accepts_gzip.search(encodings)))
        response = self.get_response(request)
        if kept := cached_page(response):
            if len(self._pages) >= MAX_CACHED_PAGES:
                self._pages.clear()
            self._pages[key] = kept, request.resolver_match
        return response


class PageGzipMiddleware(GZipMiddleware):
    """Middleware that compresses pages, but no files and no responses of the REST API.

    Each page gets random padding, because the length could reveal a secret in the page. Long pages
    of a console are compressed at a fast level: a tenth less processor time, a thirteenth more
    bytes.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Compress a page; return other responses unchanged."""
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
    """Middleware that stops htmx from following a redirect and showing a whole page in a part."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; the browser follows a redirect itself, but not for a poll."""
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


def _vary_by_reader(request: HttpRequest, response: HttpResponse) -> None:
    """Tell caches that a page may show a message from a cookie, or another menu.

    The proxy's store has its own key for a published page, and tells the browser the rest.
    """
    varying = ["Cookie"]
    if STORE_KEY in request.META and is_shared(response):
        varying = []
        response["X-Store-Vary"] = "Cookie"
        if is_versioned(response):
            # The proxy asks again after a second; mostly a process answers 304 from its cache.
            response["X-Accel-Expires"] = "1"
    if _is_page(response):
        # The header is set here, so that a 304 response has the header too.
        varying.append("Accept-Encoding")
    if response.has_header("Vary"):
        patch_vary_headers(response, varying)
    elif varying:
        response["Vary"] = ", ".join(varying)


def _page_key(request: HttpRequest) -> tuple[str, ...] | None:
    """Return the cache key of a request; ``None`` if cookies or query may change the page."""
    is_plain = (
        request.method in ("GET", "HEAD")
        and getattr(request, "urlconf", "") == settings.PUBLIC_SCHEMA_URLCONF
        and request.COOKIES.keys() <= SHARED_COOKIES
        and not request.META.get("QUERY_STRING")
    )
    if not is_plain:
        return None
    host, _port = split_domain_port(request.META.get("HTTP_HOST", "").lower())
    return request.scheme or "", host.rstrip("."), request.path, store_key(request)


def _is_page(response: HttpResponseBase) -> bool:
    return response.get("Content-Type", "").startswith(("text/html", "text/javascript"))


def _is_for_everybody(request: HttpRequest, response: HttpResponse) -> bool:
    # Pages of consoles are never public. The request's attributes are read here, because this
    # package may not import the host's middleware.
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
    """Return whether a header has an encoded parameter, which names its own charset."""
    return "*" in header and "*=" in "".join(header.split())
