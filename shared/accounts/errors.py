"""Refusals about people who sign in."""

from shared.kernel.errors import Conflict, NotFound


class UserNotFound(NotFound):
    """Nobody of that id in this schema."""

    code = "user_not_found"


class EmailTaken(Conflict):
    """Somebody in this schema signs in with that e-mail already."""

    code = "email_taken"
    # Which field of a form is to blame.
    field = "email"


class LastAdministrator(Conflict):
    """An agency must keep one administrator who may sign in."""

    code = "last_administrator"
