"""A person's own settings."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnSettings:
    """How somebody works here: ``language`` is ar, fr or en."""

    language: str
    shortcuts: bool
