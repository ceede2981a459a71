"""HTTP caching: which caches may store a response, and ETags."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus
from typing import TypeVar

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse, HttpResponseBase
from django.http.response import ResponseHeaders
from django.utils.cache import set_response_etag
from django.utils.text import compress_string
from django.views.decorators.cache import cache_control

SECONDS = 60

Page = TypeVar("Page", bound=HttpResponseBase)

# Any cache may store the page for a minute, then uses the page as long as its ETag is the same. The
# middleware makes the page private if the page contains data of its reader.
public_page = cache_control(public=True, max_age=SECONDS)


_IS_VALID = "_page_is_valid"
_IS_SHARED = "_page_is_shared"


@dataclass(frozen=True, slots=True, kw_only=True)
class CachedPage:
    """The bytes and headers of a page, which the server may send while ``is_valid()`` is true."""

    plain: bytes
    compressed: bytes
    headers: ResponseHeaders
    compressed_headers: ResponseHeaders
    is_valid: Callable[[], bool]

    def response(self, *, accepts_gzip: bool) -> HttpResponse:
        """Return a response of the cached bytes, with their ETag."""
        content = self.compressed if accepts_gzip else self.plain
        headers = self.compressed_headers if accepts_gzip else self.headers
        answer = HttpResponse(content, content_type=headers["Content-Type"])
        # Django checked these headers when the page was made. To set them would check them again.
        answer.headers._store.update(headers._store)
        return cached_while(mark_shared(answer), self.is_valid)


def mark_shared(response: HttpResponse) -> HttpResponse:
    """Record in a response that it was made without cookies, session and user."""
    setattr(response, _IS_SHARED, True)
    return response


def is_shared(response: HttpResponse) -> bool:
    """Return whether a response was made without cookies, session and user."""
    return getattr(response, _IS_SHARED, False)


def is_versioned(response: HttpResponse) -> bool:
    """Return whether the server knows, without a query, if a response is still the current one."""
    return hasattr(response, _IS_VALID)


def cached_while(response: HttpResponse, is_valid: Callable[[], bool]) -> HttpResponse:
    """Let this process send a published page to all readers while ``is_valid()`` is true.

    ``is_valid`` is called at each request, so ``is_valid`` must not query the database.
    """
    setattr(response, _IS_VALID, is_valid)
    return response


def cached_page(response: HttpResponse) -> CachedPage | None:
    """Return the page for the cache; ``None`` if the page may contain data of its reader."""
    is_valid: Callable[[], bool] | None = getattr(response, _IS_VALID, None)
    if is_valid is None or response.status_code != HTTPStatus.OK or not is_valid():
        return None
    if not is_shared(response):
        return None
    # A page that varies by a cookie or by the browser's language does not depend only on its
    # address.
    if (
        "public" not in response.get("Cache-Control", "")
        or response.cookies
        or response.has_header("Vary")
    ):
        return None
    content = response.content
    # Random padding hides the length of secrets, but this page has no secret.
    compressed = compress_string(content)
    tagged = set_response_etag(HttpResponse(content, headers=dict(response.items())))
    packed = {
        **tagged.headers,
        "Content-Encoding": "gzip",
        "Content-Length": str(len(compressed)),
        "ETag": f"W/{tagged['ETag']}",
    }
    return CachedPage(
        plain=content,
        compressed=compressed,
        headers=ResponseHeaders({**tagged.headers, "Content-Length": str(len(content))}),
        compressed_headers=ResponseHeaders(packed),
        is_valid=is_valid,
    )


def unlisted(response: Page) -> Page:
    """Set the headers of a page with a secret address: not stored, indexed or sent as referrer."""
    response["Cache-Control"] = "no-store, private"
    # With "no-referrer" alone, browsers send forms without an origin, and Django refuses such
    # forms. With "strict-origin", which older browsers ignore, browsers send the site without the
    # path.
    response["Referrer-Policy"] = "no-referrer, strict-origin"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def weak_tag(body: Mapping[str, object], *, without: str) -> str:
    """Return the weak ETag of a JSON body without the field ``without``, which is a time."""
    text = json.dumps(
        {name: value for name, value in body.items() if name != without},
        cls=DjangoJSONEncoder,
        sort_keys=True,
    )
    return f'W/"{sha256(text.encode()).hexdigest()[:32]}"'
