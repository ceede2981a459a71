"""Acts for which an officer stores a draft."""

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


# These acts end a round of a case.
DECISIONS = (DraftAct.REPLY, DraftAct.REFUSE, DraftAct.DIRECT)

# These acts are repeated in each open case that is merged into the case.
REPEATED = (*DECISIONS, DraftAct.INTERIM)

# Seconds between "send" and the sending, in which the officer can take the text back.
HOLD_SECONDS = 10
