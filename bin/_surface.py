"""The list of public names: addresses, columns, events, settings, commands and others."""

import difflib
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from _bootstrap import PYTHON, ROOT, Failed, say
from _processes import git, settings_environment

LISTER = Path(__file__).with_name("_surface_list.py")


def surface(given: list[str]) -> int:
    """Print the public names, or their differences from a commit; return 1 for a difference."""
    if len(given) > 1:
        raise Failed("give one commit at most: bin/dev surface [REF]")
    present = listed(ROOT)
    if not given:
        say("\n".join(present))
        return 0
    with tree_of(given[0]) as tree:
        former = listed(tree)
    changed = differences(former, present, reference=given[0])
    say("\n".join(changed) or f"the same as at {given[0]}: {len(present)} lines")
    return 1 if changed else 0


def differences(former: list[str], present: list[str], *, reference: str) -> list[str]:
    """Return the removed and added lines between two lists."""
    return list(difflib.unified_diff(former, present, reference, "now", lineterm="", n=0))


def listed(tree: Path) -> list[str]:
    """Return the public names of the code in the folder ``tree``. Raises ``Failed``."""
    # The settings need a DATABASE_URL, but no connection is opened.
    given = {"DATABASE_URL": "postgresql://nobody@localhost/none", "PYTHONPATH": str(tree)}
    done = subprocess.run(
        [str(PYTHON), "-W", "ignore", str(LISTER)],
        cwd=tree,
        env=settings_environment() | given,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Failed(f"the surface of {tree} cannot be listed:\n{done.stderr[-2000:]}")
    return done.stdout.splitlines()


@contextmanager
def tree_of(reference: str) -> Iterator[Path]:
    """Yield a git worktree of a commit, and remove the worktree after the block."""
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder, "tree")
        git("worktree", "add", "--detach", str(tree), reference)
        try:
            for name in ("static", "static-build"):
                (tree / "var" / name).mkdir(parents=True)
            yield tree
        finally:
            git("worktree", "remove", "--force", str(tree))
