"""Who runs the embedded server, and who is let in to it."""

import os
import pwd
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from bin.postgres import identity
from bin.postgres.identity import SYSTEM_USER, EmbeddedPostgresError
from bin.postgres.server import OWNER, SUPERUSER, EmbeddedPostgres

# Each has a server, or an environment, of its own.
pytestmark = pytest.mark.slow

only_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")

# As a user who may not enter our environment: with no package, in the protocol's own bytes.
KNOCK = """
import socket, struct, sys
door = socket.socket(socket.AF_UNIX)
door.connect(f"{sys.argv[1]}/.s.PGSQL.5432")
said = struct.pack("!i", 196608) + b"user\\0" + sys.argv[2].encode() + b"\\0database\\0insaf\\0\\0"
door.sendall(struct.pack("!i", len(said) + 4) + said)
print(door.recv(1000).decode(errors="replace"))
"""


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of a server that has run before and is stopped."""
    root = tmp_path_factory.mktemp("identity") / "postgres"
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


def test_only_who_starts_the_server_is_let_in(server: EmbeddedPostgres) -> None:
    rules = server.sql("SELECT type, database, user_name, auth_method FROM pg_hba_file_rules")
    names = server.sql("SELECT sys_name FROM pg_ident_file_mappings").split()

    assert rules == "local|{all}|{all}|peer"
    assert names == [pwd.getpwuid(os.geteuid()).pw_name]


@only_root
@pytest.mark.parametrize("login", [OWNER, SUPERUSER])
@pytest.mark.parametrize("name", ["daemon", "nobody", SYSTEM_USER])
def test_another_user_of_the_machine_is_refused_even_at_the_socket(
    server: EmbeddedPostgres, login: str, name: str
) -> None:
    stranger = pwd.getpwnam(name)
    server.socket.chmod(0o755)
    folders = [one for one in server.socket.parents if not one.stat().st_mode & 0o001]
    for folder in folders:
        folder.chmod(folder.stat().st_mode | 0o011)
    try:
        done = subprocess.run(
            ["/usr/bin/env", "python3", "-c", KNOCK, str(server.socket), login],
            user=stranger.pw_uid,
            group=stranger.pw_gid,
            extra_groups=[],
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        server.socket.chmod(0o700)
        for folder in folders:
            folder.chmod(folder.stat().st_mode & ~0o011)

    assert "Peer authentication failed" in done.stdout


@only_root
def test_root_starts_it_as_a_system_user_of_its_own(server: EmbeddedPostgres) -> None:
    user = pwd.getpwuid(server.data.stat().st_uid)
    postmaster = int((server.data / "postmaster.pid").read_text().split()[0])

    assert user.pw_name == SYSTEM_USER
    assert Path(f"/proc/{postmaster}").stat().st_uid == user.pw_uid
    assert user.pw_shell.endswith("nologin")


@only_root
def test_data_that_nobody_ran_goes_to_the_system_user(cluster: Path, tmp_path: Path) -> None:
    server = EmbeddedPostgres(cluster, durable=False)
    shared, foreign = pwd.getpwnam("nobody"), tmp_path / "of-root"
    foreign.write_text("kept")
    for path in (server.data, *server.data.rglob("*"), server.socket):
        os.chown(path, shared.pw_uid, shared.pw_gid)
    (server.data / "link").symlink_to(foreign)
    os.link(foreign, server.data / "hard-link") if _same_disk(foreign, server.data) else None

    server = EmbeddedPostgres(cluster, durable=False)
    server.start()
    found = server.sql("SELECT 1")
    owners = {path.lstat().st_uid for path in server.data.rglob("*") if "link" not in path.name}
    server.stop()
    for name in ("link", "hard-link"):
        (server.data / name).unlink(missing_ok=True)

    assert (found, owners) == ("1", {pwd.getpwnam(SYSTEM_USER).pw_uid})
    assert foreign.stat().st_uid == 0


def _same_disk(one: Path, other: Path) -> bool:
    return one.stat().st_dev == other.stat().st_dev


@only_root
def test_start_says_so_where_no_user_can_be_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identity, "SYSTEM_USER", "insaf-postgres-of-a-test")
    monkeypatch.setattr(identity, "SYSTEM_PROGRAMS", str(tmp_path))

    with pytest.raises(EmbeddedPostgresError, match=r"useradd is missing.*as an ordinary user"):
        EmbeddedPostgres(tmp_path / "postgres", durable=False)
