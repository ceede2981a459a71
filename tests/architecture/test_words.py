"""No name, template or docstring has a word that docs/glossary.md retired; no two acts one name."""

import ast
import re
from collections.abc import Iterable
from itertools import pairwise

import pytest

from tests.architecture.citations import ROOT
from tests.architecture.sources import nodes_of, tree_of
from tests.architecture.test_rules import HOUSES, SOURCES, layer_of

PAGE = ROOT / "docs" / "glossary.md"
# Names that are stored or public: another name would need a migration, or break who uses them.
STORED = {
    # A component of the OpenAPI document, by which programs may know it.
    "public_portal/tracking/api/serializers.py: PromiseTellSerializer",
    # Commands that operators type, and that runbooks and units of systemd name.
    "tenants/management/commands/seal_parties.py: seal_parties",
    "tenants/management/commands/verify_bundle.py: verify_bundle",
}
# Columns, settings, values, tasks and parts of addresses: stored or public under such a name.
STORED_NAMES = {
    "config/settings/base.py: BUNDLE_ROOT",
    "config/settings/base.py: VAULT_KEY",
    "config/settings/base.py: VAULT_KEY_PREVIOUS",
    "config/settings/test.py: BUNDLE_ROOT",
    "public_portal/account/views/security.py: visit_id",
    "public_portal/intake/forms/check.py: seal",
    "public_portal/oversight/agencies/forms/workspaces.py: standing",
    "tenants/agency_export/enums.py: SEAL",
    "tenants/agency_export/services/manifest.py: vault",
    "tenants/agency_export/tasks.py: forget_bundles",
    "tenants/custody/tasks.py: tell_of_offers",
    "tenants/models/cases.py: sealed",
    "tenants/models/custody.py: sealed",
    "tenants/models/lifecycle.py: caretakers",
}
# Kinds of letters, which rows of the queue name.
STORED_TEMPLATES = {"bundle_ready", "caretaker", "standing"}
# Values of letters, measures and results of jobs, and a file of a library.
STORED_VARIABLES = {
    "templates/drf_spectacular/swagger_ui.html: swagger_ui_bundle",
    "templates/emails/bundle_ready/body.html: bundle_url",
    "templates/public_portal/account/security.html: visit_id",
    "templates/public_portal/oversight/comparison/_table.html: standing",
    "templates/public_portal/statistics/figures.html: standing",
    "templates/tenants/export_summary.html: sealed",
}
# Everyday English in a sentence, in another meaning than the one that is retired.
EVERYDAY = {
    "away", "course", "courses", "forged", "house", "paper", "papers", "press", "printing",
    "remembered", "tell", "telling",
}  # fmt: skip


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


def declared() -> set[tuple[str, str]]:
    """Each file of the product with the names of its modules and classes."""
    found = set()
    for path in SOURCES:
        file = str(path.relative_to(ROOT))
        found |= {(file, part) for part in path.relative_to(ROOT).with_suffix("").parts}
        found |= {(file, node.name) for node in nodes_of(path) if isinstance(node, ast.ClassDef)}
    return found


def bound(nodes: Iterable[ast.AST]) -> set[str]:
    """The names of functions, arguments, variables and attributes that a file gives."""
    found = set()
    for node in nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.arg):
            found.add(node.arg)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            found.add(node.attr)
    return found


def variables(text: str) -> set[str]:
    """The names that a template speaks of, texts between quotation marks left out."""
    tags = re.findall(r"(?s)\{[{%](.*?)[%}]\}", text)
    spoken = (re.sub(r"\"[^\"]*\"|'[^']*'", " ", tag) for tag in tags)
    return {name for one in spoken for name in re.findall(r"[a-z_]\w*", one)}


def test_no_class_or_module_bears_a_retired_word():
    anywhere, whole = retired()
    found = {
        f"{file}: {name}"
        for file, name in declared()
        if words_of(name) & anywhere or name.lower() in whole
    }

    assert found == STORED


def test_no_function_argument_or_variable_bears_a_retired_word():
    anywhere, _whole = retired()
    found = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in SOURCES
        for name in bound(nodes_of(path))
        if words_of(name) & anywhere
    }

    assert found == STORED_NAMES


def test_no_template_bears_or_speaks_a_retired_word():
    anywhere, _whole = retired()
    files = {path: path.relative_to(ROOT) for path in (ROOT / "templates").rglob("*.html")}
    borne = {part for file in files.values() for part in file.with_suffix("").parts}
    spoken = {
        f"{file}: {name}"
        for path, file in files.items()
        for name in variables(path.read_text())
        if words_of(name) & anywhere
    }

    assert {name for name in borne if words_of(name) & anywhere} == STORED_TEMPLATES
    assert spoken == STORED_VARIABLES


def test_no_docstring_speaks_a_retired_word():
    found = {
        f"{path.relative_to(ROOT)}: {' '.join(sorted(words))}"
        for path in SOURCES
        # Their docstrings are texts of the public OpenAPI documents.
        if "api" not in {path.stem, path.parent.name}
        for node in nodes_of(path)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and (words := spoken_words(ast.get_docstring(node) or "") & retired_in_sentences())
    }

    assert found == set()


def spoken_words(text: str) -> set[str]:
    """The words of a sentence, without what stands in it as code; "stand-in" is one word."""
    plain = re.sub(r"``[^`]*``", " ", text).lower().replace("orientation desk", " ")
    return {word.replace("-", "") for word in re.findall("[a-z]+(?:-[a-z]+)*", plain)}


def retired_in_sentences() -> set[str]:
    """Retired words that are no everyday English in another meaning (``paper``, ``to tell``)."""
    anywhere, _whole = retired()
    return anywhere - EVERYDAY


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("def sheet_show(desk): look = 1", {"sheet_show", "desk", "look"}),
        ("self.visit = 1", {"visit"}),
        ("from a import sheet\nsheet.look()", set()),
    ],
)
def test_each_kind_of_name_is_seen(text, found):
    anywhere, _whole = retired()

    assert {name for name in bound(ast.walk(ast.parse(text))) if words_of(name) & anywhere} == found


def test_names_of_a_template_are_seen_and_its_texts_are_not():
    text = '{% include "a/sheet.html" with one=bundle only %}{{ visit.name|day }} the desk'

    assert {"bundle", "visit"} <= variables(text)
    assert not {"sheet", "desk"} & variables(text)


def test_a_retired_word_in_a_sentence_is_seen():
    text = "Open the bundle of a stand-in."

    assert spoken_words(text) & retired_in_sentences() == {"bundle", "standin"}
    assert not spoken_words("The orientation desk.") & retired_in_sentences()


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


# One act at two levels: the gateway or a page's package enters a schema, and calls the service.
SAME_ACT = {
    "attachment_add": ("shared/complaints/services/files.py", "tenants/case_access/gateway.py"),
    "complaint_file": (
        "public_portal/intake/services/complaints.py",
        "shared/complaints/services/intake.py",
        "tenants/case_access/gateway.py",
    ),
    "promise_report": ("shared/complaints/services/citizen.py", "tenants/case_access/gateway.py"),
    "rating_give": ("shared/complaints/services/citizen.py", "tenants/case_access/gateway.py"),
}
# A page, an endpoint or a command is found by its address or by what one types.
BY_ADDRESS = {"views", "api", "middleware", "tasks"}


def searched() -> Iterable[tuple[str, Iterable[ast.stmt]]]:
    """Yield each file whose functions are found by their names, with its statements.

    The fake Stripe imports nothing of the product: its functions are named after Stripe's calls.
    """
    for path in SOURCES:
        if {"fake_stripe", *BY_ADDRESS}.isdisjoint({layer_of(path), *path.parts}):
            yield str(path.relative_to(ROOT)), tree_of(path).body


def named_alike(files: Iterable[tuple[str, Iterable[ast.stmt]]]) -> dict[str, tuple[str, ...]]:
    """Return the files of each public function whose name stands in more than one."""
    found: dict[str, set[str]] = {}
    for file, statements in files:
        for node in statements:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                found.setdefault(node.name, set()).add(file)
    return {name: tuple(sorted(where)) for name, where in found.items() if len(where) > 1}


def test_no_public_function_bears_the_name_of_another():
    """Whoever searches for a name finds one function, and two readers mean the same by it."""
    assert named_alike(searched()) == SAME_ACT


def test_a_name_that_two_files_have_is_seen():
    first, second = (ast.parse(f"def {name}(): ...\ndef _own(): ...").body for name in "ab")

    assert named_alike([("one.py", first), ("two.py", second)]) == {}
    assert named_alike([("one.py", first), ("two.py", first)]) == {"a": ("one.py", "two.py")}
