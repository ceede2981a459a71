"""HTTP caching: which responses any cache may store, and the tags that revalidate responses."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus
from typing import TypeVar

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse, HttpResponseBase
from django.utils.cache import set_response_etag
from django.utils.text import compress_string
from django.views.decorators.cache import cache_control

SECONDS = 60

Page = TypeVar("Page", bound=HttpResponseBase)

# Any cache may store the page for a minute, and may use it later until its ETag changes. The
# middleware makes the page private if it contains data of this reader.
public_page = cache_control(public=True, max_age=SECONDS)


_IS_VALID = "_page_is_valid"


@dataclass(frozen=True, slots=True, kw_only=True)
class CachedPage:
    """The bytes and headers of a page, which may be sent as long as ``is_valid()`` is true."""

    plain: bytes
    compressed: bytes
    headers: Mapping[str, str]
    is_valid: Callable[[], bool]

    def response(self, *, accepts_gzip: bool) -> HttpResponse:
        """Return a response of the cached bytes, with the ETag for Django's 304 middleware."""
        content = self.compressed if accepts_gzip else self.plain
        answer = HttpResponse(content, headers=dict(self.headers))
        answer.headers["Content-Length"] = str(len(content))
        if accepts_gzip:
            answer.headers["Content-Encoding"] = "gzip"
            answer.headers["ETag"] = f"W/{answer.headers['ETag']}"
        return answer


def cached_while(response: HttpResponse, is_valid: Callable[[], bool]) -> HttpResponse:
    """Let this process send a page to all readers without a session while ``is_valid()`` is true.

    The page must depend on its address alone. ``is_valid`` is called at each request, so it must
    not query the database.
    """
    setattr(response, _IS_VALID, is_valid)
    return response


def cached_page(response: HttpResponse) -> CachedPage | None:
    """Return the page for the cache; ``None`` if the page may contain data of this reader."""
    is_valid: Callable[[], bool] | None = getattr(response, _IS_VALID, None)
    if is_valid is None or response.status_code != HTTPStatus.OK or not is_valid():
        return None
    # A page that varies by a cookie or the browser's language does not depend on its address alone.
    if (
        "public" not in response.get("Cache-Control", "")
        or response.cookies
        or response.has_header("Vary")
    ):
        return None
    tagged = set_response_etag(HttpResponse(response.content, headers=dict(response.items())))
    return CachedPage(
        plain=response.content,
        # No random padding is needed, because it hides the length of secrets and the page has no
        # secret.
        compressed=compress_string(response.content),
        headers={name: value for name, value in tagged.items() if name.lower() != "content-length"},
        is_valid=is_valid,
    )


def unlisted(response: Page) -> Page:
    """Set headers of a page at a secret address: not stored, not indexed, not sent as referrer."""
    response["Cache-Control"] = "no-store, private"
    # With "no-referrer" alone, browsers send forms without an origin, and such forms are refused.
    # The second value sends the site and never the address; older browsers do not know it.
    response["Referrer-Policy"] = "no-referrer, strict-origin"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def weak_tag(body: Mapping[str, object], *, without: str) -> str:
    """Return the weak ETag of a JSON body, without its field ``without``, which is a moment."""
    text = json.dumps(
        {name: value for name, value in body.items() if name != without},
        cls=DjangoJSONEncoder,
        sort_keys=True,
    )
    return f'W/"{sha256(text.encode()).hexdigest()[:32]}"'
