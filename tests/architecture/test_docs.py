"""What README.md and docs/ name exists: commands, paths, links, packages."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

from tests.architecture.citations import ROOT, lost_links

PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]
ARCHITECTURE = ROOT / "docs" / "architecture.md"
TOP_FOLDERS = (
    "agency_console", "bench", "bin", "config", "demo", "deploy", "docs", "locale",
    "public_portal", "shared", "templates", "tenants", "tests",
)  # fmt: skip
# A path in a page: `tenants/fleet/` or `config/seams.py`, without wildcards and invented names.
_PATH = re.compile(rf"`((?:{'|'.join(TOP_FOLDERS)})/[\w./-]*)(?:::\w+)?`")
_SCRIPT = re.compile(r"\b(bin/[a-z]+|\.ci/run)\b")
_MANAGE = re.compile(r"\b(?:bin/manage|bin/dev manage|manage\.py) ([a-z][a-z_]+)")
_DEV = re.compile(r"\bbin/dev ([a-z][a-z_]+)")
_BENCH = re.compile(r"`(?:bin/dev )?bench ([a-z][a-z_]+)")
# How many folders deep each part of the tree is described.
DEPTH = {"shared": 2, "tenants": 2, "public_portal": 3, "agency_console": 2, "tests": 2}
UNNAMED = {"management", "migrations", "templatetags", "commands"}


def name_of(page: Path) -> str:
    """The page as a person would call it."""
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_to_files(page):
    assert lost_links(page) == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_named_paths_exist(page):
    paths = _PATH.findall(page.read_text())

    assert [path for path in paths if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_named_commands_exist(page):
    text = page.read_text()
    dev = (ROOT / "bin" / "dev").read_text()

    missing = [script for script in _SCRIPT.findall(text) if not (ROOT / script).is_file()]
    missing += [name for name in _MANAGE.findall(text) if name not in get_commands()]
    missing += [name for name in _DEV.findall(text) if f'"{name}": ' not in dev]
    missing += [name for name in _BENCH.findall(text) if not (ROOT / f"bench/{name}.py").is_file()]
    assert missing == []


def test_options_of_the_readme_are_known_to_its_commands():
    named = re.findall(r"`(bin/\w+) (--[\w-]+)", (ROOT / "README.md").read_text())

    assert named
    assert [pair for pair in named if f'"{pair[1]}"' not in (ROOT / pair[0]).read_text()] == []


def packages() -> list[str]:
    """The folders with code that docs/architecture.md has to describe."""
    return sorted(
        str(folder)
        for top in ("bench", "config", "demo", *DEPTH)
        for folder in (path.parent.relative_to(ROOT) for path in (ROOT / top).rglob("__init__.py"))
        if is_described(folder)
    )


def is_described(folder: Path) -> bool:
    """Whether a folder is a package of its own, and not one layer of a package."""
    top, *_inner = folder.parts
    depth = DEPTH.get(top, 1)
    if top == "public_portal" and len(folder.parts) == depth:
        return folder.parts[1] == "oversight" and folder.name not in UNNAMED
    return len(folder.parts) <= depth and folder.name not in UNNAMED


def test_architecture_names_every_package():
    text = ARCHITECTURE.read_text()

    assert "tenants/fleet" in packages()
    assert [name for name in packages() if f"`{name}/`" not in text] == []


def test_index_of_decisions_is_complete():
    index = (ROOT / "docs" / "adr" / "README.md").read_text()
    listed = re.findall(r"(?m)^\| \[(\d+)\]\((\d{4}-[\w-]+\.md)\) \| (.+) \|$", index)
    records = sorted(path for path in (ROOT / "docs" / "adr").glob("0*.md"))

    assert [name for _number, name, _title in listed] == [path.name for path in records]
    headings = [path.read_text().splitlines()[0] for path in records]
    assert [f"# {number}. {title}" for number, _name, title in listed] == headings
