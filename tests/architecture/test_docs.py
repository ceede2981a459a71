"""What README.md and docs/ name exists: commands, paths, links, packages, words of the code."""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import get_commands

from tests.architecture.citations import ROOT, lost_links, missing

PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]
ARCHITECTURE = ROOT / "docs" / "architecture.md"
TOP_FOLDERS = (
    "agency_console", "bench", "bin", "config", "demo", "deploy", "docs", "drills", "fake_stripe",
    "locale", "public_portal", "shared", "templates", "tenants", "tests",
)  # fmt: skip
# A path in a page: `tenants/fleet/` or `config/seams.py`, without wildcards and invented names.
_PATH = re.compile(rf"`((?:{'|'.join(TOP_FOLDERS)})/[\w./-]*)(?:::\w+)?`")
_SCRIPT = re.compile(r"\b(bin/[a-z]+|\.ci/run)\b(?!/)")
_MANAGE = re.compile(r"\b(?:bin/manage|bin/dev manage|manage\.py) ([a-z][a-z_]+)")
_DEV = re.compile(r"\bbin/dev ([a-z][a-z_]+)")
_BENCH = re.compile(r"`(?:bin/dev )?bench ([a-z][a-z_]+)")
# One page: a newcomer reads it at once. What is told in detail goes to docs/packages/.
MAX_WORDS_OF_MAP = 1_300
DETAILS = sorted((ROOT / "docs" / "packages").glob("*.md"))
# A word in code: `case_lock`, `Complaint.search`, `shared.units.selectors`, `handle.require()`.
_IDENTIFIER = re.compile(r"`([A-Za-z_]\w*(?:\.\w+)*)(?:\(\))?`")
_ANCHOR = re.compile(r"\]\(([^)#:]*)#([\w-]+)\)")
# What the example of a page adds.
INVENTED = {"file_number"}
# How many folders deep each part of the tree is described.
DEPTH = {
    "shared": 2,
    "tenants": 2,
    "public_portal": 3,
    "agency_console": 2,
    "bin": 2,
    "tests": 2,
    "drills": 2,
}
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
    """The folders with code that the map has to name."""
    return sorted(
        str(folder)
        for top in ("bench", "config", "demo", "fake_stripe", *DEPTH)
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


def in_map_or_details(name: str) -> bool:
    """Whether a package is named in the map; a folder of tests may be named on their own page."""
    pages = [ARCHITECTURE] + (DETAILS if name.startswith("tests/") else [])
    return any(f"`{name}/`" in page.read_text() for page in pages)


def contract_packages() -> Iterator[str]:
    """The packages that the import contracts order, as folders."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    for contract in contracts["contracts"]:
        yield from packages_of(contract)


def packages_of(contract: dict[str, Any]) -> Iterator[str]:
    """Of one contract; parts of a package (``layers`` of services, of apps) are none."""
    if contract["type"] != "layers" or contract["id"] == "inside-app":
        return
    for layer in contract["layers"]:
        for name in re.findall(r"\w+", layer):
            for container in contract.get("containers", [""]):
                folder = "/".join(part for part in (container.replace(".", "/"), name) if part)
                if (ROOT / folder).is_dir() and is_described(Path(folder)):
                    yield folder


def test_architecture_names_every_package():
    assert "tenants/fleet" in packages()
    assert [name for name in packages() if not in_map_or_details(name)] == []


def test_architecture_names_every_package_of_the_import_contracts():
    named, text = set(contract_packages()), ARCHITECTURE.read_text()

    assert {"shared/figures", "tenants/custody", "public_portal/oversight/reviews"} <= named
    assert sorted(name for name in named if f"`{name}/`" not in text) == []


def test_architecture_names_no_package_that_is_gone():
    named = re.findall(r"`([a-z_/]+)/`", ARCHITECTURE.read_text())
    known = {*packages(), "public_portal/oversight", "tests/architecture", "services", "templates"}
    tops = {"shared", "tenants", "public_portal", "agency_console"}

    assert sorted(set(named) - known - tops) == []


def test_architecture_is_one_page():
    words = [word for word in ARCHITECTURE.read_text().split() if re.search(r"\w", word)]

    assert len(words) <= MAX_WORDS_OF_MAP


def test_every_page_of_a_package_is_listed_and_linked():
    index = (ROOT / "docs" / "packages" / "README.md").read_text()
    pages = [page.name for page in DETAILS if page.name != "README.md"]
    text = ARCHITECTURE.read_text()

    assert pages
    assert [name for name in pages if f"]({name})" not in index] == []
    assert [name for name in pages if f"](packages/{name}" not in text] == []


@cache
def words_of_code() -> frozenset[str]:
    """Every word in the code and the templates, without the tests; and the tables."""
    found = {model._meta.db_table for model in apps.get_models()}
    for top in TOP_FOLDERS:
        for file in (ROOT / top).rglob("*"):
            if top not in {"docs", "tests"} and file.suffix in {".py", ".html", ".js", ".toml"}:
                found.update(re.findall(r"\w+", file.read_text()))
    return frozenset(found)


@pytest.mark.parametrize("page", [ARCHITECTURE, *DETAILS], ids=name_of)
def test_named_identifiers_exist(page):
    named = {part for name in _IDENTIFIER.findall(page.read_text()) for part in name.split(".")}

    assert sorted(named - words_of_code() - INVENTED) == []


def headings(page: Path) -> set[str]:
    """The anchors that a page has, as its headings make them."""
    found = re.findall(r"(?m)^#+ (.+)$", page.read_text())
    return {re.sub(r"[^\w -]", "", one.lower()).replace(" ", "-") for one in found}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_into_a_page_lead_to_a_heading(page):
    links = _ANCHOR.findall(page.read_text())

    targets = [(page.parent / path if path else page, anchor) for path, anchor in links]
    assert [one for one in targets if not one[0].is_file() or one[1] not in headings(one[0])] == []


@pytest.mark.parametrize("page", DETAILS, ids=name_of)
def test_tests_named_on_the_page_of_a_package_exist(page):
    assert [one for one in missing(page.read_text()) if one.startswith("tests/")] == []


def test_index_of_decisions_is_complete():
    index = (ROOT / "docs" / "adr" / "README.md").read_text()
    listed = re.findall(r"(?m)^\| \[(\d+)\]\((\d{4}-[\w-]+\.md)\) \| (.+) \|$", index)
    records = sorted(path for path in (ROOT / "docs" / "adr").glob("0*.md"))

    assert [name for _number, name, _title in listed] == [path.name for path in records]
    headings = [path.read_text().splitlines()[0] for path in records]
    assert [f"# {number}. {title}" for number, _name, title in listed] == headings
