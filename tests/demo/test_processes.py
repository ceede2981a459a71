"""Work of a command that several processes share."""

import os
from pathlib import Path

import pytest

from demo.processes import parts_do, parts_of_equal_weight


@pytest.mark.parametrize(
    ("weights", "parts"),
    [
        ({"a": 9, "b": 5, "c": 4, "d": 1}, [["a", "d"], ["b", "c"]]),
        ({"a": 1}, [["a"]]),
        ({}, []),
    ],
)
def test_the_heaviest_are_spread_first(weights, parts):
    assert parts_of_equal_weight(weights, number=2) == parts


def test_each_part_is_done_once_and_by_a_process_of_its_own(tmp_path: Path):
    def work(names):
        for name in names:
            (tmp_path / name).write_text(str(os.getpid()))

    assert parts_do(work, [["a", "b"], ["c"]])

    found = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert found["a"] == found["b"] == str(os.getpid())
    assert found.keys() == {"a", "b", "c"}
    assert found["c"] != found["a"]


def test_a_part_that_fails_is_told_and_leaves_the_others(tmp_path: Path, capfd):
    def work(names):
        (tmp_path / names[0]).touch()
        if names == ["c"]:
            raise ValueError("a story without an end")

    assert not parts_do(work, [["a"], ["b"], ["c"]])

    assert {path.name for path in tmp_path.iterdir()} == {"a", "b", "c"}
    assert "a story without an end" in capfd.readouterr().err


def test_what_the_first_process_cannot_do_ends_once_the_others_have_ended(tmp_path: Path):
    def work(names):
        if names == ["a"]:
            raise ValueError("no beginning")
        (tmp_path / names[0]).touch()

    with pytest.raises(ValueError, match="no beginning"):
        parts_do(work, [["a"], ["b"]])

    assert (tmp_path / "b").exists()
