"""Another system time for the tests: SUITE_MOMENT="2026-12-31 23:30" bin/test tests/... (UTC).

pytest, its child processes and the database server get the same offset, because the application
refuses to write if the time of the database is different.
"""

import os
import subprocess
from datetime import UTC, datetime

from _bootstrap import ROOT, VAR, Failed

NAME = "SUITE_MOMENT"
SOURCE = ROOT / "tests" / "support" / "moved_clock.c"
LIBRARY = VAR / "moved_clock.so"


def moved_clock() -> dict[str, str]:
    """Return the environment variables that set another system time.

    The dict is empty if the variable SUITE_MOMENT is not set.
    """
    given = os.environ.get(NAME)
    if not given:
        return {}
    try:
        moment = datetime.fromisoformat(given).replace(tzinfo=UTC)
    except ValueError:
        raise Failed(f"{NAME} is no moment such as 2026-12-31 23:30: {given}") from None
    _compile()
    # Processes get an offset, because a fixed time would begin again in each process.
    seconds = round((moment - datetime.now(UTC)).total_seconds())
    # This process may already have an offset, which must be added.
    seconds += int(os.environ.get("MOVED_SECONDS", "0"))
    return {"LD_PRELOAD": str(LIBRARY), "MOVED_SECONDS": str(seconds)}


def _compile() -> None:
    unfinished = LIBRARY.with_suffix(f".{os.getpid()}")
    command = ["cc", "-O2", "-shared", "-fPIC", "-o", str(unfinished), str(SOURCE), "-ldl"]
    try:
        done = subprocess.run(command, check=False)
    except FileNotFoundError:
        raise Failed(f"{NAME} needs a C compiler (cc)") from None
    if done.returncode:
        raise Failed(f"{SOURCE.name} could not be compiled (see above)")
    # The database server must be able to load the library as another system user.
    unfinished.chmod(0o755)
    unfinished.rename(LIBRARY)
