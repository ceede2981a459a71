"""Domain errors of filing a request."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from shared.kernel.errors import Conflict, DomainError, InvalidInput, NotFound


class OrganisationUnknown(InvalidInput):
    """The error for a code that no active organisation has."""

    sentence = _("We know no organisation of that name. Search again.")


class CategoryUnknown(InvalidInput):
    """The error for a category that the organisation does not offer for this kind of request."""

    sentence = _("Choose an entry of the list.")


class DraftGone(Conflict):
    sentence = _("Your answers were sent or deleted meanwhile, so the file was not added.")


class HeldNotFound(NotFound):
    """The error for a link whose held request was taken back, has expired or never existed."""

    code = NotFound.code


class RequestIsHeld(Conflict):
    """The error for filing answers whose request is already held."""

    sentence = _("This request has been sent already and is kept until it can be filed.")


class FilesRefused(InvalidInput):
    """The error for a request that was not filed because files were refused.

    ``refused`` has for each refused file its field in the HTTP request, its name and its error.
    """

    sentence = _("Some of the files cannot be taken.")

    def __init__(self, refused: Sequence[tuple[str, str, DomainError]]) -> None:
        super().__init__(field="file")
        self.refused = refused


class AnswersChanged(InvalidInput):
    sentence = _("Your answers have changed since. Look at them again, then send.")


class FilesChanged(InvalidInput):
    sentence = _("Your files have changed since. Look at your answers again, then send.")
