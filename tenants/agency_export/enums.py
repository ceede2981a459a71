"""Steps of an export and of a restore."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ExportStep(TextChoices):
    """The steps of making an export."""

    DATA = "data", _("Data read")
    FILES = "files", _("Files read")
    SEAL = "seal", _("Bundle encrypted")
    VERIFY = "verify", _("Bundle checked")


class RestoreStep(TextChoices):
    """The steps of restoring an agency from an export."""

    VERIFY = "verify", _("Bundle checked")
    TABLES = "tables", _("Tables made")
    DATA = "data", _("Data written")
    UPDATE = "update", _("Brought up to date")
    FILES = "files", _("Files written")
    COMPARE = "compare", _("Checksums compared")
