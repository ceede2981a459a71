"""Refusals of the pages."""

from django.utils.translation import gettext_lazy as _

from shared.kernel.errors import NotFound


class LetterNotFound(NotFound):
    """No letter of the outbox has this key."""

    sentence = _("There is no such e-mail.")
