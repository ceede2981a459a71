"""Refusals that a use case raises on purpose. The edge translates them; nobody else does."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar


class DomainError(Exception):
    """Base of every refusal by the domain: ``code`` is stable and public, the text for people.

    ``values`` fill in the sentence that people read.
    """

    code: ClassVar[str] = "refused"
    values: Mapping[str, object] = MappingProxyType({})


class NotFound(DomainError):
    """What was asked for does not exist, or must look as if it did not."""

    code = "not_found"


class NotAllowed(DomainError):
    """The actor may not do this, whatever the data."""

    code = "not_allowed"


class InvalidInput(DomainError):
    """A value cannot be understood; ``field`` names it where one field is to blame."""

    code = "invalid"

    def __init__(self, message: str = "", *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class Conflict(DomainError):
    """The thing changed, or was done already, since the actor looked."""

    code = "conflict"


class TooManyAttempts(DomainError):
    """A limit is reached; ``retry_after`` is in seconds."""

    code = "too_many_attempts"

    def __init__(self, message: str = "", *, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class TryLater(DomainError):
    """It cannot be done just now, through nobody's fault; ``retry_after`` is in seconds."""

    code = "try_later"

    def __init__(self, message: str = "", *, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class ClockWrong(TryLater):
    """This server's clock and the database's disagree: nothing is written until they agree."""
