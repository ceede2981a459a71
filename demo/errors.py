"""Domain errors of the demonstration."""

from django.utils.translation import gettext_lazy as _

from shared.kernel.errors import NotFound


class LetterNotFound(NotFound):
    """The error for an e-mail that is not in the outbox."""

    sentence = _("There is no such e-mail.")
