"""Words of templates."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _, pgettext_lazy


class TemplateAct(TextChoices):
    """What a template begins."""

    REPLY = "reply", pgettext_lazy("a message", "Reply")
    ASK = "ask", _("Question")
    MESSAGE = "message", _("Message")
