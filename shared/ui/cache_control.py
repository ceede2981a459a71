"""Which answers anybody may keep for a while, and how a keeper learns that nothing has changed."""

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

# A page that anybody may keep for a minute, and after that until its tag has changed. The
# middleware takes it back where the answer holds something of this reader.
public_page = cache_control(public=True, max_age=SECONDS)


_IS_VALID = "_page_is_valid"


@dataclass(frozen=True, slots=True, kw_only=True)
class CachedPage:
    """The bytes of a page with its headers, to be sent as long as ``is_valid()``."""

    plain: bytes
    compressed: bytes
    headers: Mapping[str, str]
    is_valid: Callable[[], bool]

    def response(self, *, accepts_gzip: bool) -> HttpResponse:
        """Return the answer made of it; the middleware for 304 finds the tag already there."""
        content = self.compressed if accepts_gzip else self.plain
        answer = HttpResponse(content, headers=dict(self.headers))
        answer.headers["Content-Length"] = str(len(content))
        if accepts_gzip:
            answer.headers["Content-Encoding"] = "gzip"
            answer.headers["ETag"] = f"W/{answer.headers['ETag']}"
        return answer


def cached_while(response: HttpResponse, is_valid: Callable[[], bool]) -> HttpResponse:
    """Let this process send the same page to every reader without a session while ``is_valid()``.

    For a page that nothing but its address decides. ``is_valid`` is asked at each request, so it
    must not ask the database.
    """
    setattr(response, _IS_VALID, is_valid)
    return response


def cached_page(response: HttpResponse) -> CachedPage | None:
    """Return what may be sent to others as well; ``None`` where something in it is of this
    reader.
    """
    is_valid: Callable[[], bool] | None = getattr(response, _IS_VALID, None)
    if is_valid is None or response.status_code != HTTPStatus.OK or not is_valid():
        return None
    # Whatever it varies by (a cookie, the language that a browser asks for) is not in its address.
    if (
        "public" not in response.get("Cache-Control", "")
        or response.cookies
        or response.has_header("Vary")
    ):
        return None
    tagged = set_response_etag(HttpResponse(response.content, headers=dict(response.items())))
    return CachedPage(
        plain=response.content,
        # No padding by chance: it hides the length of a secret, and here is none.
        compressed=compress_string(response.content),
        headers={name: value for name, value in tagged.items() if name.lower() != "content-length"},
        is_valid=is_valid,
    )


def unlisted(response: Page) -> Page:
    """Return a page whose address is a secret: not stored, not indexed, not told to the next
    site.
    """
    response["Cache-Control"] = "no-store, private"
    # Under "no-referrer" a browser sends its forms as from nowhere and they are refused; so that is
    # for browsers that do not know the second, which tells the site but never the address.
    response["Referrer-Policy"] = "no-referrer, strict-origin"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def weak_tag(body: Mapping[str, object], *, without: str) -> str:
    """Return the ETag of a JSON body that says the same with another moment in the field
    ``without``.
    """
    text = json.dumps(
        {name: value for name, value in body.items() if name != without},
        cls=DjangoJSONEncoder,
        sort_keys=True,
    )
    return f'W/"{sha256(text.encode()).hexdigest()[:32]}"'
