"""The monitor and the records of the demonstration data that is made while the site runs."""

from collections.abc import Callable
from pathlib import Path

from _processes import Child

from bin.postgres.server import EmbeddedPostgres
from demo.notices import news


class RestOfDemo:
    """A monitor of the process that makes the rest of the demonstration's data."""

    def __init__(self, *, done: Path | None, on_progress: Callable[[str], None]) -> None:
        self._child: Child | None = None
        self._done = done
        self._on_progress = on_progress
        self._told = 0

    def follow(self, child: Child) -> None:
        """Monitor this process from now on."""
        self._child = child

    def check(self) -> None:
        """Print new lines of the process's log; after success, record that all data is made."""
        if self._child is None:
            return
        has_ended = self._child.ended()
        lines = news(self._child.log.read_text(errors="replace"))
        for line in lines[self._told :]:
            self._on_progress(line)
        self._told = len(lines)
        if has_ended:
            self._end(self._child)
            self._child = None

    def _end(self, child: Child) -> None:
        if child.process.returncode:
            self._on_progress(f"Something was not made; the next start goes on (see {child.log})")
        elif self._done is not None:
            self._done.touch()


class Stamps:
    """Files in the database's folder that record which data of the demonstration is made.

    An external database has no such files, so that database is prepared at every start.
    """

    def __init__(self, server: EmbeddedPostgres | None) -> None:
        self._prepared = server.root / "prepared" if server else None
        self.whole = server.root / "whole" if server else None

    def is_prepared(self, made_from: str) -> bool:
        """Return whether the database was prepared from sources with this hash."""
        stamp = self._prepared
        return stamp is not None and stamp.exists() and stamp.read_text() == made_from

    def is_whole(self) -> bool:
        """Return whether all data of the demonstration is made."""
        return self.whole is not None and self.whole.exists()

    def begin(self) -> None:
        """Delete the files, because the preparation starts again."""
        for stamp in (self._prepared, self.whole):
            if stamp is not None:
                stamp.unlink(missing_ok=True)

    def set_prepared(self, made_from: str) -> None:
        """Record the hash of the sources from which the database was prepared."""
        if self._prepared is not None:
            self._prepared.write_text(made_from)
