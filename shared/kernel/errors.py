"""Errors that a service raises when it refuses an action.

Only the outermost layer (pages, REST) converts these errors into responses.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar


class DomainError(Exception):
    """Base of every refusal by the domain.

    ``code`` is public and never changes. By default the code is the class name in snake_case; a
    class may set another code. ``sentence`` is the text for people, filled in with ``values``;
    ``general_sentence`` needs no values, and is used if only the code was stored.
    """

    code: ClassVar[str] = "refused"
    sentence: ClassVar[object] = ""
    general_sentence: ClassVar[object] = ""
    values: Mapping[str, object] = MappingProxyType({})
    by_code: ClassVar[dict[str, type["DomainError"]]] = {}

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "code" not in vars(cls):
            cls.code = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()
        cls.by_code.setdefault(cls.code, cls)


class NotFound(DomainError):
    """The error for an object that does not exist, or that the caller may not see."""


class Unidentified(NotFound):
    """The error for an unknown or expired proof of identity, so that a new proof is needed."""

    code = NotFound.code


class NotAllowed(DomainError):
    """The error for an action that this person, proof, plan or agency's state does not permit.

    The values of the call are valid; an invalid value raises ``InvalidInput``.
    """


class InvalidInput(DomainError):
    """The error for a missing or invalid value; ``field`` is the name of the field, if known."""

    code = "invalid"
    field_sentences: ClassVar[Mapping[str, object]] = MappingProxyType({})

    def __init__(self, message: str = "", *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class Conflict(DomainError):
    """The error for an action that the object's current state does not permit."""


class TooManyAttempts(DomainError):
    """The error for a limit that is reached; ``retry_after`` is in seconds."""

    def __init__(self, message: str = "", *, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class TryLater(DomainError):
    """The error for an action that may be possible after ``retry_after`` seconds."""

    def __init__(self, message: str = "", *, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Unreachable(TryLater):
    """The error for a database server that does not answer, while other database servers do.

    The transaction is rolled back. If ``is_outcome_unknown``, the server stopped answering during
    a commit, and the commit may have succeeded.
    """

    code = TryLater.code
    is_outcome_unknown = False


class ClockWrong(TryLater):
    """The error for a machine whose time differs too much from the database's time."""

    code = TryLater.code
