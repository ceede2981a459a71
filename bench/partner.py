"""Two installations that take turns: the other one is a process of its own.

What is small and what is large cannot stand in one database; measured one after the other, a
neighbour on the machine would pass for a difference. So the same bench runs once more on the second
installation, and does one round whenever it is asked to.
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from bench.measuring import Act, Pace, Timings, one_round, require

FLAG = "--as-partner"


class Partner:
    """The other process, seen from this one."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self.told = self._answer()

    def round(self) -> dict[str, list[float]]:
        """One round over there; seconds of each call of each act."""
        self._say("round")
        found: dict[str, list[float]] = self._answer()
        return found

    def _say(self, word: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{word}\n")
        self._process.stdin.flush()

    def _answer(self) -> dict[str, list[float]]:
        assert self._process.stdout is not None
        # Commands that prepare the installation talk as well.
        for line in self._process.stdout:
            if line.startswith("{"):
                answer: dict[str, list[float]] = json.loads(line)
                return answer
        require(False, f"the partner has ended: {self._process.wait()}")
        raise AssertionError


@contextmanager
def partner(module: str, options: Sequence[str]) -> Iterator[Partner]:
    """Start ``python -m module`` on the second installation; it is filled when this returns."""
    process = subprocess.Popen(
        [sys.executable, "-m", module, FLAG, *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Partner(process)
    finally:
        # Its input ends, and so does it.
        process.communicate()


def serve_rounds(acts: Mapping[str, Act], pace: Pace, told: Mapping[str, object]) -> None:
    """Be the partner: say what was filled, then one round for each line of the input."""
    print(json.dumps(told), flush=True)
    for _line in sys.stdin:
        print(json.dumps(one_round(acts, pace.times)), flush=True)


def in_turns(acts: Mapping[str, Act], other: Partner, pace: Pace) -> tuple[Timings, Timings]:
    """The timings here and over there, round by round; the first round of each is a warm-up."""
    here: dict[str, list[list[float]]] = {name: [] for name in acts}
    there: dict[str, list[list[float]]] = {name: [] for name in acts}
    for number in range(pace.rounds + 1):
        for timings, found in ((there, other.round()), (here, one_round(acts, pace.times))):
            for name, seconds in found.items():
                timings[name] += [seconds] if number else []
    return here, there
