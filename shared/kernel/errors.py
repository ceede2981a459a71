"""Refusals that a use case raises on purpose. The edge translates them; nobody else does."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar


class DomainError(Exception):
    """Base of every refusal by the domain.

    ``code`` is public and never changes; it is the name of the class in small letters unless the
    class says another. ``sentence`` is what people read, filled in with ``values``.
    """

    code: ClassVar[str] = "refused"
    sentence: ClassVar[object] = ""
    values: Mapping[str, object] = MappingProxyType({})
    by_code: ClassVar[dict[str, type["DomainError"]]] = {}

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "code" not in vars(cls):
            cls.code = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()
        cls.by_code.setdefault(cls.code, cls)


class NotFound(DomainError):
    """What was asked for does not exist, or must look as if it did not."""


class Unidentified(NotFound):
    """What proved who somebody is has expired: they must prove it anew."""

    code = NotFound.code


class NotAllowed(DomainError):
    """The actor may not do this, whatever the data."""


class InvalidInput(DomainError):
    """A value cannot be understood; ``field`` names it where one field is to blame."""

    code = "invalid"
    field_sentences: ClassVar[Mapping[str, object]] = MappingProxyType({})

    def __init__(self, message: str = "", *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class Conflict(DomainError):
    """The thing changed, or was done already, since the actor looked."""


class TooManyAttempts(DomainError):
    """A limit is reached; ``retry_after`` is in seconds."""

    def __init__(self, message: str = "", *, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class TryLater(DomainError):
    """It cannot be done just now, through nobody's fault; ``retry_after`` is in seconds."""

    def __init__(self, message: str = "", *, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class ClockWrong(TryLater):
    """This server's clock and the database's disagree: nothing is written until they agree."""

    code = TryLater.code
