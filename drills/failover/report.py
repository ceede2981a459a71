"""The table and the final JSON line of a failover run."""

import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

HOLDS, FAILS, INFORMS, NOT_RUN = "holds", "FAILS", "informs", "not run"
COLUMNS = {
    "round": 20,
    "requests": 8,
    "acknowledged": 12,
    "lost": 4,
    "doubled": 7,
    "half_written": 12,
    "errors_500": 4,
    "outage": 8,
    "verdict": 7,
}
TITLES = {"half_written": "half written", "errors_500": "500s", "outage": "outage s"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The result of one round; ``outage`` is the longest time without an acknowledged filing."""

    round: str
    verdict: str
    requests: int = 0
    acknowledged: int = 0
    lost: int = 0
    doubled: int = 0
    half_written: int = 0
    errors_500: int = 0
    outage: float = 0.0
    seconds: float = 0.0
    remarks: Sequence[str] = field(default_factory=list)


def head() -> str:
    """Return the first lines of the table."""
    titles = [TITLES.get(name, name).ljust(width) for name, width in COLUMNS.items()]
    return "\n".join(["  ".join(titles).rstrip(), "  ".join("-" * w for w in COLUMNS.values())])


def line(row: Row) -> str:
    """Return one row of the table, and one line for each remark."""
    values = asdict(row)
    cells = [_cell(values[name], width) for name, width in COLUMNS.items()]
    return "\n".join(["  ".join(cells).rstrip(), *(f"    {remark}" for remark in row.remarks)])


def summary(rows: Sequence[Row], *, seconds: float, versions: Mapping[str, str]) -> str:
    """Return the final line, one JSON object."""
    promised = [row for row in rows if row.verdict != INFORMS]
    return json.dumps(
        {
            "rounds": len(rows),
            **{
                name: sum(getattr(row, name) for row in promised)
                for name in ("requests", "acknowledged", "lost", "doubled", "half_written")
            },
            "errors_500": sum(row.errors_500 for row in promised),
            "longest_outage_s": max((row.outage for row in promised), default=0.0),
            "holds": sum(row.verdict == HOLDS for row in rows),
            "fails": [row.round for row in rows if row.verdict == FAILS],
            "not_run": [row.round for row in rows if row.verdict == NOT_RUN],
            "seconds": round(seconds),
            "rows": [asdict(row) for row in rows],
            "versions": dict(versions),
            "machine": f"{platform.machine()}, Python {platform.python_version()}",
        }
    )


def _cell(value: object, width: int) -> str:
    if isinstance(value, float):
        return f"{value:.1f}".rjust(width)
    text = str(value)
    return text.rjust(width) if isinstance(value, int) else text.ljust(width)
