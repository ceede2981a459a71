"""A start that could not be checked: the check is made at the first connection, before it is used.

A process that starts while the database is away would otherwise serve people under whatever login,
and through whatever pooler, it was given.
"""

import logging
import time
from collections.abc import Callable
from threading import Lock, Thread, local

import psycopg2
from django.db import connection

# How soon what was refused is looked at again: somebody may have mended it meanwhile.
RECHECK_SECONDS = 10.0

logger = logging.getLogger(__name__)


class StartRefused(psycopg2.OperationalError):
    """The database is there, and this process may not use it as it is."""


class DeferredCheck:
    """Open, unless a check has still to be made; then nobody gets a connection before it is."""

    def __init__(self) -> None:
        self._check: Callable[[], None] | None = None
        self._lock = Lock()
        self._again_at = 0.0
        self._mine = local()

    @property
    def is_shut(self) -> bool:
        """Whether a check has still to be made."""
        return self._check is not None

    def shut(self, check: Callable[[], None] | None) -> None:
        """Make ``check`` at the next connection; with ``None`` there is nothing to check."""
        self._check, self._again_at = check, 0.0

    def require(self) -> None:
        """Make the check where it is due.

        Raises ``StartRefused``, or what the database raises that is away again.
        """
        if self._check is None or getattr(self._mine, "is_checking", False):
            return
        with self._lock:
            check = self._check
            # Another thread may have made it while this one waited.
            if check is not None:
                self._make(check)
                self._check = None

    def _make(self, check: Callable[[], None]) -> None:
        if time.monotonic() < self._again_at:
            raise StartRefused("this process may not use its database; its log says why")
        raised: list[BaseException] = []
        # In a thread of its own: the check needs connections, and this one is being made.
        maker = Thread(target=self._run, args=(check, raised), name="start-check")
        maker.start()
        maker.join()
        if raised and isinstance(raised[0], SystemExit):
            self._again_at = time.monotonic() + RECHECK_SECONDS
            logger.critical("%s; until then nobody is served", raised[0])
            raise StartRefused("this process may not use its database; its log says why")
        if raised:
            raise psycopg2.OperationalError(str(raised[0])) from raised[0]

    def _run(self, check: Callable[[], None], raised: list[BaseException]) -> None:
        self._mine.is_checking = True
        try:
            check()
        except BaseException as error:  # it is raised by who waits for it
            raised.append(error)
        finally:
            connection.close()


DEFERRED_CHECK = DeferredCheck()
