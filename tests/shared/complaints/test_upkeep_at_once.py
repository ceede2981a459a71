"""Two workers that keep the cases of one agency at the same moment: everything happens once."""

from datetime import timedelta

import pytest

from shared.complaints import services
from shared.complaints.enums import EventKind
from shared.complaints.models import ComplaintEvent
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
        return services.cases_upkeep(actor=SYSTEM)


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


def test_fc24_two_workers_ask_about_each_promise_once(agency, answered):
    at_once(*[lambda: upkeep(agency)] * 2)

    found = kinds_of(agency, answered)
    assert {kinds.count(EventKind.PROMISE_ASKED) for kinds in found.values()} == {1}


def test_fc24_nobody_is_asked_who_says_it_or_reopens_at_that_moment(agency, answered):
    def tell():
        for number, reference in enumerate(answered):
            with agency_context(agency):
                if number % 2:
                    services.promise_tell(reference=reference, kept=True, actor=CITIZEN)
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
