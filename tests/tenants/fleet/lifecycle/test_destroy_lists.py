"""The files of lists that officers exported go with their agency."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from agency_console.bulk_actions.enums import BulkActionKind, BulkState
from agency_console.bulk_actions.models import BulkAction
from shared.accounts.models import User
from shared.files.places import EXPORTS, place_make
from shared.jobs.enums import JobState
from shared.kernel import clock
from shared.kernel.identifiers import uuid7
from tenants.isolation.schema_switch import agency_context
from tests.support.factories import staff
from tests.tenants.fleet.lifecycle.agencies_to_destroy import archived, ask, confirm, lived, work

pytestmark = pytest.mark.django_db


def test_the_file_of_a_list_is_destroyed(ports, roads):
    lived(ports)
    place = place_make(owner=ports.schema_name, folder=EXPORTS)
    default_storage.save(place, ContentFile(b"cases"))
    officer: User = staff(ports, email="lists@ports.example")
    with agency_context(ports):
        BulkAction.objects.create(
            id=uuid7(),
            officer=officer,
            kind=BulkActionKind.EXPORT,
            arguments={"format": "csv", "language": "fr"},
            case_ids=[1],
            case_versions=[1],
            state=BulkState.DONE,
            path=place,
            created_at=clock.now(),
            changed_at=clock.now(),
            ended_at=clock.now(),
        )
    archived(ports)
    ask()
    confirm()
    assert default_storage.exists(place)

    assert work().state == JobState.DONE

    assert not default_storage.exists(place)
