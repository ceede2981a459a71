"""Functions that load the TOML files of a package into tables."""

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

from django.db.models import Model

from shared.kernel.errors import DomainError

# One entry of a TOML file, as ``tomllib`` returns it.
Entry = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadReport:
    """The counts of rows that a load has changed or not changed.

    ``kept`` counts the rows that were not changed because oversight has edited them.
    """

    created: int
    updated: int
    unchanged: int
    deactivated: int
    kept: int | None = None

    def __str__(self) -> str:
        counts = (
            f"{self.created} created, {self.updated} updated, "
            f"{self.unchanged} unchanged, {self.deactivated} deactivated"
        )
        kept = "" if self.kept is None else f", {self.kept} left as oversight has edited them"
        return counts + kept


def file_entries(
    package: str, *names: str, table: str, key: str = "", invalid: type[DomainError] = DomainError
) -> list[Entry]:
    """Return the entries of a TOML table from files in the ``data`` folder of a package.

    Raises ``invalid`` if two entries have the same value of ``key``.
    """
    folder = resources.files(package) / "data"
    entries: list[Entry] = [
        entry
        for name in names
        for entry in tomllib.loads((folder / name).read_text(encoding="utf-8"))[table]
    ]
    if key:
        require_unique((entry[key] for entry in entries), invalid=invalid)
    return entries


def require_unique(keys: Iterable[str], *, invalid: type[DomainError]) -> None:
    """Require that no key occurs twice. Raises ``invalid``."""
    key, count = max(Counter(keys).items(), key=lambda one: one[1], default=("", 0))
    if count > 1:
        raise invalid(f"{key}: twice in the file")


def assign_changed(row: Model, values: Mapping[str, object]) -> bool:
    """Set values on a row without saving the row; return whether a value is new."""
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    return bool(changed)
