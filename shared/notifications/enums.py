"""What the staff of an agency are written to about, and how."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class NoticeKind(TextChoices):
    """What happened to a case that waits for an officer."""

    NEW = "new", _("A new request, or a case assigned to me")
    MESSAGE = "message", _("A message or a file from the citizen")
    REOPENED = "reopened", _("A case re-opened by the citizen")
    LATE = "late", _("A case past its legal deadline")
    REVIEW_ASKED = "review_asked", _("A review asked for by the citizen")
    REVIEW_DECIDED = "review_decided", _("A review decided by national oversight")


class Delivery(TextChoices):
    """How somebody wants to hear of it."""

    AT_ONCE = "at_once", _("An e-mail at once")
    DIGEST = "digest", _("In the e-mail of the morning")
    NONE = "none", _("Not by e-mail")
