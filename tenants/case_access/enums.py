"""What proves the right to open a case, and where letters about it go."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class EmailState(TextChoices):
    """Whether letters about a request reach its person."""

    NONE = "none", _("No e-mail address")
    UNPROVED = "unproved", _("E-mail address not proved yet")
    PROVED = "proved", _("E-mail address proved")


class KeyKind(TextChoices):
    """What, beside the reference, opens a complaint."""

    EMAIL = "email", _("E-mail")
    RECEIPT = "receipt", _("Receipt code")
