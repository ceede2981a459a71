"""What lies in the storage: looked through a sixteenth at a time, by the names of the folders."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime

from django.core.files.storage import default_storage

SLICES = "0123456789abcdef"


def places(*, begins: str, within: str) -> Iterator[str]:
    """Yield where files lie whose folder begins so: 80,000 of a million with one letter of
    ``SLICES``.

    ``within``: the folder of files of cases, or that of lists.
    """
    with suppress(FileNotFoundError):
        folders, _files = default_storage.listdir(within)
        for folder in folders:
            if folder.startswith(begins):
                _folders, files = default_storage.listdir(f"{within}/{folder}")
                yield from (f"{within}/{folder}/{name}" for name in files)


def is_older(path: str, *, than: datetime) -> bool:
    """Return whether a file was written before that; one that is gone is not."""
    with suppress(FileNotFoundError):
        return bool(default_storage.get_modified_time(path) < than)
    return False
