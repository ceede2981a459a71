"""The embedded server: it starts, keeps its data, is shared, and never outlives its users."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from bin.postgres.identity import EmbeddedPostgresError
from bin.postgres.server import EmbeddedPostgres

# Each has a server, or an environment, of its own.
pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]

only_linux = pytest.mark.skipif(
    sys.platform != "linux", reason="looks at processes in /proc, and only Linux ends orphans"
)

ANOTHER_USER = """
import sys
from pathlib import Path
from bin.postgres.server import EmbeddedPostgres
print(EmbeddedPostgres(Path(sys.argv[1]), durable=False).start(), flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of a server that has run before and is stopped."""
    root = tmp_path_factory.mktemp("cluster") / "postgres"
    server = EmbeddedPostgres(root, durable=False)
    server.start()
    server.stop()
    yield root
    EmbeddedPostgres(root, durable=False).remove()


@pytest.fixture
def server(cluster: Path) -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(cluster, durable=False)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def another_user(cluster: Path) -> Iterator[subprocess.Popen[str]]:
    """Another command that uses the server; ends when its standard input is closed."""
    process = subprocess.Popen(
        [sys.executable, "-c", ANOTHER_USER, str(cluster)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    with process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process
        process.kill()


def test_a_new_database_has_the_extensions(server: EmbeddedPostgres) -> None:
    server.sql("CREATE DATABASE made_later")

    found = server.sql(
        "SELECT string_agg(extname, ' ' ORDER BY extname) FROM pg_extension",
        database="made_later",
    )
    server.drop_databases(prefix="made_later")

    assert found == "btree_gin pg_trgm plpgsql unaccent"


def test_text_is_utf8_with_case_rules_for_french_and_arabic(server: EmbeddedPostgres) -> None:
    found = server.sql("SELECT lower('ÉCOLE'), unaccent('Réclamation'), length('إنصاف')")

    assert found == "école|Reclamation|5"


def test_data_is_still_there_after_a_stop(server: EmbeddedPostgres) -> None:
    server.sql("CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)")

    server.stop()
    server.start()
    found = server.sql("SELECT n FROM kept; DROP TABLE kept")

    assert found == "7"


def test_the_url_names_the_running_server(server: EmbeddedPostgres) -> None:
    folder = server.sql("SHOW unix_socket_directories")

    assert server.url == f"postgresql://insaf_owner@/insaf?host={folder}&port=5432"


def test_the_owner_is_no_superuser_but_makes_databases_and_roles(server: EmbeddedPostgres) -> None:
    rights = "rolcanlogin, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolreplication"

    found = server.sql(
        f"SELECT rolname, {rights} FROM pg_roles"
        " WHERE oid = (SELECT datdba FROM pg_database WHERE datname = 'insaf')"
    )

    assert found == "insaf_owner|t|f|f|t|t|f"


@pytest.mark.parametrize(("durable", "owner"), [(True, "insaf"), (False, "insaf_owner")])
def test_data_of_an_earlier_superuser_is_kept_unless_it_may_be_lost(
    cluster: Path, durable: bool, owner: str
) -> None:
    server = EmbeddedPostgres(cluster, durable=False)
    server.start()
    server.sql("ALTER DATABASE insaf OWNER TO insaf; DROP ROLE insaf_owner")
    server.stop()

    server = EmbeddedPostgres(cluster, durable=durable)
    url = server.start()
    server.stop()

    assert url.startswith(f"postgresql://{owner}@/")


def test_databases_of_another_prefix_survive_dropping(server: EmbeddedPostgres) -> None:
    server.sql("CREATE DATABASE run_1")
    server.sql("CREATE DATABASE other")

    server.drop_databases(prefix="run_")
    left = server.databases()
    server.drop_databases(prefix="other")

    assert left == ["insaf", "other", "postgres", "template0", "template1"]


@only_linux
def test_stopping_ends_server_and_keeper(cluster: Path) -> None:
    server = EmbeddedPostgres(cluster, durable=False)
    server.start()

    server.stop()

    assert (server.running(), _processes_of(server)) == (False, [])


def test_a_server_in_use_by_another_command_stays_up(
    server: EmbeddedPostgres, another_user: subprocess.Popen[str]
) -> None:
    server.stop()

    assert server.running()


def test_a_server_in_use_cannot_be_removed(
    server: EmbeddedPostgres, another_user: subprocess.Popen[str]
) -> None:
    with pytest.raises(EmbeddedPostgresError, match="in use by another command"):
        server.remove()


@only_linux
def test_a_server_whose_user_was_killed_stops(
    cluster: Path, another_user: subprocess.Popen[str]
) -> None:
    server = EmbeddedPostgres(cluster, durable=False)

    another_user.kill()
    another_user.wait()

    _wait_until(lambda: _processes_of(server) == [])
    assert not server.running()


@only_linux
def test_a_server_whose_keeper_was_killed_stops(server: EmbeddedPostgres) -> None:
    keeper = next(pid for pid, command in _commands(server) if "postgres/keeper.py" in command)

    os.kill(keeper, signal.SIGKILL)

    _wait_until(lambda: not server.running())
    assert server.start() == server.url


@only_linux
def test_a_server_that_was_stopped_for_a_while_goes_on(server: EmbeddedPostgres) -> None:
    keeper = next(pid for pid, command in _commands(server) if "postgres/keeper.py" in command)
    postmaster = int((server.data / "postmaster.pid").read_text().split()[0])

    os.kill(postmaster, signal.SIGSTOP)
    _wait_until(lambda: _state(postmaster) == "T" and _has_heard_of_its_child(keeper))
    os.kill(postmaster, signal.SIGCONT)

    assert server.sql("SELECT 1") == "1"


def _state(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def _has_heard_of_its_child(pid: int) -> bool:
    """Whether no signal waits for the process, and it waits itself."""
    lines = dict(
        line.split(":\t", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines()
    )
    return not int(lines["ShdPnd"], 16) and not int(lines["SigPnd"], 16) and _state(pid) == "S"


@only_linux
def test_a_server_that_crashed_starts_again(
    cluster: Path, another_user: subprocess.Popen[str]
) -> None:
    server = EmbeddedPostgres(cluster, durable=False)
    for pid, _command in _commands(server):
        os.kill(pid, signal.SIGKILL)
    _wait_until(lambda: _processes_of(server) == [])

    server.start()
    found = server.sql("SELECT 1")
    server.stop()

    assert found == "1"


def test_a_copied_folder_is_not_taken_for_the_running_server(
    server: EmbeddedPostgres, tmp_path: Path
) -> None:
    copy = EmbeddedPostgres(tmp_path / "copy", durable=False)
    copy.data.mkdir()
    shutil.copy(server.data / "postmaster.pid", copy.data / "postmaster.pid")

    running = copy.running()
    copy.remove()

    assert not running


def test_a_long_path_gets_a_short_socket(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path / ("long" * 30), durable=False)

    server.start()
    found = server.sql("SELECT 1")
    server.remove()

    assert (found, len(f"{server.socket}/.s.PGSQL.5432") < 104) == ("1", True)


def test_an_interrupted_creation_begins_again(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path / "postgres", durable=False)
    (server.data.parent / "data.unfinished").mkdir()
    (server.data.parent / "data.unfinished" / "PG_VERSION").write_text("18\n")

    server.start()
    found = server.sql("SELECT 1")
    server.remove()

    assert found == "1"


def test_data_of_another_version_are_refused(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path / "postgres", durable=False)
    server.data.mkdir()
    (server.data / "PG_VERSION").write_text("12\n")

    with pytest.raises(EmbeddedPostgresError, match="was made by PostgreSQL 12"):
        server.start()

    server.remove()


@pytest.mark.parametrize(("durable", "fsync"), [(True, "on"), (False, "off")])
def test_only_a_durable_server_waits_for_the_disk(cluster: Path, durable: bool, fsync: str) -> None:
    # One that another test's process was the last to use may still run, with its own settings.
    last = EmbeddedPostgres(cluster, durable=False)
    last.start()
    last.stop()
    server = EmbeddedPostgres(cluster, durable=durable)

    server.start()
    found = server.sql("SHOW fsync")
    server.stop()

    assert found == fsync


def test_libpq_variables_of_the_caller_do_not_reach_it(
    monkeypatch: pytest.MonkeyPatch, cluster: Path
) -> None:
    monkeypatch.setenv("PGPORT", "6000")
    monkeypatch.setenv("PGOPTIONS", "-c search_path=nowhere")
    server = EmbeddedPostgres(cluster, durable=False)

    server.start()
    found = server.sql("SELECT current_setting('port'), current_setting('search_path')")
    server.stop()

    assert found == '5432|"$user", public'


def _commands(server: EmbeddedPostgres) -> list[tuple[int, str]]:
    """The processes, with their command lines, that were started on the server's data."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(FileNotFoundError, ProcessLookupError):
            command = file.read_text(errors="replace").replace("\0", " ")
            if f"-D {server.data} " in command:
                found.append((int(file.parent.name), command))
    return found


def _processes_of(server: EmbeddedPostgres) -> list[int]:
    return [pid for pid, _command in _commands(server)]


def _wait_until(holds: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)
