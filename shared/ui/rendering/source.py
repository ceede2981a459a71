"""The source of a Python function that renders nodes, and the objects that the source names."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.template import Context

# A function that returns the texts of nodes.
RenderTexts = Callable[[Context], list[str]]

_INDENT = "    "


class FunctionWriter:
    """The lines of a function ``render(context)``, which returns a list of texts."""

    def __init__(self) -> None:
        self.depth = 1
        self._lines = [
            "def render(context):",
            f"{_INDENT}texts = []",
            f"{_INDENT}add = texts.append",
        ]
        self._text = ""
        self._objects: dict[str, object] = {}
        self._names: dict[int, str] = {}

    def add_text(self, text: str) -> None:
        """Add a constant text; texts that follow each other become one."""
        self._text += text

    def add_line(self, line: str) -> None:
        """Add a line of the function."""
        self._end_text()
        self._lines.append(f"{_INDENT * self.depth}{line}")

    def _end_text(self) -> None:
        if self._text:
            self._lines.append(f"{_INDENT * self.depth}add({self._text!r})")
            self._text = ""

    def name_of(self, value: object) -> str:
        """Return the name by which the source uses an object."""
        name = self._names.get(id(value))
        if name is None:
            name = self._names[id(value)] = f"object_{len(self._objects)}"
            self._objects[name] = value
        return name

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        """Add the head of a block, and the lines that are added inside the ``with`` statement."""
        self.add_line(head)
        self.depth += 1
        begin = len(self._lines)
        yield
        self._end_text()
        if begin == len(self._lines):
            self.add_line("pass")
        self.depth -= 1

    def function(self, filename: str) -> RenderTexts:
        """Return the function; ``filename`` is shown in tracebacks."""
        self.add_line("return texts")
        code = compile("\n".join(self._lines), filename, "exec")
        # The source is this package's own: texts and names of templates stand in it only as
        # literals of Python.
        exec(code, self._objects)  # noqa: S102
        made: Any = self._objects["render"]
        return made  # type: ignore[no-any-return]
