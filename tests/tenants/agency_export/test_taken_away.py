"""The files of a restoring that was broken off are deleted, or it is said that they are not."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from tenants.agency_export.services.file_restore import PLACED, files_remove

HERE, FULL, GONE = (f"attachments/7a/{letter * 32}" for letter in "abc")


@pytest.fixture(autouse=True)
def stored():
    default_storage.save(HERE, ContentFile(b"x"))
    # A folder with something in it: not even the superuser deletes it as a file.
    default_storage.save(f"{FULL}/inside", ContentFile(b"x"))
    yield
    for path in (f"{FULL}/inside", FULL, HERE):
        default_storage.delete(path)


def test_what_is_gone_already_is_well_and_what_stays_is_an_error(tmp_path):
    record = tmp_path / PLACED
    record.write_text(f"{GONE}\n{HERE}\n{FULL}\n")

    with pytest.raises(OSError, match="not empty"):
        files_remove(folder=tmp_path)

    assert not default_storage.exists(HERE)
    assert record.exists()
    default_storage.delete(f"{FULL}/inside")
    files_remove(folder=tmp_path)
    assert not default_storage.exists(FULL)


def test_a_name_half_written_by_a_killed_process_is_nobodys_file(tmp_path):
    (tmp_path / PLACED).write_text(f"{HERE}\nattachments/7a")

    files_remove(folder=tmp_path)

    assert (default_storage.exists(HERE), default_storage.exists(f"{FULL}/inside")) == (False, True)
