"""Refusals before a complaint exists."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from shared.kernel.errors import Conflict, DomainError, InvalidInput, NotFound


class OrganisationUnknown(InvalidInput):
    """No body in use has this code."""

    sentence = _("We know no organisation of that name. Search again.")


class CategoryUnknown(InvalidInput):
    """That organisation has no such category for this kind of request."""

    sentence = _("Choose an entry of the list.")


class DraftGone(Conflict):
    sentence = _("Your answers were sent or deleted meanwhile, so the file was not added.")


class HeldNotFound(NotFound):
    """No request is held under this address: it was taken back, or is long filed and forgotten."""

    code = NotFound.code


class RequestIsHeld(Conflict):
    """ "Send" was pressed before, and the request waits for its agency's database server."""

    sentence = _("This request has been sent already and is kept until it can be filed.")


class FilesRefused(InvalidInput):
    """Some of the files that came with a request cannot be taken, so the whole was not filed.

    ``refused`` are the names of their parts, their own names, and each one's refusal.
    """

    sentence = _("Some of the files cannot be taken.")

    def __init__(self, refused: Sequence[tuple[str, str, DomainError]]) -> None:
        super().__init__(field="file")
        self.refused = refused


class AnswersChanged(InvalidInput):
    sentence = _("Your answers have changed since. Look at them again, then send.")


class FilesChanged(InvalidInput):
    sentence = _("Your files have changed since. Look at your answers again, then send.")
