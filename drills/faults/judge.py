"""The checks of every trial, whatever the fault."""

from drills.faults.checker import Finding
from drills.faults.registry import LoadTrial

MAX_SHOWN = 4


def judge(trial: LoadTrial, found: Finding) -> None:
    """Check filings, errors and response times of a trial; record the failed checks."""
    for what in ("lost", "doubled", "half_written"):
        lines = getattr(found, what)
        trial.promise(not lines, f"{what.replace('_', ' ')}: {'; '.join(lines[:MAX_SHOWN])}")
    errors = trial.statuses[500]
    trial.promise(not errors, f"{errors} requests were answered 500")
    left = trial.unfinished
    trial.promise(not left, f"{len(left)} filings were never acknowledged: {_refused(trial)}")
    if trial.limit is not None:
        longest = trial.longest_wait
        trial.promise(longest <= trial.limit, f"a request waited {longest:.1f} s")


def _refused(trial: LoadTrial) -> str:
    refusals = [text for load in trial.loads for text in load.refused]
    return refusals[0] if refusals else str(dict(trial.statuses))
