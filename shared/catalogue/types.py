"""Frozen types of the catalogue, safe to take from one schema to another."""

from dataclasses import dataclass
from datetime import date

from shared.kernel.text import Wording
from shared.reference_data.wordings import Named

# Code of a category's own question, and the words or the code of the option that answer it.
Details = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionInfo:
    """One answer that a question offers, for display."""

    code: str
    texts: Wording

    def text(self, language: str) -> str:
        """Return the text in ``language``."""
        return self.texts.text(language)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionInfo(OptionInfo):
    """One extra question of a category; ``options`` is empty unless ``kind`` is choice or many."""

    kind: str
    options: tuple[OptionInfo, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryInfo(Named):
    """One category, with the kinds of request that may choose it."""

    code: str
    kinds: tuple[str, ...]
    questions: tuple[QuestionInfo, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryRow:
    """One category of the file, with the bodies for which it is offered."""

    info: CategoryInfo
    bodies: tuple[str, ...]
    organisations: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HolidayRow(Named):
    """One holiday to be loaded; ``key`` distinguishes it from the same feast of another year."""

    key: str
    day: date
    is_lunar: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HolidayInfo(HolidayRow):
    """One holiday as oversight sees it; ``state`` and its label say how certain the day is."""

    state: str
    state_label: str
