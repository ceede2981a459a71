"""Messages that the demonstration's commands print."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

FORMER_DATA_STAYS = (
    "The data of a former start stays as it is, and nothing is added;"
    " bin/demo --reset makes the stories of this release"
)
FIRST_MADE = "The agencies that are shown first are there"
STILL_MADE = "Still being made, while the site works: "
ALL_MADE = "All agencies of the demonstration are there"
USED_MEANWHILE = (
    "Somebody has filed requests since the start that was stopped, so nothing is added:"
    " some agencies stay unmade; bin/demo --reset makes them all"
)
NEWS = (STILL_MADE, ALL_MADE, USED_MEANWHILE)
_TOOK = re.compile(r"^took ([\d.]+) s: (.+)$", re.MULTILINE)


@contextmanager
def part_timed(name: str, *, say: Callable[[str], None]) -> Iterator[None]:
    """Print the duration of the block under the name ``name``."""
    began = monotonic()
    yield
    say(f"took {monotonic() - began:.1f} s: {name}")


def parts_taken(said: str) -> list[str]:
    """Return name and seconds of each timed part in a process's output."""
    return [f"{name} {seconds} s" for seconds, name in _TOOK.findall(said)]


def news(said: str) -> list[str]:
    """Return the messages for the user in a process's output."""
    return [line for line in said.splitlines() if line.startswith(NEWS)]
