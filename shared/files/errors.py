"""Refusals that are not about the file."""

from django.utils.translation import gettext_lazy as _

from shared.kernel.errors import TryLater


class StorageFull(TryLater):
    """The disk takes no more, or is not there."""

    sentence = _("Files cannot be kept just now. Try again in a few minutes.")


class MemoryShort(TryLater):
    """This process had no memory left to open the file, which says nothing of the file."""

    sentence = _("Files cannot be kept just now. Try again in a few minutes.")


class ScannerUnavailable(TryLater):
    """The virus scanner is still down: whoever waits for it asks again later."""

    code = "scanner_away"
    sentence = _("The virus scanner does not answer just now.")
