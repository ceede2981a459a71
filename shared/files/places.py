"""Places (paths) of files in the storage: each belongs to one schema, which its name proves.

A place is random, and its last part is a keyed digest of the rest and of the schema to which it
belongs. A row of an agency's tables may say anything: a file is opened, copied or deleted only
where the digest is right. Who knows a place can neither make another nor find out its schema, and
the same file has another place in another schema.
"""

import hmac
import logging
import re
import secrets

from django.conf import settings
from django.db import connection

logger = logging.getLogger(__name__)

FILES, EXPORTS = "attachments", "exports"
# No digest is in places of an earlier release, until the maintenance has moved their files.
_PLACE = re.compile(r"(attachments|exports)/([0-9a-f]{4})/([0-9a-f]{32})([0-9a-f]{16})?")
_DIGEST_LENGTH = 16
# By its length the database finds a place of an earlier release.
UNBOUND_LENGTH = len(f"{FILES}/0000/") + 32


class ForeignPlace(FileNotFoundError):
    """A place of another schema than that of its row; for the caller, there is no file."""


def entered_schema() -> str:
    """Return the name of the entered schema."""
    return str(getattr(connection, "schema_name", "public"))


def place_make(*, owner: str, folder: str = FILES) -> str:
    """Make a new random place for a schema: a place made of a file's name could be guessed."""
    return _bound(f"{folder}/{secrets.token_hex(2)}/{secrets.token_hex(16)}", owner)


def place_bound(path: str, *, owner: str) -> str:
    """Return a place with the digest of this schema; unchanged where it has that digest already.

    Raises ``ForeignPlace`` for text that is no place.
    """
    found = _PLACE.fullmatch(path)
    if found is None:
        raise ForeignPlace
    return _bound("/".join(found.group(1, 2, 3)), owner)


def is_unbound(path: str) -> bool:
    """Return whether a place has no owner, as an earlier release made them."""
    found = _PLACE.fullmatch(path)
    return found is not None and found[1] == FILES and found[4] is None


def is_place_of(path: str, *, owner: str, folder: str = FILES) -> bool:
    """Return whether a place belongs to this schema."""
    found = _PLACE.fullmatch(path)
    if found is None or found[1] != folder or found[4] is None:
        return False
    return secrets.compare_digest(_bound("/".join(found.group(1, 2, 3)), owner), path)


def place_require(path: str, *, owner: str = "", folder: str = FILES) -> None:
    """Refuse a place that is not this schema's, by default the entered schema's.

    Raises ``ForeignPlace``; logged without the place, which may be a person's words.
    """
    owner = owner or entered_schema()
    if not is_place_of(path, owner=owner, folder=folder):
        logger.error("a row of %s names a place that is not its own", owner)
        raise ForeignPlace


def _bound(base: str, owner: str) -> str:
    message = f"file place\0{owner}\0{base}".encode()
    digest = hmac.digest(settings.LOOKUP_KEY.encode(), message, "sha256")
    return base + digest.hex()[:_DIGEST_LENGTH]
