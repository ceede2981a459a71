"""Which tests have their turn at a commit: ``bin/test --all`` leaves the others to the next ones.

Each test runs at every commit with its first value. Further values of a slow or redundant test are
divided into ``SHARES``, and a commit runs one share: of so many commits one after another, each
value runs at one. So do the small runs of benches and the points at which processes are killed, and
the small run of the faults, which alone has commits without any of it. ``bin/test tests`` runs all.
"""

import os
import subprocess
from pathlib import Path
from zlib import crc32

import pytest

SHARES = 5
# Set by the first process of a run: a commit that is made meanwhile changes no other's turn.
TURN = "SHARE_OF_VALUES"
# Of a test that works through a long list: the parameter ``share``, of which each commit runs one.
each_share = pytest.mark.parametrize(
    "share", [pytest.param(share, marks=pytest.mark.share(share)) for share in range(SHARES)]
)


def turn_choose() -> None:
    """Keep for all processes of this run which share has its turn."""
    if TURN in os.environ:
        return
    counted = subprocess.run(
        ["git", "rev-list", "--count", "HEAD"],
        cwd=Path(__file__).parent, capture_output=True, text=True, check=False,
    ).stdout.strip()  # fmt: skip
    # Without git there is nothing to take turns by.
    os.environ[TURN] = str(int(counted or 0) % SHARES)


def is_resting(nodeid: str, seen: set[str], *, takes_turns: bool, share: int | None) -> bool:
    """Whether a test waits for the turn of another commit.

    ``seen``: the names of tests that came before, to which this one's is added; ``takes_turns``: it
    is slow or redundant; ``share``: one that it names itself.
    """
    name = nodeid.partition("[")[0]
    is_further = name in seen
    seen.add(name)
    if share is None:
        return takes_turns and is_further and not _has_turn(crc32(nodeid.encode()))
    return not _has_turn(share)


def _has_turn(number: int) -> bool:
    return number % SHARES == int(os.environ[TURN])
