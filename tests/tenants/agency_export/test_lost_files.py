"""A file that does not travel, whose row names a place at which something lies."""

import pytest

from shared.complaints.errors import AttachmentMissing
from shared.complaints.models import Attachment
from shared.complaints.services import attachment_content
from shared.files.places import place_bound
from shared.jobs.enums import JobState
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency
from tests.support.sampling import repeats
from tests.tenants.agency_export.estate import CODE, restore_asked, worked
from tests.tenants.agency_export.malicious_exports import parts_of
from tests.tenants.agency_export.test_refused import STRANGE, changed, refused, with_lost_file

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", repeats(["missing", "infected"], keep=1))
def test_a_row_that_names_a_file_which_is_somebody_elses(kind, opened_export, tmp_path, settings):
    theirs = file_laid(settings, STRANGE)
    path = changed(
        opened_export, tmp_path, with_lost_file(parts_of(opened_export), STRANGE, kind=kind)
    )
    try:
        done = worked(restore_asked(opened_export, path=path))
        assert theirs.read_bytes() == b"of another agency"
    finally:
        theirs.unlink()

    # The report says so, and the row names a place of the agency itself, where nothing lies.
    assert (done.state, done.result[kind], done.result["files"]) == (JobState.DONE, 1, 2)
    with agency_context(Agency.objects.get(code=CODE)):
        row = Attachment.objects.get(path=place_bound(STRANGE, owner=f"a_{CODE}"))
        with pytest.raises(AttachmentMissing):
            attachment_content(attachment=row)


@pytest.mark.parametrize("kind", repeats(["missing", "infected"], keep=1))
def test_a_lost_file_at_whose_place_something_lies(kind, opened_export, tmp_path, settings):
    lying = file_laid(settings, place_bound(STRANGE, owner=f"a_{CODE}"))
    path = changed(
        opened_export, tmp_path, with_lost_file(parts_of(opened_export), STRANGE, kind=kind)
    )
    try:
        assert refused(opened_export, path=path) == "bundle_collision"
    finally:
        lying.unlink()


def file_laid(settings, place):
    """A file of somebody else in the storage."""
    path = settings.MEDIA_ROOT / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"of another agency")
    return path
