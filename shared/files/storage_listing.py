"""Listing of the stored files, a sixteenth of the folders at a time."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime

from django.core.files.storage import default_storage

SLICES = "0123456789abcdef"


def places(*, begins: str, within: str) -> Iterator[str]:
    """Yield the paths of the files in the folders whose names begin with ``begins``.

    ``begins`` is one of ``SLICES``. ``within`` is the parent of the folders.
    """
    with suppress(FileNotFoundError):
        folders, _files = default_storage.listdir(within)
        for folder in folders:
            if folder.startswith(begins):
                _folders, files = default_storage.listdir(f"{within}/{folder}")
                yield from (f"{within}/{folder}/{name}" for name in files)


def is_older(path: str, *, than: datetime) -> bool:
    """Return whether a file was written before ``than``; ``False`` for a missing file."""
    with suppress(FileNotFoundError):
        return bool(default_storage.get_modified_time(path) < than)
    return False
