"""What holds for every answer: a refusal has its page, and a store keeps only public pages."""

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
# In characters; of a page of so many, what is saved by compressing it well is not worth its time.
LONG_PAGE, FAST = 40_000, 3
# Of how many pages a process keeps the bytes: of each of the few in each language, on each host.
MAX_CACHED_PAGES = 100
# Who has looked at a form keeps the first, who has changed the language of a console the second.
# Neither says anything on a page that holds no token and has its language in its address.
IMPERSONAL_COOKIES = frozenset({settings.CSRF_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME})

Responder = Callable[[HttpRequest], HttpResponse]

NUL, ENCODED_NUL = "\0", "%00"
# The only charsets that a sender may name: ASCII is a part of UTF-8.
CHARSETS = frozenset({"", "utf-8", "utf8", "utf_8", "us-ascii", "ascii"})
WITHOUT_BODY = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})

PRIVATE = "private, no-store"
# The parameter of every search: words that somebody typed lie in no store and on no shared phone.
TYPED = "q"


class PolicyMiddleware(CSPMiddleware):
    """django-csp's header; what all answers share is written once and not for each."""

    usual = ""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Leave to the library an answer that has asked for another policy."""
        asks = any(name.startswith("_csp") for name in vars(response))
        if asks or getattr(request, "_csp_nonce", None) or settings.DEBUG:
            return super().process_response(request, response)
        if not self.usual:
            self.usual = build_policy(**asdict(self.get_policy_parts(request, response)))
        response.headers.setdefault(HEADER, self.usual)
        return response


class ResponderMiddleware:
    """Base of a middleware that keeps the next responder."""

    def __init__(self, get_response: Responder) -> None:
        self.get_response = get_response


class DomainErrorMiddleware(ResponderMiddleware):
    """Turn a refusal by a use case into a page with the right status and its own sentence."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Hand on; what Django refuses without a word gets its page as well."""
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            return method_not_allowed(request, allow=response["Allow"])
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Return a page for a refusal; any other exception is a failure and goes on its way."""
        return refusal_page(request, exception) if isinstance(exception, DomainError) else None


class DrainRequestBodyMiddleware(ResponderMiddleware):
    """Read to its end what a refused request still sends.

    A server that answers and closes while the proxy is sending resets the connection: the proxy
    never sees the answer and says "closed for a short while" to somebody whose token has expired.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Hand on; nothing is left to read of a body that the view has read."""
        response = self.get_response(request)
        if isinstance(request, WSGIRequest) and not hasattr(request, "_body"):
            left = MAX_BODY_SIZE
            while left > 0 and (piece := request._stream.read(min(left, PIECE))):
                left -= len(piece)
        return response


class CharsetMiddleware(ResponderMiddleware):
    """Take text in UTF-8 alone, and headers that can be read.

    Forms and REST decode with whichever codec of Python the header Content-Type names: some decode
    no text, some raise, some let lone surrogates in, which no database stores.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Refuse what is sent in another charset; where nothing is sent, leave the header out."""
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
    """Let no NUL in by an address or a cookie: PostgreSQL stores none, and refuses to be asked.

    No browser sends one. Forms and REST refuse it field by field, and say so.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """No page has it in its address; in a query and in a cookie it is left out."""
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
    """Let a store keep what its view calls public, and nothing else.

    Outside of every middleware that reads or writes a cookie: only there is it known whether the
    answer holds something of this reader.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Hand on, then decide who may keep the answer."""
        response = self.get_response(request)
        asks_public = "public" in response.get("Cache-Control", "")
        if asks_public and _is_for_everybody(request, response):
            # A message that waits for this reader is shown on whichever page comes next.
            patch_vary_headers(response, ["Cookie"])
            if _is_page(response):
                # Here, so that the answer "nothing has changed" says it as well.
                patch_vary_headers(response, ["Accept-Encoding"])
        elif asks_public:
            response["Cache-Control"] = PRIVATE
        else:
            response.setdefault("Cache-Control", PRIVATE)
        return response


class PageCacheMiddleware(ResponderMiddleware):
    """Answer from the memory of this process what a view lets it keep (``caching.cached_while``).

    Only to readers without a session: to them a page shows nothing of their own. Inside of the
    middleware that knows the host, so that a host that is none of ours is refused as ever; outside
    of all that opens a session, chooses a language or finds the view.
    """

    def __init__(self, get_response: Responder) -> None:
        super().__init__(get_response)
        self._pages: dict[tuple[str, ...], CachedPage] = {}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The page that is kept; else hand on, and keep what may be kept."""
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
    """Pages are sent compressed also where no proxy does it; files and REST are left as they are.

    Each page is lengthened by chance, or its length would tell the token in it. A long one of a
    console is compressed fast: by the library's level it takes a tenth of an inbox's processor
    time, and is a thirteenth shorter.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Compress what a browser draws."""
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
    """Let htmx follow no redirect: it would put a whole page in the place of a part."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Hand on; the browser goes where a redirect leads, and a poll leads nobody anywhere."""
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
    """Return under what an answer may be kept; ``None`` where it may depend on who asks, or on a
    query.
    """
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
    # Consoles are never public, whatever a view of theirs says. The host's middleware stands above
    # this package: what it put on the request is taken as it is.
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
    """Return whether a parameter names the charset of its own value, which is then decoded by
    it.
    """
    return "*" in header and "*=" in "".join(header.split())
