"""What the catalogue hands out: frozen, and safe to take across a schema."""

from dataclasses import dataclass
from datetime import date

from shared.kernel.text import Wording
from shared.reference_data.wordings import Named

# Code of a category's own question, and the words or the code of the option that answer it.
Details = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionInfo:
    """One answer that a question offers, as it is shown."""

    code: str
    texts: Wording

    def text(self, language: str) -> str:
        """Return what is shown in ``language``."""
        return self.texts.text(language)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionInfo(OptionInfo):
    """One extra question of a category; ``options`` is empty unless ``kind`` is choice or many."""

    kind: str
    options: tuple[OptionInfo, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryInfo(Named):
    """One thing a request may be about, for the kinds of request named."""

    code: str
    kinds: tuple[str, ...]
    questions: tuple[QuestionInfo, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryRow:
    """One category as the file gives it: what it is, and whom it is offered for."""

    info: CategoryInfo
    bodies: tuple[str, ...]
    organisations: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HolidayRow(Named):
    """One day off as it is loaded; ``key`` tells it from the same feast of another year."""

    key: str
    day: date
    is_lunar: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HolidayInfo(HolidayRow):
    """One day off as oversight sees it; ``state`` and its label say how sure it is."""

    state: str
    state_label: str
