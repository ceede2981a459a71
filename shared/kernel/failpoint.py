"""A place in the code where a test kills the process; without the variable it does nothing."""

import os
import signal

VARIABLE = "INSAF_FAILPOINT"


def failpoint(name: str) -> None:
    """Kill this process with SIGKILL if ``INSAF_FAILPOINT`` has this name."""
    if os.environ.get(VARIABLE) == name:
        os.kill(os.getpid(), signal.SIGKILL)
