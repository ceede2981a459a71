"""What bin/demo says of the agencies that are made while the site is used."""

import sys
from pathlib import Path

import _processes
import pytest
from _processes import Child
from _rest import RestOfDemo, Stamps

from bin.postgres.server import EmbeddedPostgres
from demo.notices import ALL_MADE, STILL_MADE
from demo.static_files import LATER, DemoStaticFilesStorage

BEGUN = f"{STILL_MADE}justice, onee"


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Where the processes write their logs."""
    monkeypatch.setattr(_processes, "VAR", tmp_path)
    return tmp_path


def child(program: str) -> Child:
    """A real process, which has ended."""
    made = Child("rest", [sys.executable, "-c", program], {})
    made.process.wait()
    return made


def followed(program: str, *, done: Path | None) -> list[str]:
    """What is said of a process by two looks at it."""
    said: list[str] = []
    rest = RestOfDemo(done=done, on_progress=said.append)
    rest.follow(child(program))
    rest.check()
    rest.check()
    return said


def test_what_is_made_and_its_end_are_told_once_and_noted(folder):
    program = f"print({BEGUN!r}); print('0.1 s  justice: workspace'); print({ALL_MADE!r})"

    assert followed(program, done=folder / "whole") == [BEGUN, ALL_MADE]
    assert (folder / "whole").exists()


def test_what_was_not_made_is_left_to_the_next_start(folder):
    said = followed(f"print({BEGUN!r}, flush=True); raise SystemExit(1)", done=folder / "whole")

    assert said[0] == BEGUN
    assert said[1].startswith("Something was not made; the next start goes on")
    assert not (folder / "whole").exists()


def test_nothing_is_told_where_nothing_is_made():
    said: list[str] = []

    RestOfDemo(done=None, on_progress=said.append).check()

    assert said == []


def test_a_start_that_prepares_again_makes_the_rest_again_too(folder):
    server = EmbeddedPostgres(folder / "postgres", durable=False)
    stamps = Stamps(server)
    assert stamps.whole is not None
    stamps.set_prepared("sources")
    stamps.whole.touch()
    assert (stamps.is_prepared("sources"), stamps.is_whole()) == (True, True)
    assert not stamps.is_prepared("other sources")

    stamps.begin()

    assert (stamps.is_prepared("sources"), stamps.is_whole()) == (False, False)


def test_a_foreign_database_is_prepared_and_completed_by_each_start():
    stamps = Stamps(None)
    stamps.set_prepared("sources")

    assert (stamps.is_prepared("sources"), stamps.is_whole()) == (False, False)


def test_static_files_of_the_rest_are_compressed_later_and_whole(tmp_path):
    names = [f"{LATER[0]}swagger.js", f"{LATER[1]}page.css", "ui/page.css"]
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("a { color: red }\n" * 100)
    (tmp_path / f"{names[0]}.br.unfinished").write_text("half")
    storage = DemoStaticFilesStorage(location=tmp_path)

    assert {name for name, _made in storage.compress_files(names)} == {"ui/page.css"}
    storage.compress_later()
    storage.compress_later()

    found = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.*")}
    assert found >= {f"{name}{suffix}" for name in names for suffix in (".br", ".gz")}
    assert not {name for name in found if name.endswith(".unfinished")}
