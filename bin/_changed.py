"""The choice of the tests that a change of the source can break.

For a changed function: tests that have executed the function. For a changed class or variable of a
module: tests that have executed a function which uses the name. For a changed template: tests that
have rendered the template, or a template which includes the template. For a text or a data file:
tests or code that contain the name of the file. For all other files: all tests.
"""

import ast
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from _bootstrap import ROOT, VAR, Failed
from _processes import git

EXECUTED = VAR / "tests" / "executed.json"
PACKAGES = (
    "agency_console", "bench", "bin/postgres", "config", "demo", "fake_stripe", "public_portal",
    "shared", "tenants",
)  # fmt: skip
# The folders whose code only tests and developers run.
TEST_CODE = ("tests", "drills")
# The folder of tests that are always chosen, because these tests check every file.
ALWAYS = "tests/architecture/"
# The limit for the sum of the chosen tests' durations in seconds.
MAX_SECONDS = 160.0
# The assumed duration in seconds of a test without a recorded duration.
UNKNOWN_SECONDS = 0.2
# The endings of files that no test reads.
_SILENT = (".png", ".gitignore", "LICENSE", ".editorconfig")
_INCLUDED = re.compile(r'\{%\s*(?:include|extends)\s+"([^"]+)"')
_HUNK = re.compile(r"^@@ -\S+ \+(\d+)(?:,(\d+))? @@", re.MULTILINE)
_MESSAGE = re.compile(r'^[+-]msgid "(.+)"$', re.MULTILINE)


class Unplaced(Exception):
    """The error for a change for which the affected tests are unknown."""


@dataclass(frozen=True, slots=True)
class Record:
    """A record of the functions and templates that each test used, and of the tests' durations."""

    executed: dict[str, frozenset[str]]
    seconds: dict[str, float]

    def of_names(self, names: Iterable[str]) -> set[str]:
        """Return the tests that have executed one of these functions or templates."""
        wanted = frozenset(names)
        return {test for test, executed in self.executed.items() if executed & wanted}

    def of_files(self, paths: Iterable[str]) -> set[str]:
        """Return the tests in these files, and the tests that have executed code of these files."""
        wanted = frozenset(paths)
        return {
            test
            for test, executed in self.executed.items()
            if test.partition("::")[0] in wanted
            or any(name.partition(":")[0] in wanted for name in executed)
        }


@dataclass(frozen=True, slots=True)
class Selection:
    """The names of the chosen tests, the changed test files, and the count of tests left out."""

    tests: frozenset[str]
    files: frozenset[str]
    left_out: int


def record_read(path: Path | None = None) -> Record:
    """Return the record of the last recorded test run. Raises ``Unplaced`` without a record."""
    path = path or EXECUTED
    if not path.exists():
        raise Unplaced("no run has recorded yet what each test executes")
    from tests.support.durations import (  # noqa: PLC0415 - only .venv has pytest
        QUICK,
        RECORDED,
        WHOLE,
        seconds_by_test,
    )

    found = json.loads(path.read_text())
    names = found["names"]
    executed = {
        test: frozenset(names[number] for number in numbers)
        for test, numbers in found["tests"].items()
    }
    return Record(executed=executed, seconds=seconds_by_test(RECORDED, WHOLE, QUICK))


def selection(*, since: str, record: Record) -> Selection:
    """Return tests that the changes since a commit can break, up to about ``MAX_SECONDS``.

    Raises ``Unplaced`` if the affected tests of a changed file are unknown.
    """
    paths = changed_files(since)
    chosen = {test for test in record.executed if test.startswith(ALWAYS)}
    files = {
        path
        for path in paths
        if path.startswith("tests/")
        and Path(path).name.startswith("test_")
        and (ROOT / path).exists()
    }
    for path in paths:
        chosen |= tests_of(path, since=since, record=record)
    kept = _closest(chosen, paths, record)
    return Selection(frozenset(kept), frozenset(files), len(chosen) - len(kept))


def chosen_for(path: str, function: str, record: Record) -> set[str]:
    """Return the tests to run after a change of a function, or of a template without ``function``.

    Raises ``Unplaced`` if no affected test is known.
    """
    chosen = {test for test in record.executed if test.startswith(ALWAYS)}
    if function:
        chosen |= _of_names(path, {function}, set(), record)
    else:
        chosen |= _of_template(path, record)
    return _closest(chosen, [path], record)


def changed_files(since: str) -> list[str]:
    """Return the paths of files that differ from a commit, with files that git does not track."""
    listed = git("diff", "--name-only", "--no-renames", since, root=ROOT)
    new = git("ls-files", "--others", "--exclude-standard", root=ROOT)
    return sorted({*listed.splitlines(), *new.splitlines()})


def tests_of(path: str, *, since: str, record: Record) -> set[str]:
    """Return the tests that a change of one file can break.

    Raises ``Unplaced`` if the affected tests are unknown.
    """
    if path.endswith(_SILENT):
        return set()
    if path.startswith(("tests/", "drills/")):
        return _of_test_code(path, record)
    if path.endswith(".html") or path.startswith("templates/"):
        return _of_template(path, record)
    if path.endswith(".po"):
        return _of_texts(git("diff", "-U0", since, "--", path, root=ROOT), record)
    if path.endswith(".py") and path.startswith(tuple(f"{name}/" for name in PACKAGES)):
        return _of_code(path, since, record)
    if path.startswith("bin/"):
        return _of_program(path, record)
    if path.startswith((*PACKAGES, "docs/", "deploy/")) or path.endswith(".md"):
        return _of_mention(path, record)
    raise Unplaced(path)


def _of_test_code(path: str, record: Record) -> set[str]:
    """Return the tests in a file and in its importers; for conftest.py, those in its folder."""
    if Path(path).name == "conftest.py":
        folder = str(Path(path).parent)
        if folder == "tests":
            raise Unplaced(path)
        return {test for test in record.executed if test.startswith(f"{folder}/")}
    module = path.removesuffix(".py").replace("/", ".")
    importers = {path}
    pending = [module]
    while pending:
        name = pending.pop()
        for other, imported in _test_imports().items():
            if other not in importers and name in imported:
                importers.add(other)
                pending.append(other.removesuffix(".py").replace("/", "."))
    return record.of_files(importers)


@cache
def _test_imports() -> dict[str, frozenset[str]]:
    return {
        str(path.relative_to(ROOT)): frozenset(_imports(ast.parse(path.read_text())))
        for folder in TEST_CODE
        for path in (ROOT / folder).rglob("*.py")
    }


def _imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def _of_template(path: str, record: Record) -> set[str]:
    """Return the tests that have rendered a template, or a template which includes the template."""
    found, pending = {path}, [path]
    while pending:
        name = pending.pop().partition("templates/")[2]
        for other, included in _templates().items():
            if other not in found and name in included:
                found.add(other)
                pending.append(other)
    tests = record.of_names(found) | _of_mention(path, record)
    if not tests:
        raise Unplaced(path)
    return tests


@cache
def _templates() -> dict[str, frozenset[str]]:
    return {
        str(path.relative_to(ROOT)): frozenset(_INCLUDED.findall(path.read_text()))
        for path in (ROOT / "templates").rglob("*.*")
    }


def _of_texts(difference: str, record: Record) -> set[str]:
    """Return the tests of message catalogues, and of test files that contain a changed text."""
    texts = [text for text in _MESSAGE.findall(difference) if len(text) > 8]
    named = {path for path, source in _sources("tests").items() if any(t in source for t in texts)}
    return record.of_files({*named, "tests/shared/ui/test_catalogues.py"})


def _of_code(path: str, since: str, record: Record) -> set[str]:
    """Return the tests that have executed the changed functions and names of a file."""
    if not (ROOT / path).exists():
        return record.of_files([path])
    return _of_names(path, *changed_names(path, since), record)


def _of_names(path: str, functions: set[str], names: set[str], record: Record) -> set[str]:
    chosen = record.of_names(f"{path}:{name}" for name in functions)
    if names:
        chosen |= record.of_names(
            function for function, spoken in _functions().items() if not names.isdisjoint(spoken)
        )
        chosen |= record.of_files(_importers(path, names))
    if (functions or names) and not chosen:
        chosen = record.of_files([path]) | _of_mention(path, record)
    if (functions or names) and not chosen:
        return _of_program(path, record)
    return chosen


def changed_names(path: str, since: str) -> tuple[set[str], set[str]]:
    """Return the names of the changed functions, and of the changed classes and variables."""
    tree = ast.parse((ROOT / path).read_text())
    difference = git("diff", "-U0", since, "--", path, root=ROOT)
    lines = {
        line
        for first, count in _HUNK.findall(difference)
        for line in range(int(first), int(first) + max(1, int(count or 1)))
    }
    if not difference:
        lines = set(range(1, 1 + len((ROOT / path).read_text().splitlines())))
    functions: set[str] = set()
    names: set[str] = set()
    _collect(tree.body, "", lines, functions, names)
    return functions, names


def _collect(
    body: list[ast.stmt], outer: str, lines: set[int], functions: set[str], names: set[str]
) -> None:
    for node in body:
        first = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", ()))])
        if lines.isdisjoint(range(first, (node.end_lineno or first) + 1)):
            continue
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            functions.add(outer + node.name)
        elif isinstance(node, ast.ClassDef):
            names.add(node.name)
            _collect(node.body, f"{outer}{node.name}.", lines, functions, names)
        elif not isinstance(node, ast.Import | ast.ImportFrom):
            names |= {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}


@cache
def _functions() -> dict[str, frozenset[str]]:
    """Return a dict of all functions of the project: function -> names that the function uses."""
    found: dict[str, frozenset[str]] = {}
    for name in PACKAGES:
        for path in (ROOT / name).rglob("*.py"):
            place = str(path.relative_to(ROOT))
            for function, node in _nodes(ast.parse(path.read_text()).body, ""):
                spoken = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
                spoken |= {one.attr for one in ast.walk(node) if isinstance(one, ast.Attribute)}
                found[f"{place}:{function}"] = frozenset(spoken)
    return found


def _nodes(body: list[ast.stmt], outer: str) -> Iterator[tuple[str, ast.AST]]:
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield outer + node.name, node
        elif isinstance(node, ast.ClassDef):
            yield from _nodes(node.body, f"{outer}{node.name}.")


def _importers(path: str, names: set[str]) -> set[str]:
    """Return the test files that import one of the names from a module."""
    module = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    wanted = {f"{module}.{name}" for name in names}
    return {file for file, imported in _test_imports().items() if not wanted.isdisjoint(imported)}


def _of_mention(path: str, record: Record) -> set[str]:
    """Return the tests of all source files that contain the name of a file."""
    name = Path(path).name
    named = {place for place, source in _sources("tests", *PACKAGES).items() if name in source}
    if path.endswith(".md"):
        named |= {place for place, source in _sources("tests").items() if '"docs"' in source}
    return record.of_files(named)


def _of_program(path: str, record: Record) -> set[str]:
    """Return the tests that import or start a module of bin/ or bench/.

    Raises ``Unplaced`` if no such test is known.
    """
    module = Path(path).stem
    spoken = (f"bin/{module}", f"import {module}\n", f"from {module} import", f"bench.{module}")
    named = {
        place for place, source in _sources("tests").items() if any(one in source for one in spoken)
    }
    chosen = record.of_files(named)
    if path.startswith("bench/"):
        chosen |= {test for test in record.executed if test.startswith("tests/bench/")}
    if not chosen:
        raise Unplaced(path)
    return chosen


@cache
def _sources(*folders: str) -> dict[str, str]:
    return {
        str(path.relative_to(ROOT)): path.read_text()
        for folder in folders
        for path in (ROOT / folder).rglob("*.py")
    }


def _closest(chosen: set[str], paths: list[str], record: Record) -> set[str]:
    """Return the tests among ``chosen`` whose durations add up to at most ``MAX_SECONDS``.

    Tests of the changed package are preferred, then tests that have executed few functions.
    """

    def distance(test: str) -> tuple[bool, int]:
        is_beside = any(Path(path).parent.parts[:2] == Path(test).parts[1:3] for path in paths)
        return not is_beside, len(record.executed.get(test, ()))

    kept: set[str] = set()
    spent = 0.0
    for test in sorted(chosen, key=lambda one: (*distance(one), one)):
        spent += record.seconds.get(test, UNKNOWN_SECONDS)
        if spent > MAX_SECONDS and not test.startswith(ALWAYS):
            continue
        kept.add(test)
    return kept


def default_since() -> str:
    """Return the commit to compare with.

    The commit is HEAD if files are not committed; otherwise the merge base with the upstream
    branch, or HEAD~1 without such a branch or without commits after the merge base.
    """
    if git("status", "--porcelain", root=ROOT):
        return "HEAD"
    with suppress(Failed):
        base = git("merge-base", "HEAD", "@{upstream}", root=ROOT)
        if base != git("rev-parse", "HEAD", root=ROOT):
            return base.strip()
    return "HEAD~1"
