"""A process is killed between any two steps of the move of a file: none is lost, none is left."""

import os
from datetime import timedelta

import pytest

from public_portal.intake.services.files import files_sweep
from shared.complaints.models import Attachment
from shared.complaints.types import UploadedContent
from shared.files.storage_listing import SLICES
from shared.files.upload_storage import file_read
from shared.kernel import clock
from shared.kernel.actors import SYSTEM
from shared.kernel.failpoint import VARIABLE
from tenants.case_access import gateway
from tenants.case_access.services import routes
from tenants.custody.services import moves
from tenants.custody.services.offers import offer_accept
from tenants.custody.tasks import complete_moves
from tenants.fleet.tasks import keep_files
from tenants.isolation.schema_switch import agency_context
from tenants.models import CaseMove, FileRelease, Route
from tests.support.custody import offer, request_filed
from tests.support.files import files_left
from tests.support.processes import in_child
from tests.tenants.isolation.committed import in_thread

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

CONTENTS = [b"water", b"more water"]
WEEK = timedelta(days=7, minutes=1)


def begun(sender, receiver):
    one = request_filed(sender)
    for content in CONTENTS:
        upload = UploadedContent(name="cellar.txt", content=content)
        gateway.attachment_add(token=one.token, upload=upload)
    return one, offer(one, receiver).pk


def held(one):
    """Places of the files at the holder of a case, whose bytes are there."""
    with agency_context(Route.objects.select_related("agency").get(pk=one.reference).agency):
        rows = list(Attachment.objects.filter(complaint__reference=one.reference).order_by("at"))
        assert [file_read(row.path) for row in rows] == CONTENTS
        return {row.path for row in rows}


def upkeep():
    complete_moves.func(_schema="public")  # type: ignore[call-arg]
    keep_files.func(_schema="public")  # type: ignore[call-arg]


def sweep():
    with clock.travel(clock.now() + WEEK):
        return sum(files_sweep(begins=begins) for begins in SLICES)


@pytest.mark.parametrize("is_in_cluster", [False, True])
@pytest.mark.parametrize(
    "point",
    [
        "file_link:before",
        "file_link:after",
        "move:committed",
        "file_unlink:before",
        "file_unlink:after",
    ],
)
def test_no_file_is_lost_wherever_its_move_is_killed(
    three, settings, monkeypatch, tmp_path, point, is_in_cluster
):
    settings.ADDRESS_BOOK_SECONDS = 0
    settings.MEDIA_ROOT = tmp_path
    if is_in_cluster:
        for module in (moves, routes):
            monkeypatch.setattr(module, "is_cluster", lambda: True)
    sender, receiver, _third = three
    one, offer_id = in_thread(lambda: begun(sender, receiver))
    before = in_thread(lambda: held(one))

    def killed():
        os.environ[VARIABLE] = point
        offer_accept(agency=receiver, offer_id=offer_id, actor=SYSTEM)

    assert in_child(killed) == -9
    is_moved = not point.startswith("file_link")
    if not (is_in_cluster and point == "move:committed"):
        assert (in_thread(lambda: held(one)) == before) is not is_moved
    in_thread(upkeep)

    after = in_thread(lambda: held(one))
    # What was linked for a move that was rolled back is swept after a week, and not earlier.
    assert (files_left(tmp_path) == after) is (point != "file_link:after")
    assert in_thread(sweep) == (point == "file_link:after")
    assert files_left(tmp_path) == after
    assert (after.isdisjoint(before), after == before) == (is_moved, not is_moved)
    assert in_thread(lambda: (FileRelease.objects.exists(), CaseMove.objects.exists())) == (
        False,
        False,
    )
