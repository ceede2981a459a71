"""Words of actions on many cases."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class BulkActionKind(TextChoices):
    """What can be done to many cases at once."""

    ASSIGN = "assign", _("Assign")
    LABEL = "label", _("Add or remove a label")
    UNIT = "unit", _("Hand to a unit")
    REPLY = "reply", _("Reply with a template")
    MESSAGE = "message", _("Send a message")
    EXPORT = "export", _("Export")


class BulkState(TextChoices):
    """How far an action on many cases has come."""

    QUEUED = "queued", _("Waiting for its turn")
    RUNNING = "running", _("Under way")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")
    UNDONE = "undone", _("Undone")
