"""Which values of a test run at a commit."""

import os

from tests.support import turns
from tests.support.durations import ALL, QUICK, WHOLE, kind_of
from tests.support.programs import program

NAMES = [f"tests/test_a.py::test_b[{number}]" for number in range(60)]


def ran_at_each_turn(monkeypatch, names, *, takes_turns=True, share=None):
    """For each turn the names that run then."""
    found = []
    for turn in range(turns.SHARES):
        monkeypatch.setenv(turns.TURN, str(turn))
        seen: set[str] = set()
        found.append(
            [
                name
                for name in names
                if not turns.is_resting(name, seen, takes_turns=takes_turns, share=share)
            ]
        )
    return found


def test_first_value_runs_always_and_each_further_one_at_one_of_so_many_commits(monkeypatch):
    ran = ran_at_each_turn(monkeypatch, NAMES)

    assert all(names[0] == NAMES[0] for names in ran)
    assert sorted(name for names in ran for name in names[1:]) == sorted(NAMES[1:])


def test_a_test_that_is_neither_slow_nor_redundant_runs_at_every_commit(monkeypatch):
    assert ran_at_each_turn(monkeypatch, NAMES, takes_turns=False) == [NAMES] * turns.SHARES


def test_a_test_that_names_its_share_runs_at_that_turn_alone(monkeypatch):
    ran = ran_at_each_turn(monkeypatch, NAMES[:1], takes_turns=False, share=1)

    assert ran == [NAMES[:1] if turn == 1 else [] for turn in range(turns.SHARES)]


def test_all_processes_of_a_run_take_the_turn_of_its_first(monkeypatch):
    monkeypatch.delenv(turns.TURN)
    turns.turn_choose()
    chosen = os.environ[turns.TURN]
    monkeypatch.setenv(turns.TURN, "another")
    turns.turn_choose()

    assert chosen in map(str, range(turns.SHARES))
    assert os.environ[turns.TURN] == "another"


def test_each_way_of_running_leaves_out_what_it_says(monkeypatch):
    # A run that records leaves out slow tests alone.
    monkeypatch.delenv("RECORD_EXECUTED", raising=False)
    ways = {way: program("test").arguments(list(way), {}) for way in [(), ("--all",), ("tests",)]}

    assert ways == {
        (): ["-m", "not slow and not redundant"],
        ("--all",): ["-m", "not resting"],
        ("tests",): ["tests"],
    }


def test_seconds_of_a_run_with_turns_are_none_of_a_whole_test():
    kinds = [kind_of(marks) for marks in ("not slow and not redundant", "not resting", "")]

    assert kinds == [QUICK, ALL, WHOLE]
