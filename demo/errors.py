"""Refusals of the pages."""

from shared.kernel.errors import NotFound


class LetterNotFound(NotFound):
    """No letter of the outbox has this key."""

    code = "letter_not_found"
