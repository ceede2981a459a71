"""The demonstration's requests: one in each state, made once, and nowhere else."""

import pytest
from django.core.management import CommandError, call_command

from public_portal.workspace_requests.models import WorkspaceRequest
from shared.mail.models import Mail
from tests.public_portal.workspace_requests.applicant import body

pytestmark = pytest.mark.django_db


@pytest.fixture
def bodies():
    for code in ("onca", "onicl", "onmt"):
        body(code)


def test_one_request_of_each_state_is_made_once(bodies, settings):
    settings.DEMO = True

    call_command("seed_workspace_requests", verbosity=0)
    call_command("seed_workspace_requests", verbosity=0)

    rows = WorkspaceRequest.objects.order_by("created_at")
    assert [(row.organisation_code, row.state) for row in rows] == [
        ("onmt", "refused"),
        ("", "waiting"),
        ("onicl", "asked"),
        ("onca", "waiting"),
    ]
    assert Mail.objects.filter(sent_at=None).count() == 0


def test_nothing_is_made_up_outside_the_demonstration(bodies, settings):
    settings.DEMO = False

    with pytest.raises(CommandError):
        call_command("seed_workspace_requests")

    assert WorkspaceRequest.objects.count() == 0
