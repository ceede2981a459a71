"""A function with which a test kills the process at a chosen place in the code."""

import os
import signal

VARIABLE = "INSAF_FAILPOINT"


def failpoint(name: str) -> None:
    """Kill this process with SIGKILL if the variable ``INSAF_FAILPOINT`` is ``name``."""
    if os.environ.get(VARIABLE) == name:
        os.kill(os.getpid(), signal.SIGKILL)
