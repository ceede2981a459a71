"""The acts for which an officer keeps a draft."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _, pgettext_lazy


class DraftAct(TextChoices):
    """The act for which a case draft is written."""

    REPLY = "reply", pgettext_lazy("a message", "Reply")
    REFUSE = "refuse", _("Refusal")
    DIRECT = "direct", _("Name the competent body")
    ASK = "ask", _("Question")
    MESSAGE = "message", _("Message")
    NOTE = "note", _("Internal note")
    INTERIM = "interim", _("Interim reply")


# The acts that end a round.
DECISIONS = (DraftAct.REPLY, DraftAct.REFUSE, DraftAct.DIRECT)

# The acts that are repeated in each open case that is merged into the case.
REPEATED = (*DECISIONS, DraftAct.INTERIM)

# After "send" was pressed, nothing is sent for so long, and the officer can take the text back.
HOLD_SECONDS = 10
