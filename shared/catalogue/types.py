"""What the catalogue hands out: frozen, and safe to take across a schema."""

from dataclasses import dataclass
from datetime import date

from shared.kernel.text import Wording

# Code of a category's own question, and the words or the code of the option that answer it.
Details = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionInfo:
    """One answer that a question offers."""

    code: str
    texts: Wording

    def text(self, language: str) -> str:
        """What is shown in ``language``."""
        return self.texts.text(language)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionInfo:
    """One extra question of a category; ``options`` is empty unless ``kind`` is choice or many."""

    code: str
    kind: str
    texts: Wording
    options: tuple[OptionInfo, ...]

    def text(self, language: str) -> str:
        """What is asked in ``language``."""
        return self.texts.text(language)


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryInfo:
    """One thing a request may be about, for the kinds of request named."""

    code: str
    names: Wording
    kinds: tuple[str, ...]
    questions: tuple[QuestionInfo, ...]

    def name(self, language: str) -> str:
        """Its name in ``language``."""
        return self.names.text(language)


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryRow:
    """One category as the file gives it: what it is, and whom it is offered for."""

    info: CategoryInfo
    bodies: tuple[str, ...]
    organisations: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HolidayRow:
    """One day off as it is loaded; ``key`` tells it from the same feast of another year."""

    key: str
    day: date
    names: Wording
    is_lunar: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HolidayInfo:
    """One day off as oversight sees it; ``state`` and its label say how sure it is."""

    key: str
    day: date
    names: Wording
    is_lunar: bool
    state: str
    state_label: str

    def name(self, language: str) -> str:
        """Its name in ``language``."""
        return self.names.text(language)
