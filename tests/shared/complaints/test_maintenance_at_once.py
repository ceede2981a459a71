"""Two workers that keep the cases of one agency at the same moment: everything happens once."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction

from shared.complaints import services
from shared.complaints.enums import EventKind
from shared.complaints.models import Complaint, ComplaintEvent
from shared.complaints.models.complaint import NO_TERM
from shared.complaints.services.history import case_lock
from shared.complaints.services.list_columns import due_dates_refresh
from shared.kernel import clock
from shared.kernel.actors import CITIZEN, SYSTEM
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency
from tests.support.factories import REPLY, filed, officer_actor, staff
from tests.tenants.isolation.committed import at_once, committed_canaries, in_thread

pytestmark = pytest.mark.django_db

CASES = 15
ASKED_AFTER = timedelta(days=29)


@pytest.fixture(scope="module")
def agency(django_db_setup, django_db_blocker):
    """Every thread sees it; gone afterwards."""
    with django_db_blocker.unblock(), committed_canaries():
        yield in_thread(lambda: Agency.objects.get(code="dunes"))


@pytest.fixture
def answered(agency):
    """References of answered cases about which nobody was asked."""

    def answer():
        officer = staff(agency, email=f"upkeep{clock.now():%f}@dunes.example")
        with clock.travel(clock.now() - ASKED_AFTER):
            references = [filed(agency).reference for _number in range(CASES)]
            for reference in references:
                with agency_context(agency):
                    services.complaint_reply(
                        reference=reference,
                        draft=REPLY,
                        officer=officer,
                        actor=officer_actor(officer),
                    )
        return references

    return in_thread(answer)


def upkeep(agency):
    with agency_context(agency):
        return services.expired_deadlines_apply(actor=SYSTEM)


def kinds_of(agency, references):
    def read():
        with agency_context(agency):
            rows = ComplaintEvent.objects.filter(complaint__reference__in=references)
            rows = rows.order_by("complaint_id", "position")
            found: dict[str, list[str]] = {}
            for reference, kind in rows.values_list("complaint__reference", "kind"):
                found.setdefault(reference, []).append(kind)
            return found

    return in_thread(read)


@pytest.mark.all_cores
@pytest.mark.slow
def test_fc24_two_workers_ask_about_each_promise_once(agency, answered):
    at_once(*[lambda: upkeep(agency)] * 2)

    found = kinds_of(agency, answered)
    assert {kinds.count(EventKind.PROMISE_ASKED) for kinds in found.values()} == {1}


@pytest.mark.all_cores
@pytest.mark.slow
def test_fc24_nobody_is_asked_who_says_it_or_reopens_at_that_moment(agency, answered):
    def tell():
        for number, reference in enumerate(answered):
            with agency_context(agency):
                if number % 2:
                    services.promise_report(reference=reference, kept=True, actor=CITIZEN)
                else:
                    services.complaint_reopen(reference=reference, body="No.", actor=CITIZEN)

    at_once(lambda: upkeep(agency), tell)

    for kinds in kinds_of(agency, answered).values():
        said = [
            kind
            for kind in kinds
            if kind in (EventKind.PROMISE_TOLD, EventKind.REOPENED, EventKind.PROMISE_ASKED)
        ]
        assert said in ([said[-1]], [EventKind.PROMISE_ASKED, said[-1]])
        assert said[-1] != EventKind.PROMISE_ASKED


def while_held(agency, reference, act: Callable[[], object]):
    """Do something while another connection has a case locked."""

    def hold():
        with agency_context(agency), transaction.atomic():
            case_lock(reference=reference)
            in_thread(act)

    in_thread(hold)


@pytest.mark.slow
def test_fc24_case_that_somebody_holds_waits_for_the_next_hour_and_no_other_one(agency, answered):
    held, *others = answered

    while_held(agency, held, lambda: upkeep(agency))

    asked = {
        reference: EventKind.PROMISE_ASKED in kinds
        for reference, kinds in kinds_of(agency, answered).items()
    }
    assert asked == {held: False, **dict.fromkeys(others, True)}

    in_thread(lambda: upkeep(agency))

    assert EventKind.PROMISE_ASKED in kinds_of(agency, [held])[held]


def test_fc24_last_day_of_a_case_that_somebody_holds_is_computed_another_time(agency):
    def filed_without_a_day():
        references = [filed(agency).reference for _number in range(2)]
        with agency_context(agency):
            Complaint.objects.filter(reference__in=references).update(risk_on=NO_TERM)
        return references

    def has_day(reference):
        with agency_context(agency):
            return Complaint.objects.get(reference=reference).risk_on != NO_TERM

    def refresh():
        with agency_context(agency):
            due_dates_refresh(at=clock.now())

    held, free = in_thread(filed_without_a_day)

    while_held(agency, held, refresh)

    assert in_thread(lambda: [has_day(held), has_day(free)]) == [False, True]
