"""Refusals before a complaint exists."""

from shared.kernel.errors import Conflict, InvalidInput, TooManyAttempts


class OrganisationUnknown(InvalidInput):
    """No body in use has this code."""

    code = "organisation_unknown"


class CategoryUnknown(InvalidInput):
    """That organisation has no such category for this kind of request."""

    code = "category_unknown"


class AnswerUnknown(InvalidInput):
    """That category asks no such question, or offers no such answer."""

    code = "answer_unknown"


class ProofNeeded(TooManyAttempts):
    """So many were filed from there that this one must come with a proof, or later."""

    code = "proof_needed"


class DraftGone(Conflict):
    """The answers were sent, deleted or forgotten while a file for them was on its way."""

    code = "draft_gone"


class FilesChanged(InvalidInput):
    """A file was added or removed since the request was looked at for the last time."""

    code = "files_changed"
