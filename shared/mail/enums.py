"""Reasons why an e-mail failed, and outcomes of an attempt."""

from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class MailFailure(TextChoices):
    """The reason why an e-mail is not tried again by itself."""

    REFUSED = "refused", _("Refused by the recipient's mail server")
    UNREACHABLE = "unreachable", _("Not delivered within seven days")
    WORKER_DIED = "worker_died", _("Five workers ended while sending it")
    EXPIRED = "expired", _("The code or link in it has expired")
    MALFORMED = "malformed", _("Not one of the e-mails that may be sent from here")
    UNPROVED = "unproved", _("Waits until its address is proved")
    MOVED = "moved", _("Left to the administration that has the case now")


# The failures after which an e-mail may be queued again.
RESENDABLE = (MailFailure.REFUSED, MailFailure.UNREACHABLE, MailFailure.WORKER_DIED)


class DeliveryOutcome(StrEnum):
    """The outcome of an attempt to send an e-mail."""

    SENT = "sent"
    NOT_NEEDED = "not_needed"
    POSTPONED = "postponed"
    FAILED = "failed"
