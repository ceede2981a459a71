"""Counters in memory that all processes of a server share.

The memory is allocated before the processes are forked. Each process adds in a part of its own (a
slot), so no process waits for another, and a reader adds up all slots. The numbers of a process
that has ended stay in its slot, and the next process continues there, so no sum ever goes down.
"""

from collections.abc import Mapping, Sequence
from mmap import mmap
from threading import Lock
from types import MappingProxyType
from typing import Generic, TypeVar

Key = TypeVar("Key")

_BYTES = 8
_NO_SLOT = -1


class SharedCounters(Generic[Key]):
    """Sums of ``width`` numbers for each of the given keys; other keys share the first row.

    The keys are given once, so the memory is bounded. Without a call of ``take_slot`` a process
    uses the first slot.
    """

    def __init__(self, keys: Sequence[Key], *, width: int, slots: int = 1) -> None:
        self._rows: Mapping[Key, int] = MappingProxyType(
            {key: number * width for number, key in enumerate(keys)}
        )
        self._width, self._size = width, len(keys) * width
        # An anonymous mapping is shared with the processes that are forked later.
        self._values = memoryview(mmap(-1, self._size * slots * _BYTES)).cast("d")
        self._free = list(reversed(range(slots)))
        self._start = 0
        self._lock = Lock()

    def take_slot(self) -> int:
        """Take a free slot for the process that is forked next, and return its number.

        Without a free slot the process counts nothing: two processes in one slot would overwrite
        each other's sums.
        """
        slot = self._free.pop() if self._free else _NO_SLOT
        self._start = slot * self._size
        return slot

    def release_slot(self, slot: int) -> None:
        """Give the slot of a process that has ended to a later process."""
        if slot != _NO_SLOT:
            self._free.append(slot)

    def add(self, key: Key, *amounts: float) -> None:
        """Add numbers to the sums of a key in this process's slot."""
        at = self._start + self._rows.get(key, 0)
        if at < 0:
            return
        values = self._values
        with self._lock:
            for amount in amounts:
                values[at] += amount
                at += 1

    def totals(self) -> dict[Key, tuple[float, ...]]:
        """Return the sums of all processes, for the keys with a number other than zero."""
        sums = [sum(self._values[at :: self._size]) for at in range(self._size)]
        found = {key: tuple(sums[at : at + self._width]) for key, at in self._rows.items()}
        return {key: numbers for key, numbers in found.items() if any(numbers)}
