"""Small defects of the kind that people make: changes of a function or template at one place.

``python_changes`` and ``template_changes`` return every change that they can make of a source.
Changes without an effect, such as a change of a log line, are left out.
"""

import ast
import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType

OPPOSITES: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
LOGGERS = {"logger", "log", "logging", "_log", "_logger"}
SHOWN_ONLY = {"__str__", "__repr__"}
FILTERS = {"filter", "exclude"}
Function = ast.FunctionDef | ast.AsyncFunctionDef

_TRANSLATED = re.compile(r"\{%\s*blocktrans.*?\{%\s*endblocktrans|\{%\s*comment.*?endcomment", re.S)
_IF = re.compile(r"\{% (if|elif) ((?:(?! and | or |%\}).)+) %\}")
_OUTPUT = re.compile(r"\{\{ [^}]+ \}\}")
_INCLUDE = re.compile(r"\{% include [^%]+ %\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A replacement of the text between two offsets; ``function`` is blank in a template.

    ``inner`` is the nested function that contains the change, by its name in records of executions.
    """

    kind: str
    line: int
    start: int
    end: int
    text: str
    function: str = ""
    inner: str = ""

    def put_into(self, source: str) -> str:
        """Return the source text with the defect."""
        return source[: self.start] + self.text + source[self.end :]


class Source:
    """A source text with the offsets of its lines, because ``ast`` counts columns in bytes."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._lines = text.splitlines(keepends=True)
        self._begins = [0]
        for line in self._lines:
            self._begins.append(self._begins[-1] + len(line))

    def span(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        """Return the start and end offsets of a node in the text."""
        last, column = node.end_lineno or node.lineno, node.end_col_offset or 0
        return self._offset(node.lineno, node.col_offset), self._offset(last, column)

    def _offset(self, line: int, column: int) -> int:
        bytes_before = self._lines[line - 1].encode()[:column]
        return self._begins[line - 1] + len(bytes_before.decode())


def python_changes(text: str) -> list[Change]:
    """Return every change of the functions in a module; a change may turn out not to be fit."""
    source = Source(text)
    found = []
    for name, function in functions_of(ast.parse(text).body):
        if function.name in SHOWN_ONLY:
            continue
        for inner, node in _nodes(function.body, name):
            for kind, place, new in _changes_of(node):
                start, end = source.span(place)
                found.append(
                    Change(
                        kind=kind,
                        line=place.lineno,
                        start=start,
                        end=end,
                        text=new,
                        function=name,
                        inner=inner,
                    )
                )
    return found


def functions_of(body: list[ast.stmt], outer: str = "") -> Iterator[tuple[str, Function]]:
    """Yield functions and methods with their names in records of executions."""
    for node in body:
        if isinstance(node, Function):
            yield outer + node.name, node
        elif isinstance(node, ast.ClassDef):
            yield from functions_of(node.body, f"{outer}{node.name}.")


def _nodes(body: list[ast.stmt], name: str) -> Iterator[tuple[str, ast.AST]]:
    """Yield all nodes of a body, each node with the name of its function."""
    pending: list[tuple[str, ast.AST]] = [(name, node) for node in body]
    while pending:
        holder, node = pending.pop(0)
        # Python 3.11 gives no positions for the parts of an f-string.
        if isinstance(node, ast.JoinedStr | ast.ClassDef):
            continue
        yield holder, node
        if isinstance(node, Function):
            pending += [(f"{holder}.{node.name}", one) for one in node.body]
        else:
            pending += [(holder, one) for one in ast.iter_child_nodes(node)]


Found = Iterator[tuple[str, ast.expr | ast.stmt, str]]


def _changes_of(node: ast.AST) -> Found:
    """Yield the changes of a node, each as kind, replaced node and new text."""
    for change in (_test, _comparison, _connective, _constant, _condition, _statement, _answer):
        yield from change(node)


def _test(node: ast.AST) -> Found:
    if isinstance(node, ast.If | ast.IfExp):
        yield "test negated", node.test, f"(not ({ast.unparse(node.test)}))"
    if isinstance(node, ast.If) and [type(one) for one in node.body] == [ast.Raise]:
        yield "raise dropped", node.body[0], "pass"


def _comparison(node: ast.AST) -> Found:
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        changed = copy.copy(node)
        changed.ops = [OPPOSITES[type(node.ops[0])]()]
        yield "comparison changed", node, f"({ast.unparse(changed)})"


def _connective(node: ast.AST) -> Found:
    if isinstance(node, ast.BoolOp):
        changed = copy.copy(node)
        changed.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield "and/or exchanged", node, f"({ast.unparse(changed)})"


def _constant(node: ast.AST) -> Found:
    if not isinstance(node, ast.Constant):
        return
    if isinstance(node.value, bool):
        yield "truth exchanged", node, str(not node.value)
    elif isinstance(node.value, int | float):
        yield "number changed", node, f"({node.value + 1})"


def _condition(node: ast.AST) -> Found:
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return
    if node.func.attr not in FILTERS:
        return
    for dropped in node.keywords:
        if dropped.arg:
            changed = copy.copy(node)
            changed.keywords = [one for one in node.keywords if one is not dropped]
            yield f"condition {dropped.arg} dropped", node, f"({ast.unparse(changed)})"


def _statement(node: ast.AST) -> Found:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        names = {one.id for one in ast.walk(node.value.func) if isinstance(one, ast.Name)}
        if names.isdisjoint(LOGGERS):
            yield "call dropped", node, "pass"


def _answer(node: ast.AST) -> Found:
    """Yield the change to return None; boolean results have other kinds of change."""
    if not isinstance(node, ast.Return) or node.value is None:
        return
    is_constant = isinstance(node.value, ast.Constant) and node.value.value in {None, True, False}
    if not is_constant and not isinstance(node.value, ast.Compare | ast.BoolOp):
        yield "nothing returned", node, "return None"


def is_fit(text: str, change: Change) -> bool:
    """Return whether the changed source compiles and the change affects functions in memory."""
    try:
        pairs = code_pairs(text, change.put_into(text), change.function, "<defect>")
    except SyntaxError:
        return False
    if not any(old != new for old, new in pairs):
        return False
    return all(old.co_freevars == new.co_freevars for old, new in pairs)


def code_pairs(old: str, new: str, function: str, filename: str) -> list[tuple[CodeType, CodeType]]:
    """Return pairs of old and new code objects, of a function and of its nested functions."""
    before, after = (_codes(compile(one, filename, "exec"), function) for one in (old, new))
    return [
        pair
        for name in before
        if len(before[name]) == len(after.get(name, []))
        for pair in zip(before[name], after[name], strict=True)
    ]


def _codes(code: CodeType, function: str) -> dict[str, list[CodeType]]:
    found: dict[str, list[CodeType]] = {}
    pending = [code]
    while pending:
        one = pending.pop(0)
        pending += [inner for inner in one.co_consts if isinstance(inner, CodeType)]
        if one.co_qualname == function or one.co_qualname.startswith(f"{function}.<locals>"):
            found.setdefault(one.co_qualname, []).append(one)
    return found


def template_changes(text: str) -> list[Change]:
    """Return every change of a template; texts to translate are not changed."""
    found = [_in_template("test negated", one, _negated(one)) for one in _IF.finditer(text)]
    found += [_in_template("output dropped", one, "") for one in _OUTPUT.finditer(text)]
    found += [_in_template("include dropped", one, "") for one in _INCLUDE.finditer(text)]
    kept = [one.span() for one in _TRANSLATED.finditer(text)]
    return [
        change
        for change in sorted(found, key=lambda one: one.start)
        if not any(first <= change.start < last for first, last in kept)
    ]


def _negated(found: re.Match[str]) -> str:
    tag, test = found.groups()
    test = test.removeprefix("not ") if test.startswith("not ") else f"not {test}"
    return f"{{% {tag} {test} %}}"


def _in_template(kind: str, found: re.Match[str], new: str) -> Change:
    line = found.string.count("\n", 0, found.start()) + 1
    return Change(kind=kind, line=line, start=found.start(), end=found.end(), text=new)
