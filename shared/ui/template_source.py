"""Division of a template's source into pieces, and removal of white space that breaks lines.

Templates have one element or tag per line. White space with a line end is removed at the inner edge
of an element or block tag and between two tags; beside a word it becomes one space (Vue calls this
rule "condense"). So a visible space between two tags must be written within a line.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

# These elements have no end tag (HTML, "Void elements").
VOID = (
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track",
    "wbr",
)  # fmt: skip
# White space in these elements must not change.
VERBATIM = ("pre", "textarea", "script", "style")
# Tags that write no text: white space after such a tag is removed.
_SILENT = ("load", "extends")
_BETWEEN = ("elif", "else", "empty", "plural")

_QUOTED = r'"(?:\{%.*?%\}|\{\{.*?\}\}|[^"])*"|\'(?:\{%.*?%\}|\{\{.*?\}\}|[^\'])*\''
_IN_ELEMENT = rf"{_QUOTED}|\{{%.*?%\}}|\{{\{{.*?\}}\}}"
_PIECE = re.compile(
    r"(?P<comment>\{#[^\n]*?#\}|\{% comment\b.*?\{% endcomment %\})"
    r"|(?P<text_tag>\{% blocktranslate\b.*?\{% endblocktranslate %\})"
    r"|(?P<tag>\{%.*?%\})"
    r"|(?P<variable>\{\{.*?\}\})"
    r"|(?P<markup><!--.*?-->|<![^>]*>)"
    rf"|(?P<verbatim><(?P<name>{'|'.join(VERBATIM)})\b(?:{_IN_ELEMENT}|[^>\"'])*>.*?</(?P=name)>)"
    rf"|(?P<element></?[a-zA-Z](?:{_IN_ELEMENT}|[^>\"'])*>)",
    re.DOTALL,
)
_ELEMENT = re.compile(rf"</?[a-zA-Z](?:{_IN_ELEMENT}|[^>\"'])*>", re.DOTALL)
_WORD = re.compile(r"\S+")
_LINE_END = re.compile(r"\s*\n\s*")
_ELEMENT_PART = re.compile(rf"{_IN_ELEMENT}|\s*\n\s*", re.DOTALL)
_IN_PART = re.compile(r"\{%(?! blocktranslate).*?%\}", re.DOTALL)
_TAG_NAME = re.compile(r"\{%\s*(\w+)")
_ELEMENT_NAME = re.compile(r"</?([\w-]+)")
_NAMES_A_VALUE = re.compile(r"\sas\s+\w+\s*%\}$")


class Role(Enum):
    """The role of a piece in the decision on white space."""

    WORD = "word"
    OPEN = "open"
    BETWEEN = "between"
    CLOSE = "close"
    SINGLE = "single"
    SILENT = "silent"
    COMMENT = "comment"


@dataclass(frozen=True, slots=True)
class Piece:
    """A word, an element's tag, a template tag, a variable or a comment.

    ``before`` is the white space to keep before the piece. ``has_blank_line``: the source has an
    empty line before the piece.
    """

    text: str
    role: Role
    name: str
    before: str
    has_blank_line: bool


def template_folded(source: str) -> str:
    """Return the source without comments and without white space that only breaks lines."""
    return "".join(
        piece.before + _text_folded(piece.text)
        for piece in template_pieces(source)
        if piece.role is not Role.COMMENT
    )


def template_pieces(source: str) -> list[Piece]:
    """Return the pieces of a template; white space before and after a comment is joined."""
    found: list[Piece] = []
    left: Role | None = None
    around = ""
    for run, text, role, name in _raw_pieces(source):
        is_blank = run.count("\n") > 1
        around += run
        if role is Role.COMMENT:
            found.append(Piece(text, role, name, "", is_blank))
            continue
        found.append(Piece(text, role, name, _kept(around, left, role), is_blank))
        left, around = role, ""
    return found


def _text_folded(text: str) -> str:
    """Return a text without indentation if the text is a ``blocktranslate`` with ``trimmed``."""
    is_trimmed = text.startswith("{% blocktranslate") and " trimmed" in text.partition("%}")[0]
    return _LINE_END.sub("\n", text) if is_trimmed else text


def _kept(run: str, left: Role | None, right: Role) -> str:
    """Return the white space to keep between two pieces."""
    if "\n" not in run:
        return run
    if left in (None, Role.OPEN, Role.BETWEEN, Role.SILENT) or right in (Role.BETWEEN, Role.CLOSE):
        return ""
    return " " if Role.WORD in (left, right) else ""


def _raw_pieces(source: str) -> Iterator[tuple[str, str, Role, str]]:
    """Yield the white space before each piece, and the piece's text, role and name."""
    block_tags = set(re.findall(r"\{%\s*end(\w+)", source))
    place, run = 0, ""
    for match in _PIECE.finditer(source):
        for word in _WORD.finditer(source, place, match.start()):
            run = source[place : word.start()]
            yield run, word[0], Role.WORD, ""
            place = word.end()
        yield source[place : match.start()], *_piece(match, block_tags)
        place = match.end()
    for word in _WORD.finditer(source, place):
        yield source[place : word.start()], word[0], Role.WORD, ""
        place = word.end()


def _piece(match: re.Match[str], block_tags: set[str]) -> tuple[str, Role, str]:
    text = match[0]
    match match.lastgroup:
        case "comment":
            return text, Role.COMMENT, ""
        case "variable":
            return text, Role.WORD, ""
        case "tag":
            text = _LINE_END.sub(" ", text)
            return text, _tag_role(text, block_tags), _tag_name(text)
        case "element":
            return _element(text)
        case "verbatim":
            tag, rest = verbatim_parts(text)
            tag, _role, name = _element(tag)
            return tag + rest, Role.SINGLE, name
    return text, Role.SINGLE, ""


def verbatim_parts(text: str) -> tuple[str, str]:
    """Return the start tag of an element, and the rest of the element."""
    found = _ELEMENT.match(text)
    end = found.end() if found else len(text)
    return text[:end], text[end:]


def _tag_name(text: str) -> str:
    found = _TAG_NAME.match(text)
    return found[1] if found else ""


def _tag_role(text: str, block_tags: set[str]) -> Role:
    name = _tag_name(text)
    if name in block_tags:
        return Role.OPEN
    if name in _BETWEEN:
        return Role.BETWEEN
    if name.startswith("end"):
        return Role.CLOSE
    return Role.SILENT if name in _SILENT or _NAMES_A_VALUE.search(text) else Role.SINGLE


def _element(text: str) -> tuple[str, Role, str]:
    found = _ELEMENT_NAME.match(text)
    name = found[1].lower() if found else ""
    if text.startswith("</"):
        return text, Role.CLOSE, name
    text = _ELEMENT_PART.sub(_part_folded, text)
    text = re.sub(r" (/?>)$", r"\1", text)
    return text, Role.SINGLE if name in VOID or text.endswith("/>") else Role.OPEN, name


def _part_folded(match: re.Match[str]) -> str:
    """Return a part of a tag; line ends between attributes and in template tags become spaces."""
    part = match[0]
    if part.isspace():
        return " "
    return _IN_PART.sub(lambda tag: _LINE_END.sub(" ", tag[0]), part)
