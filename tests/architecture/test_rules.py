"""Rules that imports cannot show. Each failure names the file and the line."""

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterable
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import BinaryField

from tests.architecture.sources import nodes_of, tree_of

ROOT = Path(__file__).resolve().parents[2]
HOUSES = (
    "demo", "fake_stripe", "bin/postgres", "config", "shared", "tenants", "public_portal",
    "agency_console",
)  # fmt: skip
DELIVERY_NAMES = {"views", "api", "forms", "urls"}
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"][
    "contracts"
]
# The layers of an application by its contract, and the gateway.
LAYERS = {
    name
    for contract in CONTRACTS
    if contract["id"] == "inside-app"
    for line in contract["layers"]
    for name in re.findall("[a-z]+", line)
} | {"gateway"}
WITHOUT_HTTP = (
    "services", "presenters", "selectors", "models", "gateway", "tasks", "workflow", "types",
    "errors", "enums",
)  # fmt: skip
HTTP = (
    "django.http",
    "django.shortcuts",
    "django.views",
    "django.contrib.messages",
    "rest_framework",
)
WRITES = {
    "save", "delete", "create", "update", "bulk_create", "bulk_update",
    "get_or_create", "update_or_create", "select_for_update",
}  # fmt: skip


def _sources() -> list[Path]:
    return [
        path
        for house in HOUSES
        for path in sorted((ROOT / house).rglob("*.py"))
        if "migrations" not in path.parts
    ]


def layer_of(path: Path) -> str:
    """The layer a file belongs to: the name of a folder above it, or its own, else ""."""
    names = path.relative_to(ROOT).with_suffix("").parts
    return next((name for name in names if name in LAYERS), "")


def _where(path: Path, node: ast.AST) -> str:
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"


SOURCES = _sources()


@pytest.mark.parametrize(
    ("file", "layer"),
    [
        ("agency_console/inbox/selectors/saved_views.py", "selectors"),
        ("agency_console/casework/forms/bodies.py", "forms"),
        ("shared/register/presenters/charts.py", "presenters"),
        ("public_portal/tracking/api/endpoints.py", "api"),
        ("tenants/fleet/services/health/summary.py", "services"),
        ("tenants/case_access/gateway.py", "gateway"),
        ("shared/complaints/types/lists.py", "types"),
        ("shared/kernel/clock.py", ""),
    ],
)
def test_each_folder_of_a_layer_is_known(file, layer):
    assert (ROOT / file) in SOURCES
    assert layer_of(ROOT / file) == layer


def test_delivery_code_never_writes_through_the_orm():
    found = [
        _where(path, node)
        for path in SOURCES
        if path.relative_to(ROOT).parts[0] in ("public_portal", "agency_console")
        and layer_of(path) in DELIVERY_NAMES
        for node in orm_writes(nodes_of(path))
    ]

    assert found == []


def orm_writes(nodes: Iterable[ast.AST]) -> list[ast.Call]:
    """Calls that write rows: ``Row.objects.create()``, ``row.delete()``."""
    return [
        node
        for node in nodes
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in WRITES
        and _reaches_objects(node.func)
    ]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Case.objects.filter(pk=1).update(state='open')", 1),
        ("form.save()", 1),
        ("found.update(other)", 0),
    ],
)
def test_a_write_through_the_orm_is_found(text, count):
    assert len(orm_writes(ast.walk(ast.parse(text)))) == count


def _reaches_objects(call: ast.Attribute) -> bool:
    # ``form.save()`` or ``row.delete()`` on a name count too; a dict's update() does not.
    through_manager = any(
        isinstance(part, ast.Attribute) and part.attr == "objects" for part in ast.walk(call)
    )
    return through_manager or (call.attr in {"save", "delete"} and isinstance(call.value, ast.Name))


def test_rows_with_a_key_of_bytes_are_not_deleted_by_the_set():
    """Django sorts what it deletes by its key, and bytes of the database have no order."""
    keyed = {
        model.__name__ for model in apps.get_models() if isinstance(model._meta.pk, BinaryField)
    }
    found = [
        _where(path, node)
        for path in SOURCES
        for node in nodes_of(path)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "delete"
        and {part.id for part in ast.walk(node) if isinstance(part, ast.Name)} & keyed
        and not _names_one_row(node)
    ]

    assert "TrackingToken" in keyed
    assert found == []


def _names_one_row(call: ast.Call) -> bool:
    return any(
        isinstance(part, ast.keyword) and part.arg in {"pk", "digest"} for part in ast.walk(call)
    )


@pytest.mark.parametrize("layer", WITHOUT_HTTP)
def test_domain_code_never_speaks_http(layer):
    files = [path for path in SOURCES if layer_of(path) == layer]

    assert files
    assert [_where(path, node) for path in files for node in http_imports(nodes_of(path))] == []


def http_imports(nodes: Iterable[ast.AST]) -> list[ast.ImportFrom]:
    """Imports of requests, answers and views, also of those that only a type checker reads."""
    return [
        node
        for node in nodes
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(HTTP)
    ]


def test_an_import_of_http_is_found():
    text = "from django.http import QueryDict\nfrom django.utils import timezone"

    assert [node.module for node in http_imports(ast.walk(ast.parse(text)))] == ["django.http"]


def test_what_must_leave_a_transaction_uses_the_outbox_and_not_on_commit():
    found = [
        _where(path, node)
        for path in SOURCES
        if "complaints" in path.parts or path.name == "gateway.py"
        for node in nodes_of(path)
        if isinstance(node, ast.Attribute) and node.attr == "on_commit"
    ]

    assert found == []


def test_nobody_uses_the_thread_unsafe_switch_of_the_library():
    switches = {"schema_context", "tenant_context", "set_schema", "set_tenant", "activate_tenant"}
    found = [
        _where(path, node)
        for path in SOURCES
        if path != ROOT / "tenants" / "isolation" / "schema_switch.py"
        for node in nodes_of(path)
        if (isinstance(node, ast.Name) and node.id in switches)
        or (isinstance(node, ast.Attribute) and node.attr in switches)
        or (isinstance(node, ast.alias) and node.name in switches)
    ]

    assert found == []


def test_no_address_is_made_of_the_header_host_as_it_came():
    # A port in it led the readers of our letters to another server: shared.ui.links.own_url.
    found = [
        _where(path, node)
        for path in SOURCES
        for node in nodes_of(path)
        if isinstance(node, ast.Attribute) and node.attr == "build_absolute_uri"
    ]

    assert found == []


def test_models_are_imported_and_not_looked_up_by_name():
    found = [
        _where(path, node)
        for path in SOURCES
        for node in nodes_of(path)
        if isinstance(node, ast.Attribute) and node.attr == "get_model"
    ]

    assert found == []


def test_the_time_is_asked_of_the_kernel_alone():
    asks = {
        "time": {"time", "time_ns"},
        "datetime": {"now", "utcnow", "today"},
        "date": {"today"},
        "timezone": {"now", "localtime", "localdate"},
    }
    # The fake Stripe is a company of its own, with a clock of its own.
    free = (ROOT / "shared" / "kernel" / "clock.py", ROOT / "fake_stripe")
    found = [
        _where(path, node)
        for path in SOURCES
        if not any(path.is_relative_to(one) for one in free)
        for node in nodes_of(path)
        if (isinstance(node, ast.Attribute) and node.attr in asks.get(_last_name(node.value), ()))
        or (isinstance(node, ast.ImportFrom) and _names(node) & asks.get(_module(node), set()))
    ]

    assert found == []


def _last_name(node: ast.AST) -> str:
    """``timezone`` of ``timezone`` and of ``utils.timezone``."""
    return getattr(node, "attr", getattr(node, "id", ""))


def _module(node: ast.ImportFrom) -> str:
    return (node.module or "").rpartition(".")[2]


def _names(node: ast.ImportFrom) -> set[str]:
    return {alias.name for alias in node.names}


def test_signals_are_not_used():
    found = [
        _where(path, node)
        for path in SOURCES
        for node in nodes_of(path)
        if (isinstance(node, ast.ImportFrom) and (node.module or "").endswith("signals"))
        or (isinstance(node, ast.alias) and node.name == "receiver")
    ]

    assert found == []


def test_no_view_is_longer_than_twenty_lines_and_no_function_than_forty():
    long = [
        f"{_where(path, node)} {node.name}: {size}"
        for path in SOURCES
        for node in nodes_of(path)
        if isinstance(node, ast.FunctionDef)
        and (size := _body_size(node)) > (20 if layer_of(path) in ("views", "api") else 40)
    ]

    assert long == []


def _body_size(node: ast.FunctionDef) -> int:
    """Lines from ``def`` to the end; decorators and the docstring tell, they do not do."""
    first = node.body[0]
    docstring = 0
    if ast.get_docstring(node) is not None:
        docstring = (first.end_lineno or first.lineno) - first.lineno + 1
    return (node.end_lineno or node.lineno) - node.lineno + 1 - docstring


def test_no_file_is_longer_than_four_hundred_lines():
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.py"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    ).stdout.split()  # fmt: skip
    names = listed or [str(path.relative_to(ROOT)) for path in SOURCES]
    long = [
        name
        for name in names
        if "migrations" not in name and len((ROOT / name).read_text().splitlines()) > 400
    ]

    assert long == []


def test_every_public_function_and_class_says_what_it_does():
    """A refusal may leave that to its sentence for people."""
    silent = [
        f"{_where(path, node)} {node.name}"
        for path in SOURCES
        for node in tree_of(path).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and ast.get_docstring(node) is None
        and not _has_sentence(node)
    ]

    assert silent == []


def _has_sentence(node: ast.FunctionDef | ast.ClassDef) -> bool:
    """Whether it is an error that says in words for people what it means."""
    return any(
        isinstance(part, ast.Assign) and ast.unparse(part.targets[0]) == "sentence"
        for part in node.body
    )


def test_services_take_their_actor_by_name_and_without_default():
    loose = [
        f"{_where(path, node)} {node.name}"
        for path in SOURCES
        if layer_of(path) == "services"
        for node in tree_of(path).body
        if isinstance(node, ast.FunctionDef)
        and "actor" in {argument.arg for argument in node.args.args}
        and not node.name.startswith(("_", "event_"))
    ]

    assert loose == []


def test_migrations_import_nothing_of_the_project_and_have_names():
    migrations = [path for house in HOUSES for path in (ROOT / house).rglob("migrations/0*.py")]
    importing = [
        _where(path, node)
        for path in migrations
        for node in nodes_of(path)
        if isinstance(node, ast.Import | ast.ImportFrom)
        and ((getattr(node, "module", None) or node.names[0].name).split(".")[0] in HOUSES)
    ]
    nameless = [
        path.name
        for path in migrations
        if "auto" in path.name or (path.stem.endswith("initial") and path.stem != "0001_initial")
    ]

    assert importing == []
    assert nameless == []
    assert migrations


def test_the_driver_is_psycopg2_and_nothing_brought_another():
    installed = {
        path.name.split("-")[0].lower()
        for path in Path(pytest.__file__).parents[1].glob("psycopg*")
    }

    assert {name for name in installed if not name.endswith(".libs")} == {
        "psycopg2", "psycopg2_binary",
    }  # fmt: skip
