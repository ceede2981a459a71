"""What stands in the way of a destruction stops it, and once it is away the work goes on."""

from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from shared.complaints.models import Attachment
from shared.jobs.enums import JobState
from shared.jobs.services.job_runner import job_retry
from tenants.isolation.schema_switch import agency_context
from tests.tenants.fleet.lifecycle.agencies_to_destroy import (
    archived,
    ask,
    confirm,
    lived,
    schemas,
    work,
)
from tests.tenants.fleet.lifecycle.people import OPERATOR

pytestmark = pytest.mark.django_db


def test_a_file_that_cannot_be_deleted_is_not_told_to_be_destroyed(ports, roads):
    lived(ports)
    with agency_context(ports):
        place = Attachment.objects.get().path
    archived(ports)
    ask()
    order = confirm()
    default_storage.delete(place)
    # A folder with something in it: not even the superuser deletes it as a file.
    default_storage.save(f"{place}/inside", ContentFile(b"x"))

    stopped = work()

    assert (stopped.state, stopped.step) == (JobState.FAILED, "files")
    assert "a_sea_ports" in schemas()
    default_storage.delete(f"{place}/inside")
    job_retry(job_id=order.job_id, actor=OPERATOR)
    assert work("two").state == JobState.DONE
    assert not Path(default_storage.path(place)).exists()
    assert schemas() == ["a_roads", "a_water"]
