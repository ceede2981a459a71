"""FS12: an interim reply with what was done, the reason of the delay, and a new day."""

from datetime import UTC, date, datetime, timedelta

import pytest

from shared.complaints import services
from shared.complaints.enums import EventKind, Kind, MessageKind, Status
from shared.complaints.errors import (
    InterimDayInvalid,
    InterimLimit,
    InterimNeedsApproval,
    PartTooShort,
    TransitionNotAllowed,
)
from shared.complaints.models import ComplaintEvent
from shared.complaints.selectors import complaint_get, interim_tally, public_case
from shared.complaints.types import InterimDraft
from shared.kernel import clock
from shared.kernel.actors import CITIZEN
from shared.mail.models import Mail
from shared.register.models import RegisterOutbox
from shared.units.types import WHOLE_AGENCY, UnitScope
from tenants.isolation.schema_switch import agency_context
from tests.support.factories import REPLY, filed, mailbox_answered, officer_actor, staff

pytestmark = pytest.mark.django_db

FILED = date(2026, 3, 2)
DONE = "We measured the lamp and ordered the part from the maker."
DELAY = "The part is made abroad and arrives in three weeks."


def on(day):
    return clock.travel(datetime(day.year, day.month, day.day, 10, tzinfo=UTC))


def interim(until, **changes):
    return InterimDraft(**{"done": DONE, "delay": DELAY, "until": until, **changes})


@pytest.fixture
def reference(roads):
    with on(FILED):
        return filed(roads).reference


@pytest.fixture
def officer(roads):
    return staff(roads)


@pytest.fixture
def send(roads, officer, reference):
    def sending(day, until, *, is_approved=False, **changes):
        with on(day), agency_context(roads):
            return services.interim_send(
                reference=reference,
                draft=interim(until, **changes),
                officer=officer,
                actor=officer_actor(officer),
                is_approved=is_approved,
            )

    return sending


def case_of(agency, reference):
    with agency_context(agency):
        return complaint_get(reference=reference)


@pytest.mark.parametrize("kind", list(Kind))
def test_fs12_an_interim_reply_is_sent_counted_and_shown_and_closes_nothing(roads, officer, kind):
    with on(FILED):
        reference = filed(roads, kind=kind).reference
    before = case_of(roads, reference)
    with on(FILED + timedelta(10)), agency_context(roads):
        services.interim_send(
            reference=reference, draft=interim(date(2026, 4, 20)), officer=officer,
            actor=officer_actor(officer), is_approved=False,
        )  # fmt: skip

    case = case_of(roads, reference)
    assert (case.status, case.due_on) == (before.status, before.due_on)
    assert (case.interim_until, case.interim_replies) == (date(2026, 4, 20), 1)
    with on(FILED + timedelta(11)), agency_context(roads):
        shown = public_case(reference=reference)
        (letter,) = Mail.objects.filter(letter="interim")
    (message,) = shown.messages
    assert (message.kind, shown.interim_until) == (MessageKind.INTERIM, date(2026, 4, 20))
    assert DONE in message.body
    assert DELAY in message.body
    assert "20 avril 2026" in message.body
    assert (shown.timeline[-1].kind, shown.timeline[-1].until) == (
        EventKind.INTERIM_REPLY,
        date(2026, 4, 20),
    )
    assert letter.context["until"] == "2026-04-20"
    assert DONE not in str(letter.context)
    announced = RegisterOutbox.objects.filter(reference=reference).order_by("position")
    assert [row.event for row in announced] == ["received", "interim_reply"]


def test_fs12_the_legal_clock_does_not_stop_for_it(roads, send, reference):
    send(FILED + timedelta(10), FILED + timedelta(50))

    with on(FILED + timedelta(40)), agency_context(roads):
        shown = public_case(reference=reference)
    assert (shown.clock.elapsed, shown.due_on) == (40, FILED + timedelta(60))


@pytest.mark.parametrize("ahead", [-1, 0, 61])
def test_fs12_the_new_day_is_after_today_and_sixty_days_ahead_at_most(
    roads, send, reference, ahead
):
    with pytest.raises(InterimDayInvalid) as refused:
        send(FILED, FILED + timedelta(ahead))

    assert refused.value.field == "until"
    assert case_of(roads, reference).interim_replies == 0


@pytest.mark.parametrize("ahead", [1, 60])
def test_the_first_and_the_last_day_are_possible(send, ahead):
    assert send(FILED, FILED + timedelta(ahead)).kind == MessageKind.INTERIM


@pytest.mark.parametrize("part", ["done", "delay"])
def test_each_part_says_something(send, part):
    with pytest.raises(PartTooShort) as refused:
        send(FILED, FILED + timedelta(20), **{part: "Soon."})

    assert refused.value.field == part


def test_fs12_the_second_one_needs_the_head_of_the_agency_and_the_third_is_refused(
    roads, send, reference
):
    send(FILED, FILED + timedelta(20))
    with pytest.raises(InterimNeedsApproval):
        send(FILED + timedelta(5), FILED + timedelta(30))

    send(FILED + timedelta(5), FILED + timedelta(30), is_approved=True)

    with pytest.raises(InterimLimit):
        send(FILED + timedelta(6), FILED + timedelta(40), is_approved=True)
    assert case_of(roads, reference).interim_until == FILED + timedelta(30)


def test_a_reopened_case_begins_anew(roads, send, officer, reference):
    send(FILED, FILED + timedelta(20))
    with on(FILED + timedelta(8)), agency_context(roads):
        services.complaint_reply(
            reference=reference, draft=REPLY, officer=officer, actor=officer_actor(officer)
        )
    with pytest.raises(TransitionNotAllowed):
        send(FILED + timedelta(9), FILED + timedelta(30))
    with on(FILED + timedelta(10)), agency_context(roads):
        services.complaint_reopen(reference=reference, body="No.", actor=CITIZEN)

    case = case_of(roads, reference)
    assert (case.status, case.interim_until, case.interim_replies) == (Status.REOPENED, None, 0)
    send(FILED + timedelta(11), FILED + timedelta(30))
    assert case_of(roads, reference).interim_replies == 1


def test_fs12_kept_days_are_counted(roads, officer, django_assert_num_queries):
    actor = officer_actor(officer)

    def case(until, replied):
        with on(FILED), agency_context(roads):
            reference = filed(roads).reference
        with on(FILED), agency_context(roads):
            services.interim_send(
                reference=reference, draft=interim(until), officer=officer, actor=actor,
                is_approved=False,
            )  # fmt: skip
        if replied:
            with on(replied), agency_context(roads):
                services.complaint_reply(
                    reference=reference, draft=REPLY, officer=officer, actor=actor
                )

    def after(days):
        return FILED + timedelta(days)

    case(after(10), after(10))
    case(after(10), after(11))
    case(after(10), None)
    case(after(50), None)

    def tally(**changes):
        asked = {
            "first": FILED, "last": FILED, "kind": None, "scope": WHOLE_AGENCY, "user_id": 0,
        } | changes  # fmt: skip
        with on(after(20)), agency_context(roads), django_assert_num_queries(1):
            return tuple(interim_tally(**asked))

    assert tally() == (4, 3, 1)
    assert tally(last=FILED - timedelta(1), first=FILED - timedelta(9)) == (0, 0, 0)
    assert tally(kind="proposal") == (0, 0, 0)
    assert tally(scope=UnitScope(unit_ids=frozenset([999]))) == (0, 0, 0)
    with agency_context(roads):
        assert ComplaintEvent.objects.filter(until__isnull=False).count() == 4


def test_fs12_a_merged_case_has_its_own_two_interim_replies(roads, send, officer, reference):
    """Else its citizen would read a third one, or a second one that nobody above agreed to."""
    first = FILED + timedelta(20)
    send(FILED + timedelta(5), first)
    with on(FILED), agency_context(roads):
        main = filed(roads).reference
    mailbox_answered(main, reference)
    with on(FILED + timedelta(6)), agency_context(roads):
        services.case_merge(reference=reference, into=main, actor=officer_actor(officer))

    def send_together(after, *, is_approved):
        with on(FILED + timedelta(after)), agency_context(roads):
            given = {"draft": interim(FILED + timedelta(after + 20)), "is_approved": is_approved}
            services.interim_require(reference=main, **given)
            services.interim_send(
                reference=main, officer=officer, actor=officer_actor(officer), **given
            )

    with pytest.raises(InterimNeedsApproval):
        send_together(10, is_approved=False)
    send_together(11, is_approved=True)
    with pytest.raises(InterimLimit):
        send_together(12, is_approved=True)

    sent = [case_of(roads, one).interim_replies for one in (main, reference)]
    assert sent == [1, 2]
