"""Policy for the addresses in links and formulas of a document."""

import re

from shared.kernel.files import ExternalContent, ProgramInFile

# An address without one of these beginnings may open a program, or a folder on another computer.
_WEB = re.compile(
    r"(?:https?://[^/\\\s?#][^\\\s]*|www\.[^\\\s]+|mailto:[^\\]*|tel:[-+().\d ]+|#.*)",
    re.IGNORECASE,
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
# The name of a part of the same document: no scheme, no drive, not the root folder.
_INSIDE = re.compile(r"(?![\\/])[^\\:?]*")
MAX_ADDRESS_LENGTH = 8192

_STRING = re.compile(r'"((?:[^"]|"")*)"')
_QUOTED = re.compile(r"'((?:[^']|'')*)'")
# The functions of spreadsheets that read other files or the network, or start programs.
_REACHES_OUT = re.compile(
    r"\b(?:WEBSERVICE|DDE|RTD|CALL|REGISTER(?:\.ID)?|EXEC(?:UTE)?|IMAGE|STOCKHISTORY|SQL\.REQUEST"
    r"|POKE|INITIATE|REQUEST|FOPEN|FWRITE|RUN|EVALUATE|IMPORT\w+|CUBE\w+|PY|COPILOT)\s*\(",
    re.IGNORECASE,
)
_LINK = re.compile(r"\bHYPERLINK\s*\(", re.IGNORECASE)
_LEADS_OUT = re.compile(r"^\s*(?:[\\/]{2}|[a-z][a-z0-9+.-]+:|[a-z]:[\\/])", re.IGNORECASE)
# Characters that the path of a file may have, and that the name of a sheet may not have.
_FILE_NAME = re.compile(r"[\\/:\[\]*?]")


def is_web_link(address: str) -> bool:
    """Return whether a link is blank or names a web page, e-mail address, telephone or anchor."""
    plain = address.strip()
    is_readable = len(plain) <= MAX_ADDRESS_LENGTH and not _CONTROL.search(plain)
    return not plain or (is_readable and bool(_WEB.fullmatch(plain)))


def is_inside(address: str) -> bool:
    """Return whether an address names a part of the same document."""
    plain = address.strip()
    return bool(_INSIDE.fullmatch(plain)) and not _CONTROL.search(plain)


def require_inner_formula(formula: str) -> None:
    """Require that a formula reads no other file and starts no program.

    Raises ``ProgramInFile`` or ``ExternalContent``.
    """
    strings = _STRING.findall(formula)
    rest = _STRING.sub('""', formula)
    if _REACHES_OUT.search(rest) or "|" in rest:
        raise ProgramInFile
    if any(_FILE_NAME.search(name) for name in _QUOTED.findall(rest)):
        raise ExternalContent
    if _LINK.search(rest) and any(
        "\\" in one or (_LEADS_OUT.search(one) and not is_web_link(one)) for one in strings
    ):
        raise ExternalContent
