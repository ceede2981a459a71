"""Which answers anybody may keep for a while, and how a keeper learns that nothing has changed."""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import TypeVar

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponseBase
from django.views.decorators.cache import cache_control

SECONDS = 60

Page = TypeVar("Page", bound=HttpResponseBase)

# A page that anybody may keep for a minute, and after that until its tag has changed. The
# middleware takes it back where the answer holds something of this reader.
public_page = cache_control(public=True, max_age=SECONDS)


def unlisted(response: Page) -> Page:
    """A page whose address is a secret: not stored, not indexed, not told to the next site."""
    response["Cache-Control"] = "no-store, private"
    # Under "no-referrer" a browser sends its forms as from nowhere and they are refused; so that is
    # for browsers that do not know the second, which tells the site but never the address.
    response["Referrer-Policy"] = "no-referrer, strict-origin"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def weak_tag(body: Mapping[str, object], *, without: str) -> str:
    """The ETag of a JSON body that says the same with another moment in the field ``without``."""
    said = {name: value for name, value in body.items() if name != without}
    text = json.dumps(said, cls=DjangoJSONEncoder, sort_keys=True)
    return f'W/"{sha256(text.encode()).hexdigest()[:32]}"'
