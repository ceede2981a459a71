"""The start check of a process, run at the first connection if the database did not answer before.

Without the deferred check, a process that starts during an outage could later serve people with a
login or a pooler that mixes up agencies' data.
"""

import logging
import time
from collections.abc import Callable
from threading import Lock, Thread, local

import psycopg2
from django.db import connection

# The pause before a failed check is repeated.
RECHECK_SECONDS = 10.0

logger = logging.getLogger(__name__)


class StartRefused(psycopg2.OperationalError):
    """The error for a process that the start check refuses."""


class DeferredCheck:
    """A stored check that must pass before code of this process gets a database connection."""

    def __init__(self) -> None:
        self._check: Callable[[], None] | None = None
        self._lock = Lock()
        self._again_at = 0.0
        self._thread_state = local()

    def defer(self, check: Callable[[], None] | None) -> None:
        """Store ``check`` to run at the next connection; ``None`` removes a stored check."""
        self._check, self._again_at = check, 0.0

    def require(self) -> None:
        """Run the stored check, if any.

        Raises ``StartRefused`` if the check fails, or ``OperationalError`` if the database does not
        answer.
        """
        if self._check is None or getattr(self._thread_state, "is_checking", False):
            return
        with self._lock:
            # Another thread may have run the check while this thread waited for the lock.
            if self._check is not None:
                self._make(self._check)
                self._check = None

    def _make(self, check: Callable[[], None]) -> None:
        refusal = StartRefused("this process may not use its database; its log says why")
        if time.monotonic() < self._again_at:
            raise refusal
        raised: list[BaseException] = []
        # The check runs in its own thread because it needs connections while this connection is
        # being opened.
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
