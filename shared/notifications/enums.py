"""Kinds of notices to the staff of an agency, and times of delivery."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class NoticeKind(TextChoices):
    """The kinds of notices about events of a case."""

    NEW = "new", _("A new request, or a case assigned to me")
    MESSAGE = "message", _("A message or a file from the citizen")
    REOPENED = "reopened", _("A case re-opened by the citizen")
    LATE = "late", _("A case past its legal deadline")
    REVIEW_ASKED = "review_asked", _("A review asked for by the citizen")
    REVIEW_DECIDED = "review_decided", _("A review decided by national oversight")


class Delivery(TextChoices):
    """The time at which an officer gets the e-mails about a kind of notice."""

    AT_ONCE = "at_once", _("An e-mail at once")
    DIGEST = "digest", _("In the e-mail of the morning")
    NONE = "none", _("Not by e-mail")
