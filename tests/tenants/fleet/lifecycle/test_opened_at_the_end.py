"""A request is opened again in the instant in which its agency's destruction begins.

On two connections, committed as in life: whoever is second hears of the first, and nothing is lost.
"""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Event
from typing import Any

import pytest
from django.db import transaction

from shared.jobs.enums import JobState
from shared.jobs.services.job_runner import job_next
from shared.kernel.errors import DomainError
from tenants.case_access import gateway
from tenants.case_access.enums import KeyKind
from tenants.case_access.services import owned_cases
from tenants.case_access.services.one_time_links import follow_up_read, follow_up_sign
from tenants.case_access.services.reviews import review_ask, review_decide
from tenants.fleet.services.lifecycle import destruction
from tenants.fleet.services.lifecycle.destroy_orders import destroy_ask, destroy_confirm
from tenants.fleet.services.lifecycle.states import agency_archive
from tenants.models import Agency
from tenants.models.enums import AgencyState, ReviewDecision
from tests.support.agencies import committed_agencies
from tests.support.factories import organisation_of
from tests.support.processes import outside_connection
from tests.support.reviewed import ANALYST, REASON, TEXT, answer, refused_twice, request_filed
from tests.support.waiting import wait_until_somebody_waits
from tests.tenants.fleet.lifecycle.people import (
    OPERATOR,
    REASON as WHY,
    SECOND,
    read_order,
    two_at_work,
)
from tests.tenants.isolation.committed import in_thread, with_own_connection

pytestmark = pytest.mark.django_db

CODE, SUCCESSOR = "dunes", "oases"
PATIENCE = 20.0
LEFT = """
    DELETE FROM tenants_trackingtoken USING tenants_route r
        WHERE route_id = r.reference AND r.schema_name = 'a_dunes';
    DELETE FROM tenants_routeopening USING tenants_route r
        WHERE route_id = r.reference AND r.schema_name = 'a_dunes';
    DELETE FROM tenants_route WHERE schema_name = 'a_dunes';
    DELETE FROM tenants_review WHERE schema_name = 'a_dunes';
    DELETE FROM register_registeroutbox WHERE schema_name = 'a_dunes';
    DELETE FROM tenants_destroyorder WHERE agency_code = 'dunes';
    DELETE FROM jobs_job WHERE subject = 'dunes';
    DELETE FROM django_tasks_database_dbtaskresult
        WHERE args_kwargs -> 'kwargs' ->> '_schema' = 'a_dunes';
    DELETE FROM directory_organisation WHERE code IN ('dunes', 'oases');
    DELETE FROM accounts_user WHERE id IN (9001, 9002);
"""


def reopen(one, token):
    gateway.case_reopen(token=token, body="Not repaired.")


def send_back(one, token):
    review_decide(
        reference=one.reference, decision=ReviewDecision.SENT_BACK, text=TEXT, actor=ANALYST
    )


def agency_with_destroy_order(act):
    """An archived agency whose destruction two people have ordered, with one request answered."""
    agency = Agency.objects.get(code=CODE)
    if act is send_back:
        one = refused_twice(agency)
        review_ask(token=one.token, reason=REASON)
    else:
        one = request_filed(agency)
        answer(one)
    organisation_of(Agency.objects.get(code=SUCCESSOR))
    agency_archive(agency_code=CODE, reason=WHY, successor_code=SUCCESSOR, actor=OPERATOR)
    told = {"agency_code": CODE, "typed_code": CODE}
    destroy_ask(**told, reason=WHY, waiver="Nothing is in it.", actor=OPERATOR)
    two_at_work()
    destroy_confirm(**told, order_id=read_order(CODE), actor=SECOND)
    return one, one.token


@pytest.fixture
def agencies(monkeypatch):
    """Agencies that other connections see; a destruction stops after its first step."""

    def stop(handle, agency):
        raise OSError("the storage is away")

    monkeypatch.setattr(destruction, "_files", stop)
    with committed_agencies():
        yield
        outside = outside_connection()
        with outside.cursor() as cursor:
            cursor.execute(LEFT)
        outside.close()


def destroy():
    return job_next(worker="operator")


def said(act, *given):
    """What came of an act: nothing, or the code of its refusal."""
    try:
        act(*given)
    except DomainError as refusal:
        return refusal.code
    return ""


@pytest.mark.all_cores
@pytest.mark.slow
@pytest.mark.parametrize(
    ("act", "refusal"), [(reopen, "token_not_found"), (send_back, "case_not_found")]
)
def test_who_comes_while_the_open_ones_are_counted_is_refused(act, refusal, agencies, monkeypatch):
    one, token = in_thread(lambda: agency_with_destroy_order(act))
    counted, waits = Event(), Event()
    count = destruction.require_empty

    def slowly(agency):
        count(agency)
        counted.set()
        waits.wait(PATIENCE)

    monkeypatch.setattr(destruction, "require_empty", slowly)
    with ThreadPoolExecutor(max_workers=2) as pool:
        work = pool.submit(with_own_connection, destroy)
        counted.wait(PATIENCE)
        opened = pool.submit(with_own_connection, lambda: said(act, one, token))
        wait_until_somebody_waits()
        waits.set()

    assert opened.result() == refusal
    # After its first step, at the storage that is away.
    assert (work.result().state, work.result().fault) == (JobState.FAILED, "job_failed")
    assert Agency.objects.get(code=CODE).state == AgencyState.DESTROYED


@pytest.mark.all_cores
@pytest.mark.slow
def test_who_was_first_stops_the_destruction(agencies):
    one, token = in_thread(lambda: agency_with_destroy_order(reopen))
    opened, may_end = Event(), Event()

    def open_slowly():
        with transaction.atomic():
            reopen(one, token)
            opened.set()
            may_end.wait(PATIENCE)

    with ThreadPoolExecutor(max_workers=2) as pool:
        writing = pool.submit(with_own_connection, open_slowly)
        opened.wait(PATIENCE)
        work = pool.submit(with_own_connection, destroy)
        wait_until_somebody_waits()
        may_end.set()

    assert writing.result() is None
    assert (work.result().state, work.result().fault) == (JobState.FAILED, "cases_still_open")
    assert Agency.objects.get(code=CODE).state == AgencyState.ARCHIVED


def test_from_its_first_step_on_no_request_of_it_is_known(agencies):
    one, token = in_thread(lambda: agency_with_destroy_order(reopen))
    signed = in_thread(lambda: follow_up_sign(token=token))
    in_thread(destroy)
    pair: Any = {"reference": one.reference, "kind": KeyKind.RECEIPT, "value": one.receipt_code}
    shown: Any = {"tokens": [token], "references": [one.reference], "owner_id": None, "most": 5}

    # On other connections: what is read by mistake must not keep the tables from going.
    refusals = [
        in_thread(partial(said, door))
        for door in (
            lambda: gateway.case_show(token=token),
            lambda: gateway.tracking_open(**pair),
            lambda: gateway.receipt_get(reference=one.reference),
            lambda: follow_up_read(signed=signed),
        )
    ]

    assert refusals == ["token_not_found", "case_not_found", "case_not_found", "link_not_found"]
    assert in_thread(lambda: owned_cases.cases_of_session(**shown)) == []
