"""Refusals about people who sign in."""

from django.utils.translation import gettext_lazy as _

from shared.kernel.errors import Conflict, NotFound


class UserNotFound(NotFound):
    """Nobody of that id in this schema."""

    sentence = _("There is no such person here.")


class EmailTaken(Conflict):
    sentence = _("Somebody signs in with this e-mail address already.")
    # Which field of a form is to blame.
    field = "email"


class LastAdministrator(Conflict):
    sentence = _("One administrator must remain.")
