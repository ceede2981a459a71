"""What bin/demo makes once the site is up: told of, awaited by nobody, and gone on with later."""

from collections.abc import Callable
from pathlib import Path

from _processes import Child

from bin.postgres.server import EmbeddedPostgres
from demo.notices import news


class RestOfDemo:
    """Follows the process that makes it, and marks that all of it was made."""

    def __init__(self, *, done: Path | None, on_progress: Callable[[str], None]) -> None:
        self._child: Child | None = None
        self._done = done
        self._on_progress = on_progress
        self._told = 0

    def follow(self, child: Child) -> None:
        """Tell of this process from now on."""
        self._child = child

    def check(self) -> None:
        """Say what is new; once the process has ended there is nothing more."""
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
    """Files that tell what was made from the present sources.

    In the folder of the data, and so deleted with it; a foreign database is prepared every time.
    """

    def __init__(self, server: EmbeddedPostgres | None) -> None:
        self._prepared = server.root / "prepared" if server else None
        self.whole = server.root / "whole" if server else None

    def is_prepared(self, made_from: str) -> bool:
        """Return whether the site may be started as it is."""
        stamp = self._prepared
        return stamp is not None and stamp.exists() and stamp.read_text() == made_from

    def is_whole(self) -> bool:
        """Return whether nothing was left for after the start."""
        return self.whole is not None and self.whole.exists()

    def begin(self) -> None:
        """Forget that anything was made."""
        for stamp in (self._prepared, self.whole):
            if stamp is not None:
                stamp.unlink(missing_ok=True)

    def set_prepared(self, made_from: str) -> None:
        """Note what the site was prepared from."""
        if self._prepared is not None:
            self._prepared.write_text(made_from)
