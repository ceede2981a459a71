"""A process of the suite and its sessions of PostgreSQL share one core.

The two take turns: one works while the other waits. On two cores each question wakes a core that
sleeps, which in a virtual machine takes several times as long as the answer (measured: 181
microseconds of the clock and 78 of the processor for ``SELECT 1``, 22 and 11 on one core). A test
with a browser, or whose threads or processes are to work at once, has all cores (``all_cores``).
"""

import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created


class OneCore:
    """The pytest plugin of one of several processes."""

    def __init__(self, process: int) -> None:
        self._all = os.sched_getaffinity(0)
        self._own = {sorted(self._all)[process % len(self._all)]}
        connection_created.connect(follow)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Place the test; what it starts inherits the place."""
        is_wide = item.get_closest_marker("all_cores")
        os.sched_setaffinity(0, self._all if is_wide else self._own)


def follow(connection: BaseDatabaseWrapper, **_rest: Any) -> None:
    """Let the session that was opened run where this thread does."""
    pid = connection.connection.info.backend_pid
    # A pooler gives numbers of its own, and a server elsewhere has processes elsewhere.
    with suppress(OSError):
        if Path(f"/proc/{pid}/comm").read_text().startswith("postgres"):
            os.sched_setaffinity(pid, os.sched_getaffinity(0))


def plugin() -> OneCore | None:
    """What keeps this process on one core; None where it is alone or the system cannot."""
    process = os.environ.get("PYTEST_XDIST_WORKER", "")
    if not process or not hasattr(os, "sched_setaffinity"):
        return None
    return OneCore(int(process.removeprefix("gw")))
