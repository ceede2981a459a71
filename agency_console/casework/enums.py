"""The acts for which an officer keeps a draft."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _, pgettext_lazy


class DraftAct(TextChoices):
    """What a draft becomes when it is sent or saved."""

    REPLY = "reply", pgettext_lazy("a message", "Reply")
    REFUSE = "refuse", _("Refusal")
    DIRECT = "direct", _("Name the competent body")
    ASK = "ask", _("Question")
    MESSAGE = "message", _("Message")
    NOTE = "note", _("Internal note")
    INTERIM = "interim", _("Interim reply")


# One of these ends a round.
DECISIONS = (DraftAct.REPLY, DraftAct.REFUSE, DraftAct.DIRECT)

# One of these is repeated in each open case that is merged into its own.
REPEATED = (*DECISIONS, DraftAct.INTERIM)

# For so long after pressing "send" nothing has happened, and the officer can take the text back.
HOLD_SECONDS = 10
