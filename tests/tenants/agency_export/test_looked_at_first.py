"""What is looked at before a bundle is restored, and what is told of it meanwhile."""

import pytest

from shared.jobs.enums import JobState
from shared.jobs.errors import JobCancelled
from shared.jobs.models import Job
from shared.kernel import clock
from shared.kernel.identifiers import uuid7
from tenants.agency_export.services.export_verification import export_open
from tenants.agency_export.services.restore import RestoreTarget, restore_target_require_free
from tenants.fleet.errors import AgencyCodeTaken

pytestmark = pytest.mark.django_db


def test_a_code_whose_destruction_failed_and_can_go_on(opened_export, tmp_path):
    lost = "a-code-of-before"
    Job.objects.create(
        id=uuid7(), kind="destroy", schema_name="public", subject=lost, steps=["close"],
        state=JobState.FAILED, asked_by="x", created_at=clock.now(),
    )  # fmt: skip

    place = RestoreTarget(
        code=lost, schema_name="a_code_of_before", host="code-of-before.testserver"
    )
    with (
        export_open(
            opened_export.path, identity=opened_export.keys.identity, folder=tmp_path
        ) as found,
        pytest.raises(AgencyCodeTaken),
    ):
        restore_target_require_free(opened_export=found, target=place)


def test_who_cancels_while_it_is_checked_is_not_told_of_a_broken_bundle(opened_export, tmp_path):
    def on_progress(done, total):
        raise JobCancelled

    with (
        pytest.raises(JobCancelled),
        export_open(
            opened_export.path,
            identity=opened_export.keys.identity,
            folder=tmp_path,
            on_progress=on_progress,
        ),
    ):
        pass
