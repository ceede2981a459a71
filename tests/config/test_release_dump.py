"""What bin/dev dump_release takes into a dump, and what it refuses."""

import io
import subprocess
import tarfile
from pathlib import Path

import _release
import pytest
from _bootstrap import Failed


@pytest.fixture
def project(tmp_path, monkeypatch) -> Path:
    """A project under version control, with one commit."""
    root: Path = tmp_path / "project"
    (root / "locale").mkdir(parents=True)
    (root / "requirements.txt").write_text("django==5.2\n")
    monkeypatch.setattr(_release, "ROOT", root)
    _git(root, "init", "--quiet")
    _commit(root)
    return root


def _git(root: Path, *command: str) -> str:
    who = ("-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false")
    done = subprocess.run(
        ["git", *who, *command], cwd=root, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def _commit(root: Path) -> str:
    _git(root, "add", "--all")
    _git(root, "commit", "--quiet", "--message=x")
    return _git(root, "rev-parse", "HEAD")


@pytest.mark.parametrize("name", ["requirements.txt", "new.py"])
def test_changed_tree_is_refused(project, name):
    (project / name).write_text("changed\n")

    with pytest.raises(Failed, match=r"what has changed first \(1 files\)"):
        _release.dump_release([])


def test_unknown_commit_is_refused(project):
    with pytest.raises(Failed, match="git rev-parse"):
        _release.dump_release(["no-such-commit"])


def test_code_of_the_commit_is_built_and_nothing_newer(project, tmp_path):
    former = _git(project, "rev-parse", "HEAD")
    (project / "newer.py").touch()
    _commit(project)

    tree = _release._checked_out(former, tmp_path / "tree")

    assert (tree / "requirements.txt").exists()
    assert not (tree / "newer.py").exists()


def test_commit_that_needs_other_packages_is_refused(project, tmp_path):
    former = _git(project, "rev-parse", "HEAD")
    (project / "requirements.txt").write_text("django==6.0\n")
    _commit(project)

    with pytest.raises(Failed, match="needs other packages"):
        _release._checked_out(former, tmp_path / "tree")


def test_stored_files_are_packed_without_owner_and_time(tmp_path):
    place = tmp_path / "media" / "attachments" / "one"
    place.parent.mkdir(parents=True)
    place.write_bytes(b"content")

    content = _release._packed(tmp_path / "media")

    with tarfile.open(fileobj=io.BytesIO(content)) as packed:
        (one,) = packed.getmembers()
        assert (one.name, one.mtime, one.uid, one.uname) == ("attachments/one", 0, 0, "")
    assert _release._zipped(content) == _release._zipped(content)
