"""Reviewed TOML files that ship with a package, and common functions to load them."""

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
    """Numbers of rows that a load changed; ``kept`` is the number of edited rows left unchanged."""

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
    """Return the entries of one table from files in a package's ``data`` folder, in their order.

    With ``key``, raises ``invalid`` where two entries have the same value of that key.
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
    """Raise ``invalid`` if a key occurs twice."""
    key, count = max(Counter(keys).items(), key=lambda one: one[1], default=("", 0))
    if count > 1:
        raise invalid(f"{key}: twice in the file")


def assign_changed(row: Model, values: Mapping[str, object]) -> bool:
    """Set changed values on a row without saving, and return whether a value changed."""
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    return bool(changed)
