"""The demonstration's data that bin/demo makes while the site runs; a later start resumes it."""

from collections.abc import Callable
from pathlib import Path

from _processes import Child

from bin.postgres.server import EmbeddedPostgres
from demo.notices import news


class RestOfDemo:
    """A watcher of the process that makes the later data; it records when all data is made."""

    def __init__(self, *, done: Path | None, on_progress: Callable[[str], None]) -> None:
        self._child: Child | None = None
        self._done = done
        self._on_progress = on_progress
        self._told = 0

    def follow(self, child: Child) -> None:
        """Watch the process ``child`` from now on."""
        self._child = child

    def check(self) -> None:
        """Print new progress lines of the process, and record its end."""
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
    """Files that record from which sources the demonstration's data was made.

    They are in the data folder and are deleted with it. With an external database no such file
    exists, so that database is prepared at every start.
    """

    def __init__(self, server: EmbeddedPostgres | None) -> None:
        self._prepared = server.root / "prepared" if server else None
        self.whole = server.root / "whole" if server else None

    def is_prepared(self, made_from: str) -> bool:
        """Return whether the database was prepared from these sources."""
        stamp = self._prepared
        return stamp is not None and stamp.exists() and stamp.read_text() == made_from

    def is_whole(self) -> bool:
        """Return whether the data that is made while the site runs is complete."""
        return self.whole is not None and self.whole.exists()

    def begin(self) -> None:
        """Delete the files, because the preparation starts again."""
        for stamp in (self._prepared, self.whole):
            if stamp is not None:
                stamp.unlink(missing_ok=True)

    def set_prepared(self, made_from: str) -> None:
        """Record the hash of the sources from which the site was prepared."""
        if self._prepared is not None:
            self._prepared.write_text(made_from)
