"""Refusals about people who sign in."""

from django.utils.translation import gettext_lazy as _

from shared.kernel.errors import Conflict, NotFound


class UserNotFound(NotFound):
    """An id that no account of this schema has."""

    sentence = _("There is no such person here.")


class EmailTaken(Conflict):
    sentence = _("Somebody signs in with this e-mail address already.")
    # The field beside which a form shows this.
    field = "email"


class LastAdministrator(Conflict):
    sentence = _("One administrator must remain.")
