"""Refusals before a complaint exists."""

from collections.abc import Sequence

from shared.kernel.errors import Conflict, DomainError, InvalidInput


class OrganisationUnknown(InvalidInput):
    """No body in use has this code."""

    code = "organisation_unknown"


class CategoryUnknown(InvalidInput):
    """That organisation has no such category for this kind of request."""

    code = "category_unknown"


class DraftGone(Conflict):
    """The answers were sent, deleted or forgotten while a file for them was on its way."""

    code = "draft_gone"


class FilesRefused(InvalidInput):
    """Some of the files that came with a request cannot be taken, so the whole was not filed.

    ``refused`` are the names of their parts, their own names, and each one's refusal.
    """

    code = "files_refused"

    def __init__(self, refused: Sequence[tuple[str, str, DomainError]]) -> None:
        super().__init__(field="file")
        self.refused = refused


class FilesChanged(InvalidInput):
    """A file was added or removed since the request was looked at for the last time."""

    code = "files_changed"
