"""Rules that imports cannot show. Each failure names the file and the line."""

import ast
import subprocess
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import BinaryField

from tests.architecture.sources import nodes_of, tree_of

ROOT = Path(__file__).resolve().parents[2]
HOUSES = ("demo", "config", "shared", "tenants", "public_portal", "agency_console")
DELIVERY_NAMES = {"views", "api", "forms", "filters", "urls"}
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


def _part(path: Path) -> str:
    """The layer a file belongs to: its own name, or its package's for ``services/`` and so on."""
    layers = {"services", "models", "views", "api"}
    return next((name for name in path.parts if name in layers), path.stem)


def _where(path: Path, node: ast.AST) -> str:
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"


SOURCES = _sources()


def test_delivery_code_never_writes_through_the_orm():
    found = [
        _where(path, node)
        for path in SOURCES
        if path.parts[len(ROOT.parts)] in ("public_portal", "agency_console")
        and _part(path) in DELIVERY_NAMES
        for node in nodes_of(path)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in WRITES
        and _reaches_objects(node.func)
    ]

    assert found == []


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


@pytest.mark.parametrize("part", ["services", "selectors", "models", "gateway", "letters"])
def test_domain_code_never_speaks_http(part):
    found = [
        _where(path, node)
        for path in SOURCES
        if _part(path) == part
        for node in nodes_of(path)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(HTTP)
    ]

    assert found == []


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
    free = (ROOT / "shared" / "kernel" / "clock.py", ROOT / "demo" / "fake_stripe")
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
        and (size := _body_size(node)) > (20 if _part(path) in ("views", "api") else 40)
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
    silent = [
        f"{_where(path, node)} {node.name}"
        for path in SOURCES
        for node in tree_of(path).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and ast.get_docstring(node) is None
    ]

    assert silent == []


def test_services_take_their_actor_by_name_and_without_default():
    loose = [
        f"{_where(path, node)} {node.name}"
        for path in SOURCES
        if _part(path) == "services"
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
