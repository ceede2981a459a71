"""Frozen types of the catalogue, which may be passed from one schema to another."""

from dataclasses import dataclass
from datetime import date

from shared.kernel.text import Wording
from shared.reference_data.wordings import Named

# Pairs of a question's code and its answer: the typed text, or the code of the option.
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
    """One category of the file, with the bodies that may offer it."""

    info: CategoryInfo
    bodies: tuple[str, ...]
    organisations: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HolidayRow(Named):
    """One holiday to be loaded; ``key`` distinguishes it from the same holiday of another year."""

    key: str
    day: date
    is_lunar: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HolidayInfo(HolidayRow):
    """One holiday for oversight; ``state`` and ``state_label`` say how certain its day is."""

    state: str
    state_label: str
