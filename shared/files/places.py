"""Places (paths) of files in the storage: each belongs to one schema, which its name proves.

A place is random, and its last part is a keyed digest of the other parts and of the schema to which
it belongs. Rows of an agency are not trusted: a file is opened, copied or deleted only if the
digest is right. Who knows a place can neither make another place nor find out its schema. The same
file has another place in another schema.
"""

import hmac
import logging
import re
import secrets

from django.conf import settings
from django.db import connection

logger = logging.getLogger(__name__)

FILES, EXPORTS = "attachments", "exports"
# Places of an earlier release have no digest until the maintenance has moved their files.
_PLACE = re.compile(r"(attachments|exports)/([0-9a-f]{4})/([0-9a-f]{32})([0-9a-f]{16})?")
_DIGEST_LENGTH = 16
# Length of a place of an earlier release, by which the database finds such a place.
UNBOUND_LENGTH = len(f"{FILES}/0000/") + 32


class ForeignPlace(FileNotFoundError):
    """The error for a place of another schema than its row's schema; callers see a missing file."""


def entered_schema() -> str:
    """Return the name of the entered schema."""
    return str(getattr(connection, "schema_name", "public"))


def place_make(*, owner: str, folder: str = FILES) -> str:
    """Make a new random place for a schema, because a place from a file's name could be guessed."""
    return _bound(f"{folder}/{secrets.token_hex(2)}/{secrets.token_hex(16)}", owner)


def place_bound(path: str, *, owner: str) -> str:
    """Return a place with the digest of this schema; unchanged if it has that digest already.

    Raises ``ForeignPlace`` for text that is no place.
    """
    found = _PLACE.fullmatch(path)
    if found is None:
        raise ForeignPlace
    return _bound("/".join(found.group(1, 2, 3)), owner)


def is_unbound(path: str) -> bool:
    """Return whether a place has no owner, which is so for places of an earlier release."""
    found = _PLACE.fullmatch(path)
    return found is not None and found[1] == FILES and found[4] is None


def is_place_of(path: str, *, owner: str, folder: str = FILES) -> bool:
    """Return whether a place belongs to this schema."""
    found = _PLACE.fullmatch(path)
    if found is None or found[1] != folder or found[4] is None:
        return False
    return secrets.compare_digest(_bound("/".join(found.group(1, 2, 3)), owner), path)


def place_require(path: str, *, owner: str = "", folder: str = FILES) -> None:
    """Require that a place belongs to ``owner``, by default the entered schema.

    Raises ``ForeignPlace``. The log does not contain the place, which may be a person's text.
    """
    owner = owner or entered_schema()
    if not is_place_of(path, owner=owner, folder=folder):
        logger.error("a row of %s names a place that is not its own", owner)
        raise ForeignPlace


def _bound(base: str, owner: str) -> str:
    message = f"file place\0{owner}\0{base}".encode()
    digest = hmac.digest(settings.LOOKUP_KEY.encode(), message, "sha256")
    return base + digest.hex()[:_DIGEST_LENGTH]
