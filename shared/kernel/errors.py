"""Errors that a use case raises on purpose when it refuses something.

Only the outermost layer (pages, REST) converts them into answers.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar


class DomainError(Exception):
    """Base of every refusal by the domain.

    ``code`` is public and never changes. By default it is the class name in snake_case; a class may
    set another one. ``sentence`` is the text for people, filled in with ``values``;
    ``general_sentence`` needs no values, for where only the code was stored.
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
    """The requested object does not exist, or the caller must not learn that it exists."""


class Unidentified(NotFound):
    """The proof of a person's identity is unknown or has expired: it must be given again."""

    code = NotFound.code


class NotAllowed(DomainError):
    """This person, this proof or the agency's plan or state does not permit the action.

    The values themselves are valid; an invalid value raises ``InvalidInput``.
    """


class InvalidInput(DomainError):
    """A value is missing or invalid; ``field`` is the name of its field, if there is one."""

    code = "invalid"
    field_sentences: ClassVar[Mapping[str, object]] = MappingProxyType({})

    def __init__(self, message: str = "", *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class Conflict(DomainError):
    """The present state of the object does not permit the action, for example after a change."""


class TooManyAttempts(DomainError):
    """A limit is reached; ``retry_after`` is in seconds."""

    def __init__(self, message: str = "", *, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class TryLater(DomainError):
    """The action is not possible now, but may be later; ``retry_after`` is in seconds."""

    def __init__(self, message: str = "", *, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Unreachable(TryLater):
    """A server on which this action depends does not answer, while others do.

    What was done in the meantime is rolled back; the outcome of a commit under way is not known
    (``is_outcome_unknown``).
    """

    code = TryLater.code
    is_outcome_unknown = False


class ClockWrong(TryLater):
    """The clocks of this server and of the database differ: nothing is written until they agree."""

    code = TryLater.code
