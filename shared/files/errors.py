"""Errors of the storage, the memory and the virus scanner."""

from django.utils.translation import gettext_lazy as _

from shared.kernel.errors import TryLater


class StorageFull(TryLater):
    """The error for a file that cannot be written, for example because the disk is full."""

    sentence = _("Files cannot be kept just now. Try again in a few minutes.")


class MemoryShort(TryLater):
    """The error for too little memory in this process to examine a file."""

    sentence = _("Files cannot be kept just now. Try again in a few minutes.")


class ScannerUnavailable(TryLater):
    """The error for a virus scanner that does not answer."""

    code = "scanner_away"
    sentence = _("The virus scanner does not answer just now.")
