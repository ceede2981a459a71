"""Two officers merge the same two cases at the same moment, and undo and answer them."""

from functools import partial
from threading import Event

import pytest

from shared.accounts.enums import Role
from shared.complaints import services
from shared.complaints.enums import EventKind, Status
from shared.complaints.errors import CaseMerged, HasMergedCases, StaleCase
from shared.complaints.selectors import case_events, complaint_get
from shared.complaints.services import merge as merging
from shared.kernel.actors import CITIZEN
from shared.kernel.errors import DomainError
from tenants.case_access.services.email_changes import email_change_begin, email_prove
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency
from tenants.models.enums import LinkPurpose
from tests.support.custody import Moving
from tests.support.factories import REPLY, filed_and_proved, officer_actor, staff
from tests.support.sampling import repeats
from tests.tenants.custody.citizen_acts import key_for
from tests.tenants.isolation.committed import at_once, committed_canaries, in_thread

pytestmark = pytest.mark.django_db

ROUNDS = repeats(range(8))
# As long as whoever waits for nobody would need.
A_MOMENT = 1


@pytest.fixture(scope="module")
def office(django_db_setup, django_db_blocker):
    """Two officers of a committed agency: every thread sees it; gone afterwards."""
    with django_db_blocker.unblock(), committed_canaries():
        yield in_thread(_office)


def _office():
    agency = Agency.objects.get(code="dunes")
    names = ("one", "two")
    return agency, [staff(agency, Role.AGENT, f"{name}.merges@dunes.example") for name in names]


def tried(agency, act, **arguments):
    """Do it in a transaction of its own; returns the refusal, or nothing."""
    with agency_context(agency):
        try:
            act(**arguments)
        except DomainError as refusal:
            return type(refusal)
    return None


def pair_of(agency):
    return in_thread(lambda: [filed_and_proved(agency).reference for _case in range(2)])


def state_of(agency, *references):
    def read():
        with agency_context(agency):
            return [
                (case.is_merged, case.status, [event.kind for event in case_events(case)])
                for case in [complaint_get(reference=one) for one in references]
            ]

    return in_thread(read)


@pytest.mark.parametrize("_round", ROUNDS)
def test_of_two_opposite_merges_one_wins_and_the_other_is_refused(office, _round):
    agency, officers = office
    first, second = pair_of(agency)
    merge = partial(tried, agency, services.case_merge)

    answers = at_once(
        partial(merge, reference=first, into=second, actor=officer_actor(officers[0])),
        partial(merge, reference=second, into=first, actor=officer_actor(officers[1])),
    )

    assert sorted(answers, key=str) in ([CaseMerged, None], [HasMergedCases, None])
    states = state_of(agency, first, second)
    assert sorted(one for one, _status, _kinds in states) == [False, True]
    assert sum(EventKind.MERGED in kinds for _one, _status, kinds in states) == 1


@pytest.mark.parametrize("_round", ROUNDS)
def test_reply_and_undoing_at_once_leave_no_case_between_them(office, _round):
    agency, officers = office
    main, later = pair_of(agency)
    actor = officer_actor(officers[0])
    in_thread(partial(tried, agency, services.case_merge, reference=later, into=main, actor=actor))

    at_once(
        partial(
            tried, agency, services.complaint_reply, reference=main, draft=REPLY,
            officer=officers[0], actor=actor,
        ),
        partial(tried, agency, services.case_unmerge, reference=later, actor=actor),
        partial(
            tried, agency, services.citizen_message_add, reference=later, body="?", actor=CITIZEN
        ),
    )  # fmt: skip

    (_no, answered, _kinds), (is_merged, status, kinds) = state_of(agency, main, later)
    assert answered == Status.ANSWERED
    assert not is_merged
    # Answered with the main case, or by itself again before: never both.
    assert (status == Status.ANSWERED) == (EventKind.UNMERGED not in kinds)


def test_merge_that_is_pressed_twice_happens_once(office):
    agency, officers = office
    main, later = pair_of(agency)
    twice = partial(
        tried, agency, services.case_merge,
        reference=later, into=main, actor=officer_actor(officers[0]), version=1,
    )  # fmt: skip

    answers = at_once(twice, twice)

    assert sorted(answers, key=str) == [StaleCase, None]


def test_address_that_changes_while_its_request_is_merged_parts_both_again(office, monkeypatch):
    agency, officers = office
    main, later = in_thread(lambda: [filed_and_proved(agency) for _case in range(2)])
    one = Moving(later.reference, later.receipt_code)
    lock, begun, proved = merging.cases_lock, Event(), Event()

    def lock_later(**given):
        begun.set()
        # Whoever changes the address waits for this merge, and has locked nothing for which it
        # waits in turn.
        proved.wait(timeout=A_MOMENT)
        return lock(**given)

    def asked():
        email_change_begin(token=one.token, email="another@example.org")
        email_prove(key=key_for(one, LinkPurpose.OLD_EMAIL))
        return key_for(one, LinkPurpose.NEW_EMAIL)

    def prove():
        begun.wait(timeout=10)
        email_prove(key=key)
        proved.set()

    key = in_thread(asked)
    monkeypatch.setattr(merging, "cases_lock", lock_later)
    actor = officer_actor(officers[0])
    references = {"reference": later.reference, "into": main.reference}
    refused, _none = at_once(
        partial(tried, agency, services.case_merge, **references, actor=actor), prove
    )

    assert refused is None
    _main, (is_merged, _status, kinds) = state_of(agency, main.reference, later.reference)
    assert not is_merged
    assert kinds[-3:] == [EventKind.MERGED, EventKind.UNMERGED, EventKind.EMAIL_CHANGED]
