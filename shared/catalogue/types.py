"""Data objects of the catalogue."""

from dataclasses import dataclass
from datetime import date

from shared.kernel.text import Wording
from shared.reference_data.wordings import Named

# Pairs of the code of a question and its answer (a text, or codes of options joined by commas).
Details = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionInfo:
    """A possible answer to a question."""

    code: str
    texts: Wording

    def text(self, language: str) -> str:
        """Return the text in ``language``."""
        return self.texts.text(language)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionInfo(OptionInfo):
    """A question of a category; only questions of the kinds in ``LISTED`` have ``options``."""

    kind: str
    options: tuple[OptionInfo, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryInfo(Named):
    """A category, with the kinds of request for which it may be chosen."""

    code: str
    kinds: tuple[str, ...]
    questions: tuple[QuestionInfo, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryRow:
    """A category of the data file, with the kinds and codes of the organisations that have it."""

    info: CategoryInfo
    bodies: tuple[str, ...]
    organisations: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HolidayRow(Named):
    """A holiday of one year; ``key`` is unique and contains the year."""

    key: str
    day: date
    is_lunar: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HolidayInfo(HolidayRow):
    """A stored holiday with its state, for oversight."""

    state: str
    state_label: str
