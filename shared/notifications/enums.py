"""Kinds of notices to the staff of an agency, and ways of delivery."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class NoticeKind(TextChoices):
    """Kinds of events of a case about which staff get a notice."""

    NEW = "new", _("A new request, or a case assigned to me")
    MESSAGE = "message", _("A message or a file from the citizen")
    REOPENED = "reopened", _("A case re-opened by the citizen")
    LATE = "late", _("A case past its legal deadline")
    REVIEW_ASKED = "review_asked", _("A review asked for by the citizen")
    REVIEW_DECIDED = "review_decided", _("A review decided by national oversight")


class Delivery(TextChoices):
    """Ways in which an officer gets notices of one kind."""

    AT_ONCE = "at_once", _("An e-mail at once")
    DIGEST = "digest", _("In the e-mail of the morning")
    NONE = "none", _("Not by e-mail")
