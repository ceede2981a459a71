"""What proves the right to open a case."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class KeyKind(TextChoices):
    """What, beside the reference, opens a complaint."""

    EMAIL = "email", _("E-mail")
    RECEIPT = "receipt", _("Receipt code")
