"""Who may say that a request counts from another moment than the one in which it is filed."""

import ast
from collections.abc import Iterable
from pathlib import Path

import pytest
from django.conf import settings

from tests.architecture.sources import nodes_of

PACKAGES = ("public_portal", "agency_console", "tenants", "demo", "bench", "config")
FILING = {"complaint_file"}
# What files held requests, and the two calls through which it does.
ALLOWED = {
    "public_portal/intake/services/held_requests.py",
    "public_portal/intake/services/complaints.py",
    "tenants/case_access/gateway.py",
}


def gives_moment(nodes: Iterable[ast.AST]) -> bool:
    """Whether something files a request with a moment of its own, or with arguments unseen."""
    return any(
        isinstance(node, ast.Call)
        and (getattr(node.func, "id", "") or getattr(node.func, "attr", "")) in FILING
        and any(one.arg in ("received_at", None) for one in node.keywords)
        for node in nodes
    )


def test_only_what_files_held_requests_gives_a_moment():
    root = Path(settings.BASE_DIR)
    files = [path for name in PACKAGES for path in (root / name).rglob("*.py")]

    found = {path.relative_to(root).as_posix() for path in files if gives_moment(nodes_of(path))}

    assert found == ALLOWED


@pytest.mark.parametrize("call", ["complaint_file(received_at=x)", "gateway.complaint_file(**x)"])
def test_a_moment_is_found(call):
    assert gives_moment(ast.walk(ast.parse(call)))
