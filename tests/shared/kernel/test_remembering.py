"""What is asked again and again is asked once in a while."""

from collections.abc import Callable

import pytest

from shared.kernel import remembering
from shared.kernel.remembering import Remembered


@pytest.fixture
def now(monkeypatch):
    """A clock that stands where the test puts it, in seconds."""
    at = [100.0]
    monkeypatch.setattr(remembering.time, "monotonic", lambda: at[0])
    return at


@pytest.fixture
def asked() -> list[str]:
    """What was really asked, in order."""
    return []


def echo(asked: list[str]) -> Callable[[str], str]:
    def ask(key: str) -> str:
        asked.append(key)
        return key.upper()

    return ask


def test_an_answer_is_kept_for_its_time_and_then_asked_anew(now, asked):
    remembered = Remembered(echo(asked), seconds=lambda: 5)

    assert (remembered("a"), remembered("a"), remembered("b")) == ("A", "A", "B")
    now[0] += 5
    remembered("a")

    assert asked == ["a", "b", "a"]


def test_with_no_time_every_question_is_asked(now, asked):
    remembered = Remembered(echo(asked), seconds=lambda: 0)
    remembered("a")
    remembered("a")

    assert asked == ["a", "a"]


def test_a_refusal_is_not_kept(now):
    refusals = [KeyError("not yet")]

    def ask(key):
        if refusals:
            raise refusals.pop()
        return key

    remembered = Remembered(ask, seconds=lambda: 5)
    with pytest.raises(KeyError):
        remembered("a")

    assert remembered("a") == "a"


def test_the_memory_does_not_grow_with_what_strangers_ask(now, monkeypatch):
    monkeypatch.setattr(remembering, "MOST", 3)
    remembered = Remembered(echo([]), seconds=lambda: 5)

    for key in "abcdefghij":
        remembered(key)

    assert len(remembered._kept) <= 3
