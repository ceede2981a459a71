"""Texts in three languages, in three columns of a row or in three keys of a TOML entry."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Model

from shared.kernel.text import Wording

LANGUAGES = ("ar", "fr", "en")


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """The base class of objects with a name in three languages."""

    names: Wording

    def name(self, language: str) -> str:
        """Return the object's name in a language."""
        return self.names.text(language)


class WordingColumns:
    """A descriptor that reads the columns ``<name>_ar``, ``<name>_fr`` and ``<name>_en``."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, row: Model, model: type[Model]) -> Wording:
        """Return the text in the three columns of a row."""
        return Wording(**{one: getattr(row, f"{self.name}_{one}") for one in LANGUAGES})


def wording_in(entry: Mapping[str, str], name: str, *, is_required: bool = True) -> Wording:
    """Return a TOML entry's text in three languages. Raises ``KeyError`` (``is_required``)."""
    texts = {one: f"{name}_{one}" for one in LANGUAGES}
    return Wording(
        **{
            one: (entry[key] if is_required else entry.get(key, "")).strip()
            for one, key in texts.items()
        }
    )


def wording_columns(name: str, wording: Wording) -> dict[str, str]:
    """Return the column values of a text in three languages, as a dict keyed by column name."""
    return {f"{name}_{one}": wording.text(one) for one in LANGUAGES}
