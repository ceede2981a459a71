"""Places of files in the storage: each belongs to one schema, and its name proves it.

A place is random, and its last part is a keyed digest of the rest and of the schema to which it
belongs. A row of an agency's tables may say anything: what it names is opened, copied or deleted
only where that digest is right. Who knows a place can neither make one nor learn from it whose it
is, and the same file has another place in another schema.
"""

import hmac
import logging
import re
import secrets

from django.conf import settings
from django.db import connection

logger = logging.getLogger(__name__)

FILES, EXPORTS = "attachments", "exports"
# The digest is missing in places of an earlier release, until the upkeep has moved their files.
_PLACE = re.compile(r"(attachments|exports)/([0-9a-f]{4})/([0-9a-f]{32})([0-9a-f]{16})?")
_DIGEST_LENGTH = 16
# By its length the database finds a place of an earlier release.
UNBOUND_LENGTH = len(f"{FILES}/0000/") + 32


class ForeignPlace(FileNotFoundError):
    """A row names a place that is none of its schema's: for whoever asks, there is no file."""


def entered_schema() -> str:
    """Return the schema whose rows name the files of the moment."""
    return str(getattr(connection, "schema_name", "public"))


def place_make(*, owner: str, folder: str = FILES) -> str:
    """Make a new place that belongs to a schema; made of a name it could be guessed or escape."""
    return _bound(f"{folder}/{secrets.token_hex(2)}/{secrets.token_hex(16)}", owner)


def place_bound(path: str, *, owner: str) -> str:
    """Return the name that a place has as one of this schema; its own name where it is one already.

    Raises ``ForeignPlace`` for what is no place at all.
    """
    found = _PLACE.fullmatch(path)
    if found is None:
        raise ForeignPlace
    return _bound("/".join(found.group(1, 2, 3)), owner)


def is_unbound(path: str) -> bool:
    """Return whether a place has no owner: it was made by an earlier release."""
    found = _PLACE.fullmatch(path)
    return found is not None and found[1] == FILES and found[4] is None


def is_place_of(path: str, *, owner: str, folder: str = FILES) -> bool:
    """Return whether a place belongs to this schema."""
    found = _PLACE.fullmatch(path)
    if found is None or found[1] != folder or found[4] is None:
        return False
    return secrets.compare_digest(_bound("/".join(found.group(1, 2, 3)), owner), path)


def place_require(path: str, *, owner: str = "", folder: str = FILES) -> None:
    """Refuse a place that is not this schema's, by default the entered one's.

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
