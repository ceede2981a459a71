"""What a page says that it is tested by: tests, commands of the CI, rules of the linter."""

import ast
import re
import tomllib
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_TEST = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")
_COMMAND = re.compile(r"`(bin/dev \w+)`")
_RULE = re.compile(r"\b(S\d{3})\b")
_LINK = re.compile(r"\]\(([^)#:]+)\)")


def citations(text: str) -> list[str]:
    """Each test and each command that a piece of a page names."""
    tests = [f"{path}::{name}" if name else path for path, name in _TEST.findall(text)]
    return tests + _COMMAND.findall(text)


def missing(text: str) -> list[str]:
    """What a piece of a page names and there is not, or nothing runs."""
    run = (ROOT / ".ci" / "run").read_text()
    lost = [
        f"{path}::{name}" if name else path
        for path, name in _TEST.findall(text)
        if (name not in tests_in(path) if name else not (ROOT / path).is_file())
    ]
    lost += [command for command in _COMMAND.findall(text) if f"\n{command}" not in run]
    return lost + [rule for rule in _RULE.findall(text) if not is_checked(rule)]


def lost_links(page: Path) -> list[str]:
    """Links of a page that lead to no file."""
    links = _LINK.findall(page.read_text())
    return [link for link in links if not (page.parent / link).exists()]


@cache
def tests_in(path: str) -> frozenset[str]:
    """The names of the tests of one file, without importing it."""
    file = ROOT / path
    if not file.is_file():
        return frozenset()
    found = {
        node.name
        for node in ast.parse(file.read_text()).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }
    return frozenset(found)


def is_checked(rule: str) -> bool:
    """Whether the linter looks for this in the code that is installed."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["ruff"]["lint"]
    houses = ("tests", "bench", "drills", "bin", "**/migrations")
    waived = {
        one
        for pattern, rules in settings["per-file-ignores"].items()
        if not pattern.startswith(houses)
        for one in rules
    }
    is_selected = any(rule.startswith(prefix) for prefix in settings["select"])
    return is_selected and rule not in {*settings["ignore"], *waived}
