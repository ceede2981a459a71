"""The sources as trees, each file parsed once for all rules of this folder."""

import ast
from functools import cache
from pathlib import Path


@cache
def tree_of(path: Path) -> ast.Module:
    """The tree of a file."""
    return ast.parse(path.read_text())


@cache
def nodes_of(path: Path) -> tuple[ast.AST, ...]:
    """Every node of the tree of a file."""
    return tuple(ast.walk(tree_of(path)))


def forget() -> None:
    """Give the memory back: half a million nodes."""
    nodes_of.cache_clear()
    tree_of.cache_clear()
