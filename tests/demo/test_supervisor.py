"""What the demonstration does when a process of its own, or its database, ends."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from _bootstrap import Failed
from _processes import Child, close_to_others
from _supervisor import ENDS_SECONDS, MAX_ENDS, MAX_PAUSE_SECONDS, Restarts, Supervisor

from bin.postgres.server import EmbeddedPostgres

only_linux = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes in /proc")

LASTING = [sys.executable, "-c", "import time; print('begun', flush=True); time.sleep(600)"]
ENDING = [sys.executable, "-c", "print('its last words'); raise SystemExit(3)"]
PARENT = """
import subprocess, sys, time
print(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]).pid, flush=True)
time.sleep(600)
"""
NOWHERE = "postgresql://somebody@127.0.0.1:1/insaf"


@pytest.fixture
def start(monkeypatch, tmp_path) -> Iterator[Callable[[list[str]], Child]]:
    """Starts children whose log lies in a folder of the test; they end with it."""
    monkeypatch.setattr("_processes.VAR", tmp_path)
    children: list[Child] = []

    def started(command: list[str]) -> Child:
        children.append(Child(f"child-{len(children)}", command, os.environ))
        return children[-1]

    yield started
    for child in children:
        child.stop()


@pytest.fixture
def server(tmp_path) -> Iterator[EmbeddedPostgres]:
    """A database server that was started for the demonstration."""
    server = EmbeddedPostgres(tmp_path / "postgres", durable=False)
    server.start()
    yield server
    server.remove()


def supervisor(
    said: list[str],
    *children: Child,
    url: str = NOWHERE,
    server: EmbeddedPostgres | None = None,
) -> Supervisor:
    return Supervisor(
        children=list(children), database_url=url, server=server, on_progress=said.append
    )


def test_pauses_grow_until_it_ends_too_often():
    restarts = Restarts()

    pauses = [restarts.pause(now=second) for second in range(MAX_ENDS)]

    assert pauses == [0.5, 1.0, 2.0, 4.0, None]


def test_ends_of_long_ago_do_not_count():
    restarts = Restarts()

    pauses = [restarts.pause(now=number * ENDS_SECONDS) for number in range(2 * MAX_ENDS)]

    assert pauses == [0.5] * (2 * MAX_ENDS)


def test_a_start_is_due_once_and_not_before_its_pause():
    restarts = Restarts()
    restarts.pause(now=10.0)

    assert [restarts.due(now=now) for now in (10.1, 10.5, 10.6)] == [False, True, False]


@pytest.mark.slow
def test_a_child_that_was_killed_is_started_again_and_one_line_says_so(start, server):
    said: list[str] = []
    child, other = start(LASTING), start(LASTING)
    watching = supervisor(said, child, other, server=server)
    killed, untouched = child.process.pid, other.process.pid
    kill(child)

    for now in (0.0, 0.1, 0.4, 0.6, 0.7):
        watching.check(now=now)

    assert said == ["The child-0 process ended (exit code -9); it starts again in 0.5 s"]
    assert child.process.pid != killed
    assert [child.ended(), other.process.pid == untouched] == [False, True]


@pytest.mark.slow
def test_a_child_that_keeps_ending_ends_the_demonstration_with_its_last_lines(start, server):
    said: list[str] = []
    child = start(ENDING)
    watching = supervisor(said, child, server=server)

    for now in range(0, 10 * (MAX_ENDS - 1), 5):
        child.process.wait()
        watching.check(now=float(now))
    child.process.wait()
    with pytest.raises(Failed, match=r"(?s)child-0 process keeps ending \(exit code 3\).*words"):
        watching.check(now=50.0)

    assert len(said) == MAX_ENDS - 1
    assert child.last_lines().splitlines() == ["its last words"] * MAX_ENDS


@only_linux
@pytest.mark.slow
def test_what_a_killed_child_has_started_does_not_stay(start, server):
    child = start([sys.executable, "-c", PARENT])
    wait_until(lambda: child.last_lines().isdigit())
    kill(child)

    supervisor([], child, server=server).check(now=0.0)

    wait_until(lambda: not Path(f"/proc/{child.last_lines()}/cmdline").is_file() or is_dead(child))


@pytest.mark.slow
@only_linux
@pytest.mark.parametrize("killed", ["postgres", "postgres/keeper.py"])
def test_a_database_server_that_ended_is_started_again_with_its_data(server, killed):
    said: list[str] = []
    watching = supervisor(said, server=server)
    server.sql("CREATE TABLE kept (n int); INSERT INTO kept VALUES (7); CHECKPOINT")
    os.kill(process_of(server, killed), signal.SIGKILL)
    wait_until(server.has_ended)

    for now in (0.0, 0.1, 0.6):
        watching.check(now=now)

    assert said == ["PostgreSQL ended; it starts again in 0.5 s", "PostgreSQL is up again"]
    assert server.sql("SELECT n FROM kept") == "7"


@pytest.mark.slow
@only_linux
def test_a_database_server_may_end_as_often_as_it_can_be_started(server):
    said: list[str] = []
    watching = supervisor(said, server=server)
    pauses = []

    for turn in range(2 * MAX_ENDS):
        os.kill(process_of(server, "postgres"), signal.SIGINT)
        wait_until(server.has_ended)
        watching.check(now=float(turn))
        pauses.append(float(said[-1].split()[-2]))
        # Long enough for any pause, and within the minute in which ends are counted.
        watching.check(now=turn + 0.9 + MAX_PAUSE_SECONDS)
        assert said[-1] == "PostgreSQL is up again"

    assert pauses[:4] == [0.5, 1.0, 2.0, 4.0]
    assert set(pauses[4:]) == {MAX_PAUSE_SECONDS}


@pytest.mark.slow
def test_a_database_server_that_cannot_be_started_ends_the_demonstration(server, monkeypatch):
    said: list[str] = []
    watching = supervisor(said, server=server)
    os.kill(process_of(server, "postgres"), signal.SIGINT)
    wait_until(server.has_ended)
    server.settings = {"no_such_setting": "1"}

    for second in range(0, 5 * MAX_ENDS, 5):
        watching.check(now=float(second))
    with pytest.raises(Failed, match=r"PostgreSQL does not start: .*no_such_setting"):
        watching.check(now=60.0)

    assert len(said) == MAX_ENDS


@pytest.mark.slow
def test_while_the_database_of_database_url_is_away_no_end_counts(start, server):
    said: list[str] = []
    url = server.url
    child = start(ENDING)
    watching = supervisor(said, child, url=url)
    child.process.wait()
    server.stop()

    for now in range(2 * MAX_ENDS):
        watching.check(now=float(now))
    server.start()
    watching.check(now=100.0)

    assert [line.partition(",")[0].partition(" (")[0] for line in said] == [
        "DATABASE_URL leads to no database",
        "The child-0 process ended",
    ]


def kill(child: Child) -> None:
    child.process.kill()
    child.process.wait()


def is_dead(child: Child) -> bool:
    """Whether what the child has started is gone, or nobody has asked for its exit code yet."""
    with suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{child.last_lines()}/cmdline").read_bytes() == b""
    return True


def process_of(server: EmbeddedPostgres, program: str) -> int:
    """The keeper, or the server that it started."""
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(FileNotFoundError, ProcessLookupError):
            command = file.read_text(errors="replace").split("\0")
            has_keeper = any(word.endswith("postgres/keeper.py") for word in command)
            if str(server.data) in command and has_keeper == (program != "postgres"):
                return int(file.parent.name)
    raise AssertionError(f"no {program} runs")


def wait_until(holds: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def test_what_the_demonstration_writes_is_for_its_owner_alone(start, tmp_path):
    program = "from pathlib import Path; import sys; p = Path(sys.argv[1]); p.mkdir();"
    child = start(
        [
            sys.executable,
            "-c",
            f"{program} (p / 'letter').write_text('x')",
            str(tmp_path / "outbox"),
        ]
    )
    child.succeed()

    modes = [
        oct(path.stat().st_mode & 0o777)
        for path in (tmp_path / "outbox", tmp_path / "outbox" / "letter", child.log)
    ]
    assert modes == ["0o700", "0o600", "0o600"]
    assert oct(child.log.parent.stat().st_mode & 0o777) == "0o700"


def test_what_lay_there_before_is_closed_to_others_and_no_link_is_followed(tmp_path):
    folder, foreign = tmp_path / "media" / "roads", tmp_path / "foreign"
    folder.mkdir(parents=True)
    foreign.write_text("x")
    foreign.chmod(0o644)
    (folder / "photo.jpg").write_bytes(b"x")
    (folder / "link").symlink_to(foreign)
    accounts = tmp_path / "accounts.txt"
    accounts.write_text("x")

    close_to_others(tmp_path / "media", accounts, tmp_path / "absent")

    modes = [
        oct(path.stat().st_mode & 0o777)
        for path in (tmp_path / "media", folder, folder / "photo.jpg", accounts, foreign)
    ]
    assert modes == ["0o700", "0o700", "0o600", "0o600", "0o644"]
