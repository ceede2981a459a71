"""The name of a place proves whose it is; what is no place is opened by nobody."""

import os
from pathlib import Path

import pytest
from django.core.files.storage import default_storage

from shared.files import upload_storage
from shared.files.places import (
    EXPORTS,
    ForeignPlace,
    is_place_of,
    is_unbound,
    place_bound,
    place_make,
)
from shared.files.upload_storage import (
    file_is_stored,
    file_link,
    file_read,
    file_stored,
    files_delete,
    files_forget,
)

OWN, OTHER = "a_roads", "a_water"


@pytest.fixture(autouse=True)
def storage(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    (tmp_path / "secret").write_bytes(b"secret")
    return tmp_path


def stored(owner=OWN, **where):
    with file_stored(b"a file", owner=owner, **where) as path:
        return path


def test_a_place_belongs_to_one_schema_and_one_folder():
    path = place_make(owner=OWN)

    assert is_place_of(path, owner=OWN)
    assert not is_place_of(path, owner=OTHER)
    assert not is_place_of(path, owner=OWN, folder=EXPORTS)
    assert not is_place_of(path.replace("attachments", "exports"), owner=OWN, folder=EXPORTS)
    assert len({place_make(owner=OWN)[:16] for _number in range(20)}) > 1
    assert OWN not in path


def test_a_place_of_another_key_is_nobodys(settings):
    path = place_make(owner=OWN)
    settings.LOOKUP_KEY = "another"
    assert not is_place_of(path, owner=OWN)
    bound = place_bound(path, owner=OWN)
    assert is_place_of(bound, owner=OWN)
    assert place_bound(bound, owner=OWN) == bound


HOSTILE = [
    "",
    "attachments",
    "attachments/",
    "attachments/../../secret",
    "../secret",
    "/etc/passwd",
    "attachments/0000/" + "0" * 31,
    "attachments/0000/" + "0" * 48,
    "attachments/0000/" + "0" * 48 + "\n",
    "attachments/0000/" + "0" * 47 + "\0",
    "exports/0000/" + "0" * 32,
    "attachments//0000/" + "0" * 32,
    "ATTACHMENTS/0000/" + "0" * 32,
    "attachments/٠٠٠٠/" + "0" * 32,
]


@pytest.mark.parametrize("path", HOSTILE)
def test_what_is_no_place_is_not_there(path):
    with pytest.raises(FileNotFoundError):
        file_read(path, owner=OWN)
    with pytest.raises(FileNotFoundError):
        file_link(path, owner=OWN, to=OTHER)
    assert not file_is_stored(path, owner=OWN)
    files_forget([path], owner=OWN)
    files_delete([path], owner=OWN)
    assert not is_unbound(path)


@pytest.mark.parametrize("where", [{"owner": OTHER}, {"owner": "public"}, {"folder": EXPORTS}])
def test_what_is_foreign_is_neither_read_nor_copied_nor_deleted(where):
    path = stored(**where)

    with pytest.raises(FileNotFoundError):
        file_read(path, owner=OWN)
    with pytest.raises(FileNotFoundError):
        file_link(path, owner=OWN, to=OWN)
    assert not file_is_stored(path, owner=OWN)
    files_forget([path], owner=OWN)
    files_delete([path], owner=OWN)
    assert default_storage.exists(path)


def test_a_symbolic_link_is_no_file(storage):
    path = stored()
    target = Path(default_storage.path(path))
    target.unlink()
    target.symlink_to(storage / "secret")

    with pytest.raises(ForeignPlace):
        file_read(path, owner=OWN)
    with pytest.raises(ForeignPlace):
        file_link(path, owner=OWN, to=OTHER)


def test_a_link_is_the_same_file_at_a_place_of_the_other_and_is_young():
    path = stored()
    os.utime(default_storage.path(path), (0, 0))

    place = file_link(path, owner=OWN, to=OTHER)

    assert Path(default_storage.path(path)).samefile(default_storage.path(place))
    # Else the sweep would take it for an old leftover before its row is committed.
    assert Path(default_storage.path(place)).stat().st_mtime > 1_000_000
    files_delete([path], owner=OWN)
    assert file_read(place, owner=OTHER) == b"a file"


def test_without_hard_links_the_bytes_are_copied(monkeypatch):
    def refuse(*_one, **_more):
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr(upload_storage.os, "link", refuse)
    path = stored()

    place = file_link(path, owner=OWN, to=OTHER)

    assert file_read(place, owner=OTHER) == b"a file"
    assert not Path(default_storage.path(path)).samefile(default_storage.path(place))
