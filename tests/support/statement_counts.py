"""How many statements each main page sends, recorded in ``tests/statement_counts.json``.

A change that makes a page dearer, or cheaper, changes the file, and so stands in its commit.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from django.db import connection
from django.test.utils import CaptureQueriesContext

FILE = Path(__file__).resolve().parents[1] / "statement_counts.json"
VARIABLE = "RECORD_STATEMENTS"
CountedStatements = AbstractContextManager[CaptureQueriesContext]
# As much of each statement as tells which table it is about.
SHOWN = 160

_recorded_now: dict[str, int] = {}


@contextmanager
def counted(page: str, *, file: Path = FILE) -> Iterator[CaptureQueriesContext]:
    """Compare the statements of the block with the recorded number of a page, or record it."""
    with CaptureQueriesContext(connection) as asked:
        yield asked
    if os.environ.get(VARIABLE):
        _record(page, len(asked), file)
    known = _read(file).get(page)
    assert len(asked) == known, _difference(page, known, [one["sql"] for one in asked])


def _record(page: str, count: int, file: Path) -> None:
    """Write the number of a page, once a run: a page with two numbers is a page that grows."""
    with file.open("a") as locked:
        # Several processes run tests, and each replaces the whole file.
        fcntl.flock(locked, fcntl.LOCK_EX)
        if _recorded_now.setdefault(page, count) == count:
            counts = _read(file) | {page: count}
            file.write_text(json.dumps(dict(sorted(counts.items())), indent=2) + "\n")


def _read(file: Path) -> dict[str, int]:
    text = file.read_text() if file.exists() else ""
    return dict(json.loads(text or "{}"))


def _difference(page: str, known: int | None, statements: list[str]) -> str:
    test = os.environ.get("PYTEST_CURRENT_TEST", "").partition("::")[0]
    shown = "\n".join(one[:SHOWN] for one in statements)
    return (
        f"{page}: {len(statements)} statements; {FILE.name} has {known}. If that is meant:\n"
        f"    {VARIABLE}=yes bin/test {test}\n{shown}"
    )
