"""FS14: two workers that bring late replies on at the same moment do each step once."""

from collections import Counter
from datetime import timedelta

import pytest

from shared.complaints import services
from shared.complaints.enums import ESCALATION_EVENTS
from shared.complaints.models import ComplaintEvent
from shared.complaints.selectors import case_events, complaint_get
from shared.kernel import clock
from shared.kernel.actors import SYSTEM
from shared.mail.models import Mail
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency
from tests.support.factories import REPLY, filed, officer_actor, staff
from tests.tenants.isolation.committed import at_once, committed_canaries, in_thread

pytestmark = pytest.mark.django_db

CASES = 12
LATE = timedelta(days=90)
# So long after the term, nobody is reminded of it any more.
MISSED = ESCALATION_EVENTS[2:]


@pytest.fixture(scope="module")
def agency(django_db_setup, django_db_blocker):
    """Every thread sees it; gone afterwards."""
    with django_db_blocker.unblock(), committed_canaries():
        yield in_thread(lambda: Agency.objects.get(code="dunes"))


def escalate(agency):
    with agency_context(agency), clock.travel(clock.now() + LATE):
        return services.cases_escalate(actor=SYSTEM)


@pytest.mark.all_cores
@pytest.mark.slow
def test_fs14_two_workers_do_each_step_once(agency):
    def file():
        staff(agency, email="late@dunes.example")
        with agency_context(agency):
            Mail.objects.filter(letter__startswith="escalation").delete()
        return [filed(agency).reference for _number in range(CASES)]

    references = in_thread(file)

    done = at_once(*[lambda: escalate(agency)] * 2)

    def stored():
        with agency_context(agency):
            rows = ComplaintEvent.objects.filter(
                complaint__reference__in=references, kind__in=ESCALATION_EVENTS
            )
            letters = Mail.objects.filter(letter__startswith="escalation")
            told = [(one.to, one.context["what"]) for one in letters]
            return Counter(rows.values_list("complaint__reference", "kind")), Counter(told)

    steps, letters = in_thread(stored)
    assert set(steps) == {(one, kind) for one in references for kind in MISSED}
    assert set(steps.values()) == {1}
    assert set(letters.values()) == {1}
    assert sum(done) >= CASES * len(MISSED)
    assert in_thread(lambda: escalate(agency)) == 0


@pytest.mark.all_cores
@pytest.mark.slow
def test_a_reply_at_the_same_moment_stops_the_chain_or_comes_after_it(agency):
    officer = in_thread(lambda: staff(agency, email="quick@dunes.example"))

    for _round in range(3):
        reference = in_thread(lambda: filed(agency).reference)

        def reply(reference=reference):
            with agency_context(agency), clock.travel(clock.now() + LATE):
                services.complaint_reply(
                    reference=reference, draft=REPLY, officer=officer, actor=officer_actor(officer)
                )

        at_once(lambda: escalate(agency), reply)

        def kinds(reference=reference):
            with agency_context(agency):
                events = case_events(complaint_get(reference=reference))
                return [event.kind for event in events]

        found = in_thread(kinds)
        steps = [kind for kind in found if kind in ESCALATION_EVENTS]
        after_reply = found[found.index("answered") :]
        assert steps in ([], list(MISSED))
        assert [kind for kind in after_reply if kind in ESCALATION_EVENTS] == []
