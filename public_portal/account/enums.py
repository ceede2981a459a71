"""Choices of the citizens' account."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Purpose(TextChoices):
    """The purpose of a code from an e-mail; the code is accepted for this purpose only."""

    SIGN_IN = "sign_in", _("Sign in")
    PROVE = "prove", _("Show that it is you")
    CHANGE_EMAIL = "change_email", _("Change the e-mail address")


class Shown(TextChoices):
    """The filter of the list of a citizen's requests."""

    ALL = "all", _("All")
    OPEN = "open", _("Still open")
    ENDED = "ended", _("Answered or ended")
