"""Refuse formulas of tables that reach out of their own document."""

import re

from shared.files.links import is_web_link
from shared.kernel.files import ExternalContent, ProgramInFile

_STRING = re.compile(r'"((?:[^"]|"")*)"')
_QUOTED = re.compile(r"'((?:[^']|'')*)'")
# Everything else that a table can calculate with is in the table. These are all that ask others.
_REACHES_OUT = re.compile(
    r"\b(?:WEBSERVICE|DDE|RTD|CALL|REGISTER(?:\.ID)?|EXEC(?:UTE)?|IMAGE|STOCKHISTORY|SQL\.REQUEST"
    r"|POKE|INITIATE|REQUEST|FOPEN|FWRITE|RUN|EVALUATE|IMPORT\w+|CUBE\w+|PY|COPILOT)\s*\(",
    re.IGNORECASE,
)
_LINK = re.compile(r"\bHYPERLINK\s*\(", re.IGNORECASE)
_LEADS_OUT = re.compile(r"^\s*(?:[\\/]{2}|[a-z][a-z0-9+.-]+:|[a-z]:[\\/])", re.IGNORECASE)
# A name of a sheet has none of these; the name of a file in another folder has.
_FILE_NAME = re.compile(r"[\\/:\[\]*?]")


def require_inner_formula(formula: str) -> None:
    """Raises ``ProgramInFile`` or ``ExternalContent``."""
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
