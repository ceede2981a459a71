"""Places (paths) of files in the storage; a place belongs to one schema.

The last part of a place is a keyed digest of the random part and of the name of the schema. A file
is opened, copied or deleted only if the digest is right, because an agency could write another
agency's place into its own rows. A place does not reveal its schema.
"""

import hmac
import logging
import re
import secrets

from django.conf import settings
from django.db import connection

logger = logging.getLogger(__name__)

FILES, EXPORTS = "attachments", "exports"
# The digest is optional, because files of an earlier release have none until they are moved.
_PLACE = re.compile(r"(attachments|exports)/([0-9a-f]{4})/([0-9a-f]{32})([0-9a-f]{16})?")
_DIGEST_LENGTH = 16
# The length of a place without a digest (earlier release); queries find such places by the length.
UNBOUND_LENGTH = len(f"{FILES}/0000/") + 32


class ForeignPlace(FileNotFoundError):
    """The error for a path that is no place of the expected schema."""


def entered_schema() -> str:
    """Return the name of the database connection's current schema."""
    return str(getattr(connection, "schema_name", "public"))


def place_make(*, owner: str, folder: str = FILES) -> str:
    """Return a new random place that belongs to the schema ``owner``."""
    return _bound(f"{folder}/{secrets.token_hex(2)}/{secrets.token_hex(16)}", owner)


def place_bound(path: str, *, owner: str) -> str:
    """Return a place with the digest for the schema ``owner``; a former digest is replaced.

    Raises ``ForeignPlace`` for a text that is no place.
    """
    found = _PLACE.fullmatch(path)
    if found is None:
        raise ForeignPlace
    return _bound("/".join(found.group(1, 2, 3)), owner)


def is_unbound(path: str) -> bool:
    """Return whether an attachment's place has no digest, because an earlier release made it."""
    found = _PLACE.fullmatch(path)
    return found is not None and found[1] == FILES and found[4] is None


def is_place_of(path: str, *, owner: str, folder: str = FILES) -> bool:
    """Return whether a place in ``folder`` belongs to the schema ``owner``."""
    found = _PLACE.fullmatch(path)
    if found is None or found[1] != folder or found[4] is None:
        return False
    return secrets.compare_digest(_bound("/".join(found.group(1, 2, 3)), owner), path)


def place_require(path: str, *, owner: str = "", folder: str = FILES) -> None:
    """Require that a place belongs to ``owner``, by default the current schema.

    Raises ``ForeignPlace``. The place is not logged, because it may contain personal data.
    """
    owner = owner or entered_schema()
    if not is_place_of(path, owner=owner, folder=folder):
        logger.error("a row of %s names a place that is not its own", owner)
        raise ForeignPlace


def _bound(base: str, owner: str) -> str:
    message = f"file place\0{owner}\0{base}".encode()
    digest = hmac.digest(settings.LOOKUP_KEY.encode(), message, "sha256")
    return base + digest.hex()[:_DIGEST_LENGTH]
