"""Choices of the citizens' account."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Purpose(TextChoices):
    """What a code is for; a code is accepted for no other purpose."""

    SIGN_IN = "sign_in", _("Sign in")
    PROVE = "prove", _("Show that it is you")
    CHANGE_EMAIL = "change_email", _("Change the e-mail address")


class Shown(TextChoices):
    """Which of the citizen's complaints a list shows."""

    ALL = "all", _("All")
    OPEN = "open", _("Still open")
    ENDED = "ended", _("Answered or ended")
