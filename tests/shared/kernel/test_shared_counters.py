"""Counters of all processes: nothing is lost, nothing is counted twice, no sum goes down."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from shared.kernel.shared_counters import SharedCounters

ROOT = Path(__file__).resolve().parents[3]
KEYS = ("other", "a page", "a form")


def made(slots=1):
    return SharedCounters(KEYS, width=2, slots=slots)


def test_numbers_are_added_up_for_each_key():
    counters = made()

    for key in ("a page", "a form", "a page"):
        counters.add(key, 1, 0.5)

    assert counters.totals() == {"a page": (2, 1), "a form": (1, 0.5)}


def test_keys_that_are_not_known_share_the_first_row():
    counters = made()

    for number in range(100):
        counters.add(f"/cases/{number}/", 1, 2)

    assert counters.totals() == {"other": (100, 200)}


def test_threads_of_a_process_lose_nothing():
    counters = made()

    with ThreadPoolExecutor(4) as pool:
        for _ in range(4):
            pool.submit(lambda: [counters.add("a page", 1, 0) for _ in range(5_000)])

    assert counters.totals() == {"a page": (20_000, 0)}


def test_numbers_of_a_process_that_has_ended_stay():
    counters = made(slots=2)
    first = counters.take_slot()
    counters.add("a page", 1, 0)

    counters.release_slot(first)
    second = counters.take_slot()
    counters.add("a page", 1, 0)

    assert second == first
    assert counters.totals() == {"a page": (2, 0)}


def test_a_process_without_a_slot_of_its_own_counts_nothing():
    counters = made()
    counters.take_slot()
    counters.add("a page", 1, 0)

    late = counters.take_slot()
    counters.add("a page", 1, 0)
    counters.add("a form", 1, 0)
    counters.release_slot(late)

    assert counters.totals() == {"a page": (1, 0)}
    assert counters.take_slot() == late


FORKED = """
import os
from shared.kernel.shared_counters import SharedCounters

counters = SharedCounters(("other", "a page"), width=1, slots=3)
pids = []
for number in range(3):
    counters.take_slot()
    pid = os.fork()
    if pid == 0:
        for _ in range(20_000):
            counters.add("a page", 1)
        os._exit(0)
    pids.append(pid)
for pid in pids:
    os.waitpid(pid, 0)
print(counters.totals())
"""


@pytest.mark.all_cores
def test_processes_that_were_forked_add_to_the_same_sums():
    ran = subprocess.run(
        [sys.executable, "-c", FORKED], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert ran.stdout.strip() == "{'a page': (60000.0,)}"
