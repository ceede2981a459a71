"""The table and the final JSON line of a run on a cluster."""

import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

from drills.faults.report import FAILS, HOLDS, NOT_RUN, cell

COLUMNS = {"scenario": 20, "roles": 5, "filed": 6, "seconds": 7, "verdict": 7}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The result of one scenario; ``remarks`` has the failed checks."""

    scenario: str
    roles: str
    verdict: str
    filed: int = 0
    seconds: float = 0.0
    figures: Mapping[str, float | int | str] = field(default_factory=dict)
    remarks: Sequence[str] = field(default_factory=list)


def head() -> str:
    """Return the first lines of the table."""
    titles = "  ".join(name.ljust(width) for name, width in COLUMNS.items())
    return "\n".join([titles.rstrip(), "  ".join("-" * width for width in COLUMNS.values())])


def line(row: Row) -> str:
    """Return one row of the table, followed by the row's figures and remarks."""
    values = asdict(row)
    cells = "  ".join(cell(values[name], width) for name, width in COLUMNS.items())
    figures = [f"    {name}: {value}" for name, value in row.figures.items()]
    return "\n".join([cells.rstrip(), *figures, *(f"    {remark}" for remark in row.remarks)])


def summary(rows: Sequence[Row], *, versions: str, commit: str, seconds: float) -> str:
    """Return the final line of the run, one JSON object."""

    def named(verdict: str) -> list[str]:
        return [f"{row.scenario} ({row.roles})" for row in rows if row.verdict == verdict]

    return json.dumps(
        {
            "scenarios": len(rows),
            "filed": sum(row.filed for row in rows),
            "holds": len(named(HOLDS)),
            "fails": named(FAILS),
            "not_run": named(NOT_RUN),
            "seconds": round(seconds),
            "rows": [asdict(row) for row in rows],
            "versions": versions,
            "commit": commit,
            "machine": f"{platform.machine()}, Python {platform.python_version()}",
        }
    )
