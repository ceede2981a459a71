"""What becomes of a stored file whose row is not written."""

import pytest

from shared.files.errors import StorageFull
from shared.files.upload_storage import file_is_stored, file_stored
from shared.kernel.errors import Unreachable


def stored_and(failure):
    """Store a file, fail before its row is known to be written, and tell whether it is there."""
    places = []

    def work():
        with file_stored(b"a file") as path:
            places.append(path)
            raise failure

    with pytest.raises(type(failure)):
        work()
    return file_is_stored(places[0])


def test_a_refusal_leaves_no_file_behind():
    assert not stored_and(StorageFull(retry_after=1))


def without_an_answer():
    """A commit that a server did not answer."""
    refusal = Unreachable(retry_after=1)
    refusal.is_outcome_unknown = True
    return refusal


def test_a_server_that_was_never_asked_leaves_no_file_behind_either():
    assert not stored_and(Unreachable(retry_after=1))


@pytest.mark.parametrize("failure", [without_an_answer(), ConnectionError()])
def test_what_may_have_been_written_keeps_its_file(failure):
    """A commit whose answer is lost may have been made: the row would name nothing."""
    assert stored_and(failure)
