import subprocess
import sys
from pathlib import Path

import pytest

from shared.kernel import memory

ROOT = Path(__file__).resolve().parents[3]
MEGABYTE = 1024 * 1024
# A process of its own: the tests would have to go on under this limit.
AT_LIMIT = """
import resource, sys
from shared.kernel import memory
most = memory._size() + int(sys.argv[1])
resource.setrlimit(resource.RLIMIT_AS, (most, most))
print(memory.is_short())
"""


@pytest.fixture(autouse=True)
def _nothing_noted(monkeypatch):
    monkeypatch.setattr(memory, "_noted_at", [])


def test_a_process_without_a_limit_has_memory():
    assert not memory.is_short()


def test_whoever_was_refused_memory_is_short_of_it_for_a_while(monkeypatch):
    now = 1_000.0
    monkeypatch.setattr(memory.time, "monotonic", lambda: now)
    memory.note()

    assert memory.is_short()
    now += memory.NOTED_SECONDS
    assert not memory.is_short()


@pytest.mark.parametrize(("room", "expected"), [(8 * MEGABYTE, "True"), (64 * MEGABYTE, "False")])
def test_a_process_close_to_its_limit_is_short_of_memory(room, expected):
    done = subprocess.run(
        [sys.executable, "-c", AT_LIMIT, str(room)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.strip() == expected
