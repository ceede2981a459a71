"""The formatter of templates: it writes the children of an element or tag on separate lines.

The formatter changes only white space that the template loader removes
(``shared.ui.template_source``), so pages do not change. Texts to translate are not wrapped.
"""

import re
import sys
import textwrap
from dataclasses import dataclass, field
from pathlib import Path

from shared.ui.template_source import Piece, Role, template_folded, template_pieces, verbatim_parts

WIDTH = 110
# The maximum width of a line that cannot be broken.
MAX_WIDTH = 119
MAX_LINES = 150
# The indents of children (STEP), and of attributes or arguments on a next line (HANGING).
STEP, HANGING = 2, 4
_PART = re.compile(
    r'"(?:\{%.*?%\}|\{\{.*?\}\}|[^"])*"|\'[^\']*\'|\{%.*?%\}|\{\{.*?\}\}|\s+', re.DOTALL
)
_ARGUMENT = re.compile(r'"[^"]*"|\s+')
# Attributes between a Django tag that matches _STARTS and its end tag stay in one line.
_STARTS, _ENDS = re.compile(r"\{%\s*(?:if|for|with|language)\b"), re.compile(r"\{%\s*end")


class Unstable(ValueError):
    """The error for a template whose formatting changes the page, or differs when repeated."""


@dataclass(slots=True)
class Node:
    """An element, tag or word of a template, with its children in the branches ``parts``."""

    piece: Piece
    parts: list["Part"] = field(default_factory=list)
    comments: list[Piece] = field(default_factory=list)


@dataclass(slots=True)
class Part:
    """A branch of a block tag or an element: its children, and the tag ``end`` after them."""

    children: list[Node]
    end: Piece
    comments: list[Piece] = field(default_factory=list)


def template_laid_out(source: str) -> str:
    """Return the formatted template. Raises ``Unstable``."""
    laid_out = _laid_out(source)
    if template_folded(laid_out) != template_folded(source) or _laid_out(laid_out) != laid_out:
        raise Unstable
    return laid_out


def _laid_out(source: str) -> str:
    nodes, rest = _Reader(template_pieces(source)).nodes()
    printer = _Printer()
    printer.children(nodes, 0)
    printer.comments(rest, 0)
    return "\n".join(printer.lines).strip("\n") + "\n"


class _Reader:
    """A parser that makes a tree of nodes from the pieces of a template."""

    def __init__(self, found: list[Piece]) -> None:
        self._pieces = found
        self._ends = _ends(found)
        self._at = 0

    def nodes(self, *, until: int | None = None) -> tuple[list[Node], list[Piece]]:
        """Return the nodes before the piece with the index ``until``, and the last comments."""
        found: list[Node] = []
        comments: list[Piece] = []
        while self._at < len(self._pieces) and self._at != until:
            at, piece = self._at, self._pieces[self._at]
            self._at += 1
            if piece.role is Role.COMMENT:
                comments.append(piece)
                continue
            found.append(Node(piece, self._parts(at), comments))
            comments = []
        return found, comments

    def _parts(self, at: int) -> list[Part]:
        parts: list[Part] = []
        while at in self._ends:
            at = self._ends[at]
            children, comments = self.nodes(until=at)
            parts.append(Part(children, self._pieces[at], comments))
            self._at = at + 1
        return parts


def _ends(found: list[Piece]) -> dict[int, int]:
    """Return a dict: index of a tag with children -> index of the tag after the children."""
    ends: dict[int, int] = {}
    open_at: list[int] = []
    for at, piece in enumerate(found):
        is_tag = piece.text.startswith("{%")
        if piece.role is Role.OPEN:
            open_at.append(at)
        elif piece.role in (Role.BETWEEN, Role.CLOSE):
            matching = _matching(found, open_at, piece, is_tag=is_tag)
            if matching is None:
                continue
            ends[open_at[matching]] = at
            del open_at[matching:]
            if piece.role is Role.BETWEEN:
                open_at.append(at)
    return ends


def _matching(found: list[Piece], open_at: list[int], piece: Piece, *, is_tag: bool) -> int | None:
    """Return the index in ``open_at`` of the tag that a piece ends, or ``None``.

    An element must end in the same branch of a block tag in which the element began.
    """
    for number in reversed(range(len(open_at))):
        candidate = found[open_at[number]]
        if candidate.text.startswith("{%"):
            return number if is_tag else None
        if not is_tag and candidate.name == piece.name:
            return number
    return None


class _Printer:
    def __init__(self) -> None:
        self.lines: list[str] = [""]

    def children(self, nodes: list[Node], indent: int) -> None:
        """Print nodes, starting in the current line."""
        for number, node in enumerate(nodes):
            if number:
                self._between(nodes[number - 1], node, indent)
            self.comments(node.comments, indent)
            self._node(node, indent, _tail(nodes, number))

    def comments(self, found: list[Piece], indent: int) -> None:
        """Print each comment on a line of its own."""
        for comment in found:
            if self.lines[-1].strip():
                self._new_line(indent, is_blank=comment.has_blank_line)
            self._comment(comment.text, indent)
            self._new_line(indent)

    def _between(self, left: Node, right: Node, indent: int) -> None:
        before = right.piece.before
        if not _may_break(left, right):
            self.lines[-1] += before
        elif before == "" or _begins_a_line(left, right, WIDTH - indent):
            self._new_line(indent, is_blank=right.piece.has_blank_line)
        elif len(self.lines[-1] + before + _flat(right)) <= WIDTH:
            self.lines[-1] += before
        else:
            self._new_line(indent)

    def _node(self, node: Node, indent: int, tail: int) -> None:
        if _is_flat(node, WIDTH - len(self.lines[-1]) - tail):
            self.lines[-1] += _flat(node)
            return
        self._tag(node.piece, indent)
        for part in node.parts:
            self._part(part, indent)
            self._tag(part.end, indent)

    def _part(self, part: Part, indent: int) -> None:
        """Print the children of a branch, with line breaks where the page has no space."""
        if part.children and part.children[0].piece.before:
            self.lines[-1] += part.children[0].piece.before
        elif part.children or part.comments:
            self._new_line(indent + STEP)
        self.children(part.children, indent + STEP)
        self.comments(part.comments, indent + STEP)
        if part.end.before or not (part.children or part.comments):
            self.lines[-1] += part.end.before
        else:
            self._new_line(indent)

    def _tag(self, piece: Piece, indent: int) -> None:
        text = piece.text
        if text.startswith("{% blocktranslate"):
            self._text_to_translate(text, indent)
        elif len(self.lines[-1] + text) <= WIDTH or piece.role is Role.WORD:
            self.lines[-1] += text
        elif text.startswith("{%"):
            self._wrapped(_arguments(text), indent)
        elif text.startswith("<") and piece.name and not text.startswith("</"):
            tag, rest = verbatim_parts(text)
            self._wrapped(_attributes(tag), indent)
            self.lines[-1] += rest
        else:
            self.lines[-1] += text

    def _wrapped(self, parts: list[str], indent: int) -> None:
        self.lines[-1] += parts[0]
        for part in parts[1:]:
            if len(self.lines[-1]) + 1 + len(part) <= WIDTH:
                self.lines[-1] += " " + part
            else:
                self._new_line(indent + HANGING)
                self.lines[-1] += part

    def _text_to_translate(self, text: str, indent: int) -> None:
        lines = text.split("\n")
        if len(lines) > 1 and " trimmed" in lines[0]:
            inner = [" " * (indent + STEP) + line.strip() for line in lines[1:-1]]
            inner = [
                " " * indent + line.strip() if line.strip().startswith("{% plural") else line
                for line in inner
            ]
            lines = [lines[0].rstrip(), *inner, " " * indent + lines[-1].strip()]
        self.lines[-1] += lines[0]
        self.lines += lines[1:]

    def _comment(self, text: str, indent: int) -> None:
        if text.startswith("{#") and len(text) + indent > WIDTH:
            words = textwrap.wrap(text[2:-2].strip(), WIDTH - indent - 6, break_on_hyphens=False)
            text = f"\n{' ' * indent}".join(f"{{# {line} #}}" for line in words)
        first, *more = text.split("\n")
        self.lines[-1] += first
        self.lines += more

    def _new_line(self, indent: int, *, is_blank: bool = False) -> None:
        self.lines[-1] = self.lines[-1].rstrip()
        if is_blank and self.lines[-1]:
            self.lines.append("")
        self.lines.append(" " * indent)


def _begins_a_line(left: Node, right: Node, room: int) -> bool:
    """Return whether a node must start a new line, even if the present line has room."""
    is_apart = right.piece.has_blank_line or bool(right.comments)
    return is_apart or (bool(left.parts) and not _is_flat(left, room))


def _tail(nodes: list[Node], number: int) -> int:
    """Return the length of the text that must be in the same line after a node."""
    length = 0
    for left, right in zip(nodes[number:], nodes[number + 1 :], strict=False):
        if _may_break(left, right):
            break
        length += len(right.piece.before) + (
            len(right.piece.text) if right.parts else len(_flat(right))
        )
        if right.parts:
            break
    return length


def _may_break(left: Node, right: Node) -> bool:
    """Return whether a line break between two nodes leaves the page unchanged."""
    is_word = Role.WORD in (_last_role(left), right.piece.role)
    if right.piece.before == "":
        return not is_word or _last_role(left) is Role.SILENT
    return right.piece.before == " " and is_word and _last_role(left) is not Role.SILENT


def _last_role(node: Node) -> Role:
    return node.parts[-1].end.role if node.parts else node.piece.role


def _flat(node: Node) -> str:
    text = node.piece.text
    for part in node.parts:
        text += "".join(child.piece.before + _flat(child) for child in part.children)
        text += part.end.before + part.end.text
    return text


def _is_flat(node: Node, room: int) -> bool:
    if "\n" in _flat(node) or _has_comments(node):
        return False
    if not node.parts:
        return len(node.piece.text) <= room
    return len(_flat(node)) <= room and not _has_deep_children(node)


def _has_comments(node: Node) -> bool:
    return any(
        part.comments or any(child.comments or _has_comments(child) for child in part.children)
        for part in node.parts
    )


def _has_deep_children(node: Node) -> bool:
    """Return whether the children of a node must be on separate lines.

    This is so if a child has nested children, or if the children are elements without words.
    """
    children = [child for part in node.parts for child in part.children]
    elements = [child for child in children if child.piece.text.startswith("<")]
    is_tag = node.piece.text.startswith("{%")
    if any(any(part.children for part in child.parts) and _is_nested(child) for child in children):
        return True
    if not elements:
        return False
    has_words = any(child.piece.role is Role.WORD for child in children)
    return is_tag or (len(children) > 1 and not has_words)


def _is_nested(node: Node) -> bool:
    """Return whether a node contains an element, or a block tag with children."""
    children = [child for part in node.parts for child in part.children]
    return any(child.parts or child.piece.text.startswith("<") for child in children)


def _attributes(text: str) -> list[str]:
    """Return the parts of an element's tag; attributes in a Django condition stay one part."""
    found: list[str] = []
    depth = 0
    for part in _split(text, _PART):
        if depth and len(found[-1]) + len(part) < WIDTH // 2:
            found[-1] += " " + part
        else:
            found.append(part)
        depth += len(_STARTS.findall(part)) - len(_ENDS.findall(part))
    return found


def _arguments(text: str) -> list[str]:
    """Return the parts of a template tag: the bracket with the tag's name, then each argument."""
    opening, name, *arguments, closing = _split(text, _ARGUMENT)
    if not arguments or name == "translate":
        # A ``translate`` tag must stay in one line, because xgettext reads line by line.
        return [text]
    return [f"{opening} {name}", *arguments[:-1], f"{arguments[-1]} {closing}"]


def _split(text: str, pattern: re.Pattern[str]) -> list[str]:
    """Return the parts of a text between white space outside of quotes and tags."""
    return pattern.sub(lambda match: "\0" if match[0].isspace() else match[0], text).split("\0")


def main(given: list[str]) -> int:
    """Format the given templates; with ``--check``, only print wrongly formatted or long files."""
    is_check = "--check" in given
    faults = []
    for path in (Path(name) for name in given if name != "--check"):
        source = path.read_text()
        try:
            laid_out = template_laid_out(source)
        except Unstable:
            faults.append(f"{path}: no layout keeps what this says; write a tag of it otherwise")
            continue
        if not is_check:
            path.write_text(laid_out)
        elif laid_out != source:
            faults.append(f"{path}: bin/dev format lays it out")
        faults += [f"{path}:{fault}" for fault in _size_faults(laid_out)]
    sys.stdout.writelines(f"{fault}\n" for fault in faults)
    return 1 if faults else 0


def _size_faults(laid_out: str) -> list[str]:
    lines = laid_out.splitlines()
    found = [
        f"{number}: {len(line)} characters, at most {MAX_WIDTH}"
        for number, line in enumerate(lines, 1)
        if len(line) > MAX_WIDTH
    ]
    if len(lines) > MAX_LINES:
        found.append(f"{MAX_LINES}: {len(lines)} lines, at most {MAX_LINES}: split it")
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
