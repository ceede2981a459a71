"""Refusals that are not about the file."""

from shared.kernel.errors import TryLater


class StorageFull(TryLater):
    """The disk takes no more, or is not there."""

    code = "storage_full"


class MemoryShort(TryLater):
    """This process had no memory left to open the file, which says nothing of the file."""

    code = "memory_short"


class ScannerUnavailable(TryLater):
    """The virus scanner is still down: whoever waits for it asks again later."""

    code = "scanner_away"
