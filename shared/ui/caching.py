"""Which answers anybody may keep for a while, and how a keeper learns that nothing has changed."""

import json
from collections.abc import Mapping
from hashlib import sha256

from django.core.serializers.json import DjangoJSONEncoder
from django.views.decorators.cache import cache_control

SECONDS = 60

# A page that anybody may keep for a minute, and after that until its tag has changed. The
# middleware takes it back where the answer holds something of this reader.
public_page = cache_control(public=True, max_age=SECONDS)


def weak_tag(body: Mapping[str, object], *, without: str) -> str:
    """The ETag of a JSON body that says the same with another moment in the field ``without``."""
    said = {name: value for name, value in body.items() if name != without}
    text = json.dumps(said, cls=DjangoJSONEncoder, sort_keys=True)
    return f'W/"{sha256(text.encode()).hexdigest()[:32]}"'
