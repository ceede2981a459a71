"""Two installations that are measured by turns; the second installation is in another process.

Small and large data cannot be in one database. If one were measured after the other, a change of
the machine's load would look like a difference. So the bench also runs on the second installation,
which does a round whenever the first process asks for a round.
"""

import json
import os
import socket
import sys
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import NoReturn

from bench.measuring import Act, Pace, Timings, one_round, require

FLAG = "--as-partner"


class Partner:
    """The process of the second installation, as seen from the first process."""

    def __init__(self, wire: socket.socket) -> None:
        self._lines, self._words = wire.makefile("r"), wire.makefile("w")
        self.told = self._answer()

    def round(self) -> dict[str, list[float]]:
        """Run a round in the other process; return the seconds of each call of each act."""
        print("round", file=self._words, flush=True)
        found: dict[str, list[float]] = self._answer()
        return found

    def _answer(self) -> dict[str, list[float]]:
        # The commands that prepare the installation print lines too.
        for line in self._lines:
            if line.startswith("{"):
                answer: dict[str, list[float]] = json.loads(line)
                return answer
        require(False, "the partner has ended")
        raise AssertionError


@contextmanager
def partner(module: str, options: Sequence[str]) -> Iterator[Partner]:
    """Fork a process for ``module`` on the second installation; wait until the installation is
    filled.

    Must be called before this process has a connection to a database.
    """
    ours, theirs = socket.socketpair()
    sys.stdout.flush()
    pid = os.fork()
    if not pid:
        ours.close()
        _be(module, options, theirs)
    theirs.close()
    try:
        yield Partner(ours)
    finally:
        # The other process ends when its standard input ends.
        ours.shutdown(socket.SHUT_WR)
        os.waitpid(pid, 0)
        ours.close()


def _be(module: str, options: Sequence[str], wire: socket.socket) -> NoReturn:
    sys.stdin, sys.stdout = wire.makefile("r"), wire.makefile("w")
    sys.argv = [module, FLAG, *options]
    try:
        import_module(module).main()
        sys.stdout.flush()
    except BaseException:  # noqa: BLE001, RUF100 - whatever it is, the child must end here
        traceback.print_exc()
    finally:
        os._exit(0)


def serve_rounds(acts: Mapping[str, Act], pace: Pace, told: Mapping[str, object]) -> None:
    """Report what was filled, then run a round for each line of the standard input."""
    print(json.dumps(told), flush=True)
    for _line in sys.stdin:
        print(json.dumps(one_round(acts, pace.times)), flush=True)


def in_turns(acts: Mapping[str, Act], other: Partner, pace: Pace) -> tuple[Timings, Timings]:
    """Run rounds by turns in both processes; return both timings without the warm-up round."""
    here: dict[str, list[list[float]]] = {name: [] for name in acts}
    there: dict[str, list[list[float]]] = {name: [] for name in acts}
    for number in range(pace.rounds + 1):
        for timings, found in ((there, other.round()), (here, one_round(acts, pace.times))):
            for name, seconds in found.items():
                timings[name] += [seconds] if number else []
    return here, there
