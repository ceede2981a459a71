"""Whom the installation speaks to, and what it never makes out of what somebody typed."""

import ast
import re

from tests.architecture.citations import ROOT
from tests.architecture.sources import nodes_of
from tests.architecture.test_rules import SOURCES, _where

# Modules that open a connection, a process or an address, by what they import for it.
OUTWARD = (
    "socket", "ssl", "smtplib", "ftplib", "telnetlib", "http.client", "urllib.request", "urllib3",
    "requests", "httpx", "aiohttp", "stripe", "dns", "redis", "subprocess", "multiprocessing",
)  # fmt: skip
SPEAKS = {
    "bin/postgres/server.py": {"subprocess"},
    "config/gunicorn_worker.py": {"socket"},
    "bin/postgres/folders.py": {"socket"},
    "bin/postgres/identity.py": {"subprocess"},
    "bin/postgres/keeper.py": {"subprocess"},
    "shared/files/scanner.py": {"socket"},
    "shared/mail/workflow.py": {"smtplib"},
    "shared/pdf/render_process.py": {"subprocess"},
    "tenants/isolation/backends/connection_timeouts.py": {"socket"},
    "tenants/billing/services/stripe_responses.py": {"stripe"},
    "tenants/billing/services/stripe_client.py": {"stripe"},
    "tenants/billing/services/client_timeouts.py": {"stripe"},
    "fake_stripe/deliveries.py": {"urllib.request"},
    "tenants/fleet/services/hosts.py": {"socket"},
}
DOCUMENTED = ROOT / "docs" / "security" / "operation.md"


def test_only_named_modules_open_connections_or_processes():
    found: dict[str, set[str]] = {}
    for path in SOURCES:
        outward = {
            known
            for node in nodes_of(path)
            for name in imported(node)
            for known in OUTWARD
            if name == known or name.startswith(f"{known}.")
        }
        if outward:
            found[str(path.relative_to(ROOT))] = outward

    assert found == SPEAKS


def imported(node: ast.AST) -> list[str]:
    """The modules that a statement imports."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module:
        return [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return []


def test_whom_the_installation_speaks_to_is_written_down():
    text = DOCUMENTED.read_text()

    assert [
        name for name in SPEAKS if not name.startswith("fake_stripe/") and f"`{name}`" not in text
    ] == []


def test_no_template_is_made_of_a_text():
    found = [
        _where(path, node)
        for path in SOURCES
        for node in nodes_of(path)
        if isinstance(node, ast.Call) and called(node) in ("Template", "from_string")
    ]

    assert found == []


def called(node: ast.Call) -> str:
    """The last part of the name that is called."""
    return str(getattr(node.func, "attr", getattr(node.func, "id", "")))


def test_no_pattern_and_no_format_is_made_inside_a_function_of_what_came():
    """Those of modules stand there before anybody has typed; inside, only constants are."""
    allowed = {
        # A line of the log, which the base class formats.
        ("config/logs.py", "format"),
        # Of numbers and names of our own.
        ("shared/accounts/adapters/password_validators.py", "sub"),
        ("shared/kernel/day_parsing.py", "fullmatch"),
        ("shared/files/documents.py", "compile"),
        ("tenants/agency_export/services/file_restore.py", "fullmatch"),
        # The demonstration, whose texts are its own.
        ("demo/case_texts.py", "format_map"),
        ("fake_stripe/endpoints.py", "compile"),
        ("fake_stripe/endpoints.py", "format"),
    }
    found = {
        (str(path.relative_to(ROOT)), called(node))
        for path in SOURCES
        for function in nodes_of(path)
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Call) and is_made_of_names(node)
    }

    assert found == allowed


def is_made_of_names(node: ast.Call) -> bool:
    """Whether a pattern or a format is not written there in full."""
    function = node.func
    if not isinstance(function, ast.Attribute):
        return False
    owner = getattr(function.value, "id", "")
    if owner == "re" and function.attr in (
        "compile", "match", "search", "fullmatch", "sub", "subn", "split", "findall", "finditer",
    ):  # fmt: skip
        return bool(node.args) and not isinstance(node.args[0], ast.Constant)
    return function.attr in ("format", "format_map") and not isinstance(
        function.value, ast.Constant
    )


def test_no_question_to_the_database_is_a_pattern():
    found = [
        _where(path, node)
        for path in SOURCES
        for node in nodes_of(path)
        if isinstance(node, ast.keyword)
        and re.search(r"__i?regex$", node.arg or "")
        and not isinstance(node.value, ast.Constant)
    ]

    # A bound that PostgreSQL keeps is written in full, in a model and its migration.
    in_tables = re.compile(r"/models/|/models\.py:|/migrations/")
    assert [one for one in found if not in_tables.search(one)] == []
