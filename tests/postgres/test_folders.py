"""Folders outside the project: said whose they are, and gone once that folder is gone."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from bin.postgres import folders
from bin.postgres.folders import memory_folder, orphaned_folders_remove, outside_folder
from bin.postgres.server import EmbeddedPostgres

only_root = pytest.mark.skipif(os.geteuid() != 0, reason="others' data lies in the project itself")


@pytest.fixture(autouse=True)
def outside(monkeypatch) -> Iterator[Path]:
    """A place of the test's own for what lies outside: that of the machine is not touched."""
    # Not below a folder of pytest, which only its owner may enter.
    with TemporaryDirectory(dir="/var/tmp", prefix="test-") as name:
        Path(name).chmod(0o755)
        monkeypatch.setattr(folders, "OUTSIDE", Path(name))
        monkeypatch.setattr(folders, "MEMORY", Path(name) / "memory")
        yield Path(name)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The folder of a database in a project that is there."""
    root = tmp_path / "project" / "var" / "postgres"
    root.mkdir(parents=True)
    return root


def with_data(root: Path) -> Path:
    folder = outside_folder(root)
    (folder / "data" / "base").mkdir(parents=True)
    (folder / "data" / "base" / "1").write_bytes(b"rows")
    return folder


def delete(root: Path) -> None:
    shutil.rmtree(root.parents[1])


def test_the_folder_of_a_deleted_project_is_removed(project):
    folder = with_data(project)
    delete(project)

    removed = orphaned_folders_remove()

    assert removed == [(folder, project)]
    assert not folder.exists()


def test_the_folder_of_a_project_that_is_there_stays(project):
    folder = with_data(project)

    removed = orphaned_folders_remove()

    assert (removed, (folder / "data" / "base" / "1").read_bytes()) == ([], b"rows")


def test_a_folder_that_says_not_whose_it_is_stays(project):
    folder = with_data(project)
    (folder / "belongs-to.json").unlink()
    delete(project)

    assert (orphaned_folders_remove(), (folder / "data").exists()) == ([], True)


@pytest.mark.parametrize("record", ["", "{}", "[]", '{"root": 1, "mount": 2}', '{"root": "/no'])
def test_a_record_that_cannot_be_read_proves_nothing(project, record):
    folder = with_data(project)
    (folder / "belongs-to.json").write_text(record)
    delete(project)

    assert (orphaned_folders_remove(), (folder / "data").exists()) == ([], True)


def test_a_record_of_another_folder_proves_nothing(project):
    folder = with_data(project)
    record = {"root": "/nowhere/var/postgres", "mount": "/"}
    (folder / "belongs-to.json").write_text(json.dumps(record))
    delete(project)

    assert (orphaned_folders_remove(), (folder / "data").exists()) == ([], True)


def test_a_project_on_a_disk_that_is_not_mounted_keeps_its_folder(project):
    folder = with_data(project)
    record = {"root": str(project), "mount": str(project.parents[1])}
    (folder / "belongs-to.json").write_text(json.dumps(record))
    delete(project)

    assert (orphaned_folders_remove(), (folder / "data").exists()) == ([], True)


def test_a_link_is_followed_nowhere(project, outside, tmp_path):
    folder = with_data(project)
    kept = tmp_path / "kept"
    folder.rename(kept)
    folder.symlink_to(kept)
    delete(project)

    assert (orphaned_folders_remove(), (kept / "data").exists()) == ([], True)


@pytest.fixture
def memory(outside: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with enough memory for the data of tests."""
    folder = outside / "memory"
    folder.mkdir()
    monkeypatch.setattr(folders, "MEMORY_NEEDED", 0)
    return folder


def test_data_that_may_be_lost_lies_in_memory_until_its_project_is_gone(project, memory):
    server = EmbeddedPostgres(project, durable=False, in_memory=True)
    server.data.mkdir()
    home = server.data.parent

    assert (home.parent, orphaned_folders_remove()) == (memory, [])
    delete(project)
    assert (orphaned_folders_remove(), home.exists()) == ([(home, project)], False)


def test_other_data_lies_on_the_disk(project, memory):
    server = EmbeddedPostgres(project, durable=True)

    assert not server.data.is_relative_to(memory)


def test_where_memory_is_short_what_lies_there_is_found_and_nothing_new_is_laid(
    project, memory, monkeypatch
):
    there = memory_folder(project)
    monkeypatch.setattr(folders, "MEMORY_NEEDED", 2**60)

    assert memory_folder(project) == there
    assert memory_folder(project / "another") is None


def test_a_server_that_works_on_the_disk_is_found_there(project, memory):
    (project / "data").mkdir()
    (project / "data" / "postmaster.pid").touch()

    server = EmbeddedPostgres(project, durable=False, in_memory=True)

    assert not server.data.is_relative_to(memory)


@only_root
def test_memory_that_another_user_has_taken_is_left_alone(project, memory):
    there = memory_folder(project)
    assert there is not None
    os.chown(there, 65534, 65534)

    assert memory_folder(project) is None


@only_root
def test_the_folder_of_another_user_stays(project):
    folder = with_data(project)
    os.chown(folder, 65534, 65534)
    delete(project)

    assert (orphaned_folders_remove(), (folder / "data").exists()) == ([], True)


@pytest.mark.slow
@only_root
def test_a_server_that_runs_keeps_its_folder_until_it_ends(project):
    # Where only we may enter, the server's user gets a folder outside.
    project.parents[1].chmod(0o700)
    server = EmbeddedPostgres(project, durable=False)
    server.start()
    folder = server.data.parent
    delete(project)

    while_it_runs = orphaned_folders_remove()
    alive = server.sql("SELECT 1")
    server.stop()

    assert (while_it_runs, alive) == ([], "1")
    # Its keeper stops it now that nobody holds the lease; the next start clears away.
    removed: list[tuple[Path, Path]] = []
    deadline = time.monotonic() + 20
    while not removed:
        assert time.monotonic() < deadline, "the server does not end"
        removed = orphaned_folders_remove()
    assert (removed, folder.exists()) == ([(folder, project)], False)


@only_root
def test_who_holds_the_folder_is_known_in_another_process_too(project):
    folder = with_data(project)
    delete(project)
    holder = subprocess.Popen(
        [sys.executable, "-c", "import fcntl, sys; f = open(sys.argv[1], 'w');"
         " fcntl.flock(f, fcntl.LOCK_SH); print(flush=True); sys.stdin.read()",
         str(folder / "in-use")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    with holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        held = orphaned_folders_remove()
        holder.communicate()

    assert (held, orphaned_folders_remove()) == ([], [(folder, project)])
