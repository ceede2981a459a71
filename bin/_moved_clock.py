"""A moved system time for the suite: SUITE_MOMENT="2026-12-31 23:30" bin/test tests/... (UTC).

The time of pytest, of its child processes and of the database server is moved by the same offset,
because the application writes nothing while the times differ.
"""

import os
import subprocess
from datetime import UTC, datetime

from _bootstrap import ROOT, VAR, Failed

NAME = "SUITE_MOMENT"
SOURCE = ROOT / "tests" / "support" / "moved_clock.c"
LIBRARY = VAR / "moved_clock.so"


def moved_clock() -> dict[str, str]:
    """Return the environment variables for SUITE_MOMENT, or an empty dict where it is not set."""
    given = os.environ.get(NAME)
    if not given:
        return {}
    try:
        moment = datetime.fromisoformat(given).replace(tzinfo=UTC)
    except ValueError:
        raise Failed(f"{NAME} is no moment such as 2026-12-31 23:30: {given}") from None
    _compile()
    # An offset is passed, because with a fixed moment the time would restart in each process.
    seconds = round((moment - datetime.now(UTC)).total_seconds())
    # The time of this process may already be moved.
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
    # The system user of the database server loads the library too.
    unfinished.chmod(0o755)
    unfinished.rename(LIBRARY)
