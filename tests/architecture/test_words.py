"""No class and no module of the product bears a word that docs/glossary.md has retired."""

import ast
import re
from itertools import pairwise

from tests.architecture.citations import ROOT
from tests.architecture.sources import nodes_of
from tests.architecture.test_rules import HOUSES, SOURCES

PAGE = ROOT / "docs" / "glossary.md"
# Names that are stored or public: another name would need a migration, or break who uses them.
STORED = {
    # A component of the OpenAPI document, by which programs may know it.
    "public_portal/tracking/api/serializers.py: PromiseTellSerializer",
    # Commands that operators type, and that runbooks and units of systemd name.
    "tenants/management/commands/seal_parties.py: seal_parties",
    "tenants/management/commands/verify_bundle.py: verify_bundle",
}
# Names that are still to be changed. The list may only become shorter.
KNOWN = {
    "fake_stripe/pages.py: Visit",
    "public_portal/account/types.py: OpenVisit",
    "shared/complaints/errors.py: NothingToTell",
    "shared/pdf/types.py: Paper",
}


def retired() -> tuple[set[str], set[str]]:
    """Words that no name may contain, and words that may not be a whole name."""
    table = PAGE.read_text().partition("## Retired words")[2]
    rows = re.findall(r"(?m)^\| ([a-z, ]+) \| (any|whole) \| .+ \|$", table)
    words: dict[str, set[str]] = {"any": set(), "whole": set()}
    for names, where in rows:
        words[where] |= {name.replace(" ", "") for name in names.split(", ")}
    return words["any"], words["whole"]


def words_of(name: str) -> set[str]:
    """The words of ``StandInServer`` or ``stand_in_server``, also two and two."""
    parts = [part.lower() for part in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)]
    return {*parts, *(first + second for first, second in pairwise(parts))}


def names() -> set[tuple[str, str]]:
    """Each file of the product with the names of its modules and classes."""
    found = set()
    for path in SOURCES:
        file = str(path.relative_to(ROOT))
        found |= {(file, part) for part in path.relative_to(ROOT).with_suffix("").parts}
        found |= {(file, node.name) for node in nodes_of(path) if isinstance(node, ast.ClassDef)}
    return found


def test_no_class_or_module_bears_a_retired_word():
    anywhere, whole = retired()
    found = {
        f"{file}: {name}"
        for file, name in names()
        if words_of(name) & anywhere or name.lower() in whole
    }

    assert found - STORED == KNOWN
    assert found >= STORED


def test_no_module_is_named_by_a_bare_gerund():
    """``loading`` does not say what is loaded, so nobody who looks for it would open the file."""
    stems = {path.stem for path in SOURCES}

    assert {stem for stem in stems if re.fullmatch("[a-z]+ing", stem)} <= {"billing", "wording"}


def test_every_retired_word_would_be_found():
    anywhere, whole = retired()

    assert len(anywhere) > 40
    assert len(whole) > 5
    assert words_of("StandInServer") & anywhere == {"standin"}
    assert words_of("front_door") & anywhere == {"door"}
    assert set(HOUSES) & (anywhere | whole) == set()


def test_each_word_has_one_line_and_one_meaning():
    table = PAGE.read_text().partition("## Retired words")[0]
    words = re.findall(r"(?m)^\| ([^|]+) \| [^|]+ \|[^|]*\|[^|]*\|$", table)

    assert len(words) > 100
    assert sorted(one for one in set(words) if words.count(one) > 1) == []
