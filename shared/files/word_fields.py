"""Fields of Word, which are instructions that Word runs when a document is opened or printed."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from shared.files.links import is_web_link
from shared.files.part_reader import local_attributes
from shared.kernel.files import ExternalContent, ProgramInFile

# Fields that read nothing but the document, the time and the writer's name. Other fields read files
# (INCLUDETEXT, LINK, RD, DATABASE) or start programs (DDE, MACROBUTTON, PRINT).
_FIELD_NAMES = """
    = ADDIN ADVANCE ASK AUTHOR AUTONUM AUTONUMLGL AUTONUMOUT BIBLIOGRAPHY CITATION COMMENTS COMPARE
    CREATEDATE DATE DISPLAYBARCODE DOCPROPERTY DOCVARIABLE EDITTIME EQ FILENAME FILESIZE FILLIN
    FORMCHECKBOX FORMDROPDOWN FORMTEXT GREETINGLINE HYPERLINK IF INDEX INFO KEYWORDS LASTSAVEDBY
    LISTNUM MERGEBARCODE MERGEFIELD MERGEREC MERGESEQ NEXT NEXTIF NOTEREF NUMCHARS NUMPAGES NUMWORDS
    PAGE PAGEREF QUOTE REF REVNUM SAVEDATE PRINTDATE SECTION SECTIONPAGES SEQ SET SHAPE SKIPIF
    STYLEREF SUBJECT SYMBOL TA TC TIME TITLE TOA TOC USERADDRESS USERINITIALS USERNAME XE
"""
FIELDS = frozenset(_FIELD_NAMES.split())
_KEYWORD = re.compile(r"\s*(=|[^\s\"\\]*)")
_HARMLESS_BUTTON = re.compile(
    r"\s*MACROBUTTON\s+(?:NoMacro|AcceptAllChangesInDoc)\b.*", re.IGNORECASE | re.DOTALL
)
# A keyword and the separator after it; without a separator, later text could change the keyword.
_COMPLETE = re.compile(r"\s*(?:=|[^\s\"\\]+[\s\"\\])")
_ARGUMENT = re.compile(r"\"([^\"]*)\"|(\S+)")
_QUOTES = str.maketrans(dict.fromkeys("“”„«»", '"'))
# Switches of HYPERLINK that are followed by an argument.
_SWITCHES = {"\\l", "\\o", "\\t", "\\s"}
_BRANCHES = ("Choice", "Fallback")
_WRITTEN = ("instrText", "delInstrText", "t", "delText")
_PLAIN, _DELETED, _INSERTED = "", "deleted", "inserted"
_CHANGES = {"del": _DELETED, "moveFrom": _DELETED, "ins": _INSERTED, "moveTo": _INSERTED}
FIELD_ELEMENTS = {"fldChar", "fldSimple", *_BRANCHES, *_WRITTEN, *_CHANGES}


@dataclass(slots=True)
class _Field:
    """A field, with the pieces of its instruction; a piece is a text and its tracked change."""

    pieces: list[tuple[str, str]] = field(default_factory=list)
    is_open: bool = True
    has_fields: bool = False

    def readings(self) -> set[str]:
        """Return the instruction unchanged, with accepted, and with rejected tracked changes."""
        return {
            "".join(words for words, change in self.pieces if change != left_out)
            for left_out in ("nothing", _DELETED, _INSERTED)
        }


class FieldReader:
    """A reader of the fields in one part of a document."""

    def __init__(self) -> None:
        self._fields: list[_Field] = []
        self._branches: list[list[_Field]] = []
        self._changes: list[str] = []
        self._writing = ""

    def start(self, element: str, attributes: Mapping[str, str]) -> None:
        """Handle the start of an element."""
        if element == "fldChar":
            self._mark(attributes)
        elif element == "fldSimple":
            _require_harmless(dict(local_attributes(attributes)).get("instr", ""), has_fields=False)
        elif element in _BRANCHES:
            self._enter_branch()
        elif element in _CHANGES:
            self._changes.append(_CHANGES[element])
        elif element in _WRITTEN:
            self._writing = element

    def _enter_branch(self) -> None:
        if self._fields and self._fields[-1].is_open:
            # Programs read different branches, so the instruction is not known.
            raise ProgramInFile
        self._branches.append(self._fields)
        self._fields = []

    def end(self, element: str) -> None:
        """Handle the end of an element."""
        if element == self._writing:
            self._writing = ""
        elif element in _BRANCHES and self._branches:
            self.finish()
            self._fields = self._branches.pop()
        elif element in _CHANGES and self._changes:
            self._changes.pop()

    def text(self, words: str) -> None:
        """Add a text to the open field's instruction, or check an instruction without a field."""
        if not self._writing:
            return
        if self._fields and self._fields[-1].is_open:
            is_deleted = self._writing in ("delInstrText", "delText")
            change = _DELETED if is_deleted else self._changes[-1] if self._changes else _PLAIN
            self._fields[-1].pieces.append((words, change))
        elif self._writing in ("instrText", "delInstrText") and words.strip():
            # The instruction is outside of a field, and a program may run the instruction anyway.
            _require_harmless(words, has_fields=False)

    def finish(self) -> None:
        """Check the fields that have no end."""
        for one in self._fields:
            _judge(one)
        self._fields = []

    def _mark(self, attributes: Mapping[str, str]) -> None:
        kind = next((v for n, v in local_attributes(attributes) if n == "fldCharType"), "")
        if kind == "begin":
            self._begin()
        elif self._fields and kind in ("separate", "end"):
            _judge(self._fields[-1])
            self._fields[-1].is_open = False
            if kind == "end":
                self._fields.pop()

    def _begin(self) -> None:
        outer = self._fields[-1] if self._fields else None
        if outer and outer.is_open and not outer.has_fields:
            # The result of the inner field becomes part of the outer instruction, so the outer
            # keyword must come before the inner field.
            if not all(_COMPLETE.match(reading) for reading in outer.readings()):
                raise ProgramInFile
            outer.has_fields = True
        self._fields.append(_Field())


def _judge(one: _Field) -> None:
    if one.is_open:
        for reading in one.readings():
            _require_harmless(reading, has_fields=one.has_fields)


def _require_known_keyword(instruction: str) -> str:
    found = _KEYWORD.match(instruction)
    keyword = found[1].upper() if found else ""
    if keyword not in FIELDS:
        raise ProgramInFile
    return keyword


def _require_harmless(instruction: str, *, has_fields: bool) -> None:
    if not instruction.strip() or _HARMLESS_BUTTON.fullmatch(instruction):
        if has_fields:
            raise ProgramInFile
        return
    if _require_known_keyword(instruction) != "HYPERLINK":
        return
    if has_fields or not all(is_web_link(one) for one in _addresses(instruction)):
        # With an inner field, the address becomes known only when the document is opened.
        raise ExternalContent


def _addresses(instruction: str) -> Iterator[str]:
    keyword = _KEYWORD.match(instruction)
    words = _ARGUMENT.finditer(instruction.translate(_QUOTES), keyword.end() if keyword else 0)
    for word in words:
        if word[2] in _SWITCHES:
            next(words, None)
        elif not (word[2] or "").startswith("\\") or len(word[2]) > 2:
            yield (word[1] or word[2] or "").strip('"')
