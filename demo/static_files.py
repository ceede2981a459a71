"""The storage of static files for the demonstration, which compresses large files later.

The compression of all files would delay the start of the demonstration.
"""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.contrib.staticfiles.management.commands.collectstatic import Command
from django.core.management import call_command
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

# Folders of large files that only the pages of the REST interface use.
LATER = ("drf_spectacular_sidecar/", "rest_framework/")
UNFINISHED = ".unfinished"
MADE = (".br", ".gz", UNFINISHED)


class DemoStaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # untyped
    """A static files storage that does not compress the files in ``LATER`` at once.

    After ``compress_later``, a server must be restarted to serve these files compressed.
    """

    def compress_files(self, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Compress the files that are not in the folders ``LATER``."""
        yield from super().compress_files([path for path in paths if not path.startswith(LATER)])

    def compress_later(self) -> None:
        """Compress the uncompressed files in the folders ``LATER``."""
        for name in self._waiting():
            for _compressed in super().compress_files([name]):
                pass

    def create_compressor(self, **options: object) -> Compressor:
        """Return a compressor that never leaves an incomplete file."""
        return _WholeFileCompressor(**options)

    def _waiting(self) -> list[str]:
        root = Path(self.location)
        paths = [path for folder in LATER for path in sorted((root / folder).rglob("*"))]
        return [
            str(path.relative_to(root))
            for path in paths
            if path.is_file()
            and path.suffix not in MADE
            and not path.with_name(f"{path.name}.br").exists()
        ]


class _WholeFileCompressor(Compressor):  # type: ignore[misc]  # untyped
    """A compressor that writes a file under another name and then renames the complete file."""

    def write_data(self, path: str, data: bytes, suffix: str, stat_result: os.stat_result) -> str:
        unfinished = super().write_data(path, data, f"{suffix}{UNFINISHED}", stat_result)
        Path(unfinished).replace(f"{path}{suffix}")
        return f"{path}{suffix}"


def static_files_collect() -> None:
    """Collect all static files with a hash in each file's name."""
    command = Command()
    command.storage = DemoStaticFilesStorage()
    call_command(command, interactive=False, verbosity=0)
