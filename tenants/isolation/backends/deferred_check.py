"""The start check that found no database, deferred until the first connection is used.

A process that starts while the database does not answer would otherwise serve people under whatever
login, and through whatever pooler, it was given.
"""

import logging
import time
from collections.abc import Callable
from threading import Lock, Thread, local

import psycopg2
from django.db import connection

# How soon a refused check is made again: somebody may have corrected the settings meanwhile.
RECHECK_SECONDS = 10.0

logger = logging.getLogger(__name__)


class StartRefused(psycopg2.OperationalError):
    """The database answers, but the start check refuses this process."""


class DeferredCheck:
    """A check that may still be due; nobody gets a connection before it has passed."""

    def __init__(self) -> None:
        self._check: Callable[[], None] | None = None
        self._lock = Lock()
        self._again_at = 0.0
        self._thread_state = local()

    def defer(self, check: Callable[[], None] | None) -> None:
        """Store ``check`` for the next connection; with ``None`` there is nothing to check."""
        self._check, self._again_at = check, 0.0

    def require(self) -> None:
        """Run the deferred check, if one is due.

        Raises ``StartRefused``, or ``OperationalError`` while the database still does not answer.
        """
        if self._check is None or getattr(self._thread_state, "is_checking", False):
            return
        with self._lock:
            # Another thread may have made it while this one waited.
            if self._check is not None:
                self._make(self._check)
                self._check = None

    def _make(self, check: Callable[[], None]) -> None:
        refusal = StartRefused("this process may not use its database; its log says why")
        if time.monotonic() < self._again_at:
            raise refusal
        raised: list[BaseException] = []
        # In a thread of its own: the check needs connections, and this one is being made.
        thread = Thread(target=self._run, args=(check, raised), name="start-check")
        thread.start()
        thread.join()
        if raised and isinstance(raised[0], SystemExit):
            self._again_at = time.monotonic() + RECHECK_SECONDS
            logger.critical("%s; until then nobody is served", raised[0])
            raise refusal
        if raised:
            raise psycopg2.OperationalError(str(raised[0])) from raised[0]

    def _run(self, check: Callable[[], None], raised: list[BaseException]) -> None:
        self._thread_state.is_checking = True
        try:
            check()
        except BaseException as error:  # the waiting thread raises it
            raised.append(error)
        finally:
            connection.close()


DEFERRED_CHECK = DeferredCheck()
