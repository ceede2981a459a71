"""The table and the final JSON line of a faults run."""

import json
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

HOLDS, FAILS, NOT_RUN = "holds", "FAILS", "not run"
COLUMNS = {
    "fault": 22,
    "requests": 8,
    "acknowledged": 12,
    "lost": 4,
    "doubled": 7,
    "half_written": 12,
    "errors_500": 4,
    "longest_wait": 12,
    "limit": 5,
    "verdict": 7,
}
TITLES = {
    "half_written": "half written",
    "errors_500": "500s",
    "longest_wait": "longest wait",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The result of one fault; ``remarks`` has the failed checks and the notes."""

    fault: str
    verdict: str
    requests: int = 0
    acknowledged: int = 0
    lost: int = 0
    doubled: int = 0
    half_written: int = 0
    errors_500: int = 0
    longest_wait: float = 0.0
    limit: float | None = None
    seconds: float = 0.0
    remarks: Sequence[str] = field(default_factory=list)


def head() -> str:
    """Return the first lines of the table."""
    titles = [TITLES.get(name, name).ljust(width) for name, width in COLUMNS.items()]
    return "\n".join(["  ".join(titles).rstrip(), "  ".join("-" * w for w in COLUMNS.values())])


def line(row: Row) -> str:
    """Return one row of the table, and one line for each remark."""
    values = asdict(row)
    cells = [cell(values[name], width) for name, width in COLUMNS.items()]
    return "\n".join(["  ".join(cells).rstrip(), *(f"    {remark}" for remark in row.remarks)])


def summary(rows: Sequence[Row], *, seconds: float) -> str:
    """Return the final line of the run, one JSON object."""
    by_verdict = {
        verdict: [row.fault for row in rows if row.verdict == verdict]
        for verdict in (HOLDS, FAILS, NOT_RUN)
    }
    limited = [row.longest_wait for row in rows if row.limit is not None]
    return json.dumps(
        {
            "faults": len(rows),
            "requests": sum(row.requests for row in rows),
            "acknowledged": sum(row.acknowledged for row in rows),
            "lost": sum(row.lost for row in rows),
            "doubled": sum(row.doubled for row in rows),
            "half_written": sum(row.half_written for row in rows),
            "errors_500": sum(row.errors_500 for row in rows),
            "longest_limited_wait_s": max(limited, default=0.0),
            "holds": len(by_verdict[HOLDS]),
            "fails": by_verdict[FAILS],
            "not_run": by_verdict[NOT_RUN],
            "seconds": round(seconds),
            "rows": [asdict(row) for row in rows],
            "machine": f"{platform.machine()}, Python {platform.python_version()}",
        }
    )


def cell(value: object, width: int) -> str:
    if value is None:
        return "-".rjust(width)
    if isinstance(value, float):
        return f"{value:.1f}".rjust(width)
    text = str(value)
    return text.rjust(width) if isinstance(value, int) else text.ljust(width)
