"""Errors of storage, memory and scanner, which are not about the file."""

from django.utils.translation import gettext_lazy as _

from shared.kernel.errors import TryLater


class StorageFull(TryLater):
    """A disk that is full, or not there."""

    sentence = _("Files cannot be kept just now. Try again in a few minutes.")


class MemoryShort(TryLater):
    """Too little memory in this process to open the file, which says nothing about the file."""

    sentence = _("Files cannot be kept just now. Try again in a few minutes.")


class ScannerUnavailable(TryLater):
    """A virus scanner that is still down; the caller asks again later."""

    code = "scanner_away"
    sentence = _("The virus scanner does not answer just now.")
