"""The register says what the agencies' events say, however it came to be."""

import pytest
from django.core.management import call_command

from shared.accounts.enums import Role
from shared.complaints import services
from shared.complaints.types import RatingDraft
from shared.kernel.actors import CITIZEN, SYSTEM
from shared.register.models import RegisterCase
from shared.register.services import register_project
from tenants.isolation.schema_switch import agency_context
from tests.support.factories import REPLY, filed, staff

pytestmark = pytest.mark.django_db


def register():
    rows = RegisterCase.objects.order_by("agency_code", "reference").values()
    return [{key: value for key, value in row.items() if key != "id"} for row in rows]


def test_a_rebuilt_register_equals_the_collected_one(roads, water):
    for agency in (roads, water):
        officer = staff(agency, Role.AGENT)
        reference = filed(agency).reference
        with agency_context(agency):
            services.complaint_reply(
                reference=reference, draft=REPLY, officer=officer, actor=SYSTEM
            )
            services.rating_give(
                reference=reference, draft=RatingDraft(resolved=False, handling=2), actor=CITIZEN
            )
            services.complaint_reopen(reference=reference, body="Still dark.", actor=CITIZEN)
        filed(agency)
    register_project(limit=1000)
    collected = register()

    RegisterCase.objects.update(status="closed", handling=5)
    call_command("rebuild_register")

    assert register() == collected
    assert [row["agency_code"] for row in collected] == ["roads", "roads", "water", "water"]
