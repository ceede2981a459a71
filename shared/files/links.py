"""Decide which addresses a document may lead to."""

import re

# A page of the web, a mailbox, a telephone, a place in the same document. What has no scheme and
# no "www." is opened beside the document: a program, or a folder on another computer.
_WEB = re.compile(
    r"(?:https?://[^/\\\s?#][^\\\s]*|www\.[^\\\s]+|mailto:[^\\]*|tel:[-+().\d ]+|#.*)",
    re.IGNORECASE,
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
# A part of the same package: never a scheme, a drive, the root or a folder above.
_INSIDE = re.compile(r"(?![\\/])[^\\:?]*")
MAX_ADDRESS_LENGTH = 8192


def is_web_link(address: str) -> bool:
    """Whether a reader who follows this address stays in the browser, the mail or the document."""
    plain = address.strip()
    is_readable = len(plain) <= MAX_ADDRESS_LENGTH and not _CONTROL.search(plain)
    return not plain or (is_readable and bool(_WEB.fullmatch(plain)))


def is_inside(address: str) -> bool:
    """Whether this address names a part of the package that it stands in."""
    plain = address.strip()
    return bool(_INSIDE.fullmatch(plain)) and not _CONTROL.search(plain)
