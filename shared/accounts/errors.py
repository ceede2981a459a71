"""Errors about accounts, such as an e-mail address that is already used."""

from django.utils.translation import gettext_lazy as _

from shared.kernel.errors import Conflict, NotFound


class UserNotFound(NotFound):
    """The error for an id that no account of this schema has."""

    sentence = _("There is no such person here.")


class EmailTaken(Conflict):
    sentence = _("Somebody signs in with this e-mail address already.")
    # The form field beside which the error is shown.
    field = "email"


class LastAdministrator(Conflict):
    sentence = _("One administrator must remain.")
