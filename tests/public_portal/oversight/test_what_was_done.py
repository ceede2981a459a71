"""The log on an agency's page is in words, whole, and names the right people."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as installed
from django.core.checks import run_checks
from django.test import Client

from public_portal.oversight.agencies.selectors.history import ACTS, history_lines
from public_portal.oversight.agencies.selectors.workspaces import workspace_detail
from shared.accounts.enums import Role
from shared.accounts.services.users import user_create
from shared.audit.services import audit_record
from shared.jobs.presenters import job_detail
from shared.kernel import clock
from shared.kernel.actors import SYSTEM
from tenants.billing.enums import PaymentChange
from tenants.fleet.services.lifecycle.acting_administration import acting_administration_start
from tenants.fleet.services.lifecycle.destroy_orders import destroy_ask, destroy_confirm
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency
from tests.support.factories import PASSWORD, staff
from tests.support.sessions import open_session
from tests.tenants.fleet.lifecycle.people import (
    ACTING_OFFICERS,
    OPERATOR,
    REASON,
    SECOND,
    read_order,
    two_at_work,
)

pytestmark = pytest.mark.django_db

PAGE = "/agencies/roads/workspace/"
ACTION = re.compile(r'"((?:agency|billing|plan)\.[a-z_]+)"')
# Of no agency: a plan's own entry, an event's own entry.
OF_OTHERS = {"plan.loaded", "billing.event_replayed"}


@pytest.fixture
def operator(roads):
    user = user_create(
        email="operator@oversight.example",
        name="Operator",
        role=Role.OPERATOR,
        password=PASSWORD,
        actor=SYSTEM,
    )
    client = Client(headers={"host": "oversight.testserver"})
    open_session(client, user)
    client.cookies["language"] = "en"
    return client


def recorded_actions() -> set[str]:
    found = set()
    for app in ("tenants", "public_portal", "agency_console"):
        for file in (Path(installed.BASE_DIR) / app).rglob("*.py"):
            text = file.read_text()
            if "audit_record" in text or "record_in_both_logs" in text:
                found |= set(ACTION.findall(text))
    return found


def test_every_act_that_can_stand_there_has_words():
    named = recorded_actions()

    assert {"billing.refund_asked", "agency.renamed"} <= named
    assert named - OF_OTHERS - set(ACTS) == set()
    assert {f"billing.{turn}" for turn in PaymentChange} <= set(ACTS)


def test_what_is_told_of_a_part_of_it_is_there_and_a_namesakes_is_not(roads):
    audit_record(actor=OPERATOR, action="billing.refund_asked", subject="agency roads F-7 12000")
    audit_record(actor=OPERATOR, action="billing.refund_asked", subject="agency roads-north F-8 1")

    lines = history_lines(code="roads")

    assert [line.about for line in lines if line.about] == ["F-7 12000"]


def test_a_reason_stands_beside_its_act(roads, operator):
    acting_administration_start(
        agency_code="roads", reason=REASON, acting_officers=ACTING_OFFICERS, actor=OPERATOR
    )

    lines = history_lines(code="roads")

    assert (lines[0].words, lines[0].reason) == (str(ACTS["agency.taken_over"]), REASON)
    assert [line.reason for line in lines if line.reason] == [REASON]


def test_renaming_begins_with_the_names_as_they_are(operator):
    page = operator.get(f"{PAGE}rename/").text

    for name in ("الطرق", "Routes", "Roads"):
        assert f'value="{name}"' in page


def ask(waiver="Nobody wants the old letters."):
    Agency.objects.filter(code="roads").update(
        state="archived", passed_on=[], state_since=clock.now() - timedelta(days=40)
    )
    destroy_ask(
        agency_code="roads", typed_code="roads", reason=REASON, waiver=waiver, actor=OPERATOR
    )


def test_the_second_person_reads_waiver_bundle_and_consequences(operator):
    ask()

    page = operator.get(f"{PAGE}destroy-confirm/").text

    assert "Why no export is needed:" in page
    assert "Nobody wants the old letters." in page
    assert "No export contains everything up to now" in page
    assert "nothing can be restored except from an export" in page


def test_afterwards_each_person_and_each_moment_is_the_right_one(roads):
    ask()
    two_at_work()
    destroy_confirm(
        agency_code="roads", typed_code="roads", order_id=read_order("roads"), actor=SECOND
    )

    sheet = workspace_detail(code="roads", reader_id=0)

    assert (sheet.ended.asked_by, sheet.ended.agreed_by) == (OPERATOR.label, SECOND.label)
    assert sheet.job is not None
    assert job_detail(sheet.job).asked_by == ""


def test_a_taken_over_agency_reads_why(roads, client):
    user = staff(roads, Role.ADMINISTRATOR)
    acting_administration_start(
        agency_code="roads", reason=REASON, acting_officers=ACTING_OFFICERS[:1], actor=OPERATOR
    )
    with agency_context(roads):
        open_session(client, user)

    closed = client.get("/", headers={"host": "roads.testserver"})
    leaving = client.get("/leaving/", headers={"host": "roads.testserver"})

    assert closed.status_code == 403
    assert closed.content.decode().count(REASON) == 3
    assert REASON in leaving.content.decode()


def test_a_deploy_without_an_address_of_oversight_is_warned(settings):
    settings.OVERSIGHT_EMAIL = ""
    assert [one.id for one in run_checks(tags=["insaf"], include_deployment_checks=True)] == [
        "insaf.W001"
    ]

    settings.OVERSIGHT_EMAIL = "oversight@insaf.example"
    assert run_checks(tags=["insaf"], include_deployment_checks=True) == []
