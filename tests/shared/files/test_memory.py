"""What a person is told of a file that could not be opened for want of memory."""

import pytest

from shared.files import examination
from shared.files.errors import MemoryShort
from shared.kernel import memory
from shared.kernel.signatures import Family


@pytest.fixture(autouse=True)
def _nothing_noted(monkeypatch):
    monkeypatch.setattr(memory, "_noted_at", [])


def without_memory(content: bytes) -> tuple[str, bytes]:
    raise MemoryError


def test_c8_a_server_without_memory_does_not_call_the_file_damaged(monkeypatch):
    monkeypatch.setitem(examination.EXAMINATIONS, Family.TEXT, without_memory)

    with pytest.raises(MemoryShort) as caught:
        examination.file_examine(name="letter.txt", content=b"A letter.")

    assert caught.value.retry_after == memory.NOTED_SECONDS
    assert memory.is_short()
