"""A supervisor that restarts the demonstration's processes and database server."""

from collections import deque
from collections.abc import Callable

from _bootstrap import Failed
from _processes import Child, connection_problem

from bin.postgres.identity import EmbeddedPostgresError
from bin.postgres.server import EmbeddedPostgres

MAX_ENDS = 5
ENDS_SECONDS = 60.0
FIRST_PAUSE_SECONDS = 0.5
MAX_PAUSE_SECONDS = 8.0


class Restarts:
    """The restarts of a process, with growing pauses and an optional limit."""

    def __init__(self, *, is_limited: bool = True) -> None:
        self._ends: deque[float] = deque(maxlen=MAX_ENDS)
        self._due: float | None = None
        self._is_limited = is_limited

    def pause(self, *, now: float) -> float | None:
        """Record an end of the process, and return the seconds until the restart.

        Returns ``None`` after too many ends.
        """
        self._ends.append(now)
        recent = [end for end in self._ends if now - end < ENDS_SECONDS]
        if self._is_limited and len(recent) == MAX_ENDS:
            return None
        doubled: float = FIRST_PAUSE_SECONDS * 2 ** (len(recent) - 1)
        seconds = min(doubled, MAX_PAUSE_SECONDS)
        self._due = now + seconds
        return seconds

    def waiting(self) -> bool:
        """Return whether a restart is scheduled."""
        return self._due is not None

    def due(self, *, now: float) -> bool:
        """Return whether a restart is due, and clear a due restart."""
        if self._due is None or now < self._due:
            return False
        self._due = None
        return True


class Supervisor:
    """A supervisor of the demonstration's processes and, if embedded, of the database server."""

    def __init__(
        self,
        *,
        children: list[Child],
        database_url: str,
        server: EmbeddedPostgres | None,
        on_progress: Callable[[str], None],
    ) -> None:
        self._children = [(child, Restarts()) for child in children]
        self._url = database_url
        self._server = server
        # The restarts of the database server have no limit; only failed starts are limited.
        self._server_restarts = Restarts(is_limited=False)
        self._failed_starts = 0
        self._database_is_down = False
        self._on_progress = on_progress

    def check(self, *, now: float) -> None:
        """Restart the database server and processes that have ended.

        Raises ``Failed`` if a process ends too often or the server does not start.
        """
        if self._server is not None:
            self._check_server(self._server, now)
            if self._server.has_ended():
                return
        ended = [pair for pair in self._children if pair[1].waiting() or pair[0].ended()]
        # Ends of processes count only while the database answers, because a process without a
        # database ends.
        if ended and self._database_answers():
            for child, restarts in ended:
                self._check_child(child, restarts, now)

    def _check_server(self, server: EmbeddedPostgres, now: float) -> None:
        if not server.has_ended():
            return
        what = "ended"
        if self._server_restarts.due(now=now):
            try:
                server.start_again()
            except EmbeddedPostgresError as failure:
                what = "does not start"
                self._failed_starts += 1
                if self._failed_starts == MAX_ENDS:
                    raise Failed(f"PostgreSQL does not start: {failure}") from None
            else:
                self._failed_starts = 0
                self._on_progress("PostgreSQL is up again")
                return
        if not self._server_restarts.waiting():
            seconds = self._server_restarts.pause(now=now)
            self._on_progress(f"PostgreSQL {what}; it starts again in {seconds:g} s")

    def _check_child(self, child: Child, restarts: Restarts, now: float) -> None:
        if restarts.due(now=now):
            child.start()
        elif not restarts.waiting():
            code = child.process.returncode
            seconds = restarts.pause(now=now)
            if seconds is None:
                raise Failed(
                    f"the {child.name} process keeps ending (exit code {code}). "
                    f"The end of {child.log}:\n{child.last_lines()}"
                )
            self._on_progress(
                f"The {child.name} process ended (exit code {code});"
                f" it starts again in {seconds:g} s"
            )

    def _database_answers(self) -> bool:
        problem = "" if self._server else connection_problem(self._url)
        if problem and not self._database_is_down:
            self._on_progress(f"DATABASE_URL leads to no database, which is waited for: {problem}")
        self._database_is_down = bool(problem)
        return not problem
