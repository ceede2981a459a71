"""No test compares a time with a number: it would judge the machine, and whoever else uses it."""

import re
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
# A clock that is read, or two readings that are subtracted. A deadline up to which a condition is
# waited for is none.
DURATION = re.compile(
    r"(process_time|perf_counter|thread_time)\(\)"
    r"|(monotonic|time)\(\) - (began|started?|since|before)\b"
)
# What they measure is compared with other work of the same run.
BESIDE_A_BASELINE = {"shared/files/cost.py", "all_forms/test_every_form.py"}
# No tests: clusters, faults and takeovers are measured, and their bounds are promises.
MEASURED = {"cluster", "faults", "failover"}


def test_durations_are_measured_only_beside_a_baseline():
    found = {
        str(path.relative_to(TESTS))
        for path in TESTS.rglob("*.py")
        if DURATION.search(path.read_text()) and path.relative_to(TESTS).parts[0] not in MEASURED
    }

    assert found == BESIDE_A_BASELINE
