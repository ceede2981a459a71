"""What the hourly upkeep writes to staff: new requests, late cases, and the digest."""

from datetime import datetime, time, timedelta

import pytest

from shared.accounts.enums import Role
from shared.catalogue.enums import HolidayState
from shared.catalogue.models import Holiday
from shared.catalogue.selectors import calendar_clear
from shared.complaints import services
from shared.complaints.enums import EventKind
from shared.complaints.models import Complaint, OfficerCaseState
from shared.complaints.services.history import case_lock, event_record
from shared.complaints.services.staff_digest import staff_mail_write
from shared.kernel import clock
from shared.kernel.actors import CITIZEN, SYSTEM
from shared.mail.models import Mail
from shared.notifications.enums import Delivery, NoticeKind
from shared.units.models import Absence
from tenants.isolation.schema_switch import national_context
from tests.shared.notifications.conftest import queued, unit, wants
from tests.support.factories import REPLY, filed, officer_actor, staff

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
# A Tuesday.
NINE = datetime(2027, 4, 13, 9, 5, tzinfo=clock.NATIONAL_ZONE)


def upkeep(at=NINE):
    # Not all that the hour brings: last days that a test has written would be computed anew.
    with clock.travel(at):
        return staff_mail_write()


def later(hours=1):
    return clock.now() + hours * HOUR


def digest(user):
    """What the digest of somebody says; ``None`` without one."""
    found = Mail.objects.filter(letter="staff_digest", to=user.email).first()
    return found.context if found else None


def tomorrow(hour):
    return datetime.combine(clock.today() + timedelta(days=1), time(hour), clock.NATIONAL_ZONE)


def held(agency, officer, **columns):
    reference = filed(agency).reference
    # First: an officer is given cases of their units alone.
    Complaint.objects.filter(reference=reference).update(unit=columns.get("unit"))
    services.complaint_assign(reference=reference, officer=officer, actor=officer_actor(officer))
    Complaint.objects.filter(reference=reference).update(**columns)
    return reference


def day(days):
    """So many days after the digest's, as a last day."""
    return (NINE + timedelta(days=days)).date()


def quiet(days=40):
    """Columns of a case that is urgent for no reason."""
    return {"due_on": day(days), "working_due_on": day(days), "has_citizen_news": False}


def test_three_new_requests_are_one_letter_and_later_none(in_roads, supervisor):
    wants(supervisor, Delivery.AT_ONCE, NoticeKind.NEW)
    for _number in range(3):
        filed(in_roads)

    upkeep(later(1))
    upkeep(later(1))
    upkeep(later(2))

    (mail,) = Mail.objects.filter(letter="cases_notice")
    assert (mail.to, mail.context) == (supervisor.email, {"what": "new", "total": "3"})


def test_there_is_at_most_one_letter_of_new_requests_an_hour(in_roads, supervisor):
    wants(supervisor, Delivery.AT_ONCE, NoticeKind.NEW)
    at = later(1).replace(minute=10)
    filed(in_roads)
    upkeep(at)
    filed(in_roads)
    upkeep(at + timedelta(minutes=40))

    upkeep(at + HOUR)

    totals = Mail.objects.filter(letter="cases_notice").order_by("queued_at")
    assert [mail.context["total"] for mail in totals] == ["1"]


def test_a_request_of_another_unit_and_one_already_taken_are_not_told(in_roads, agent):
    wants(agent, Delivery.AT_ONCE, NoticeKind.NEW)
    own, other = unit(agent), unit()
    for place in (own, other, None):
        Complaint.objects.filter(reference=filed(in_roads).reference).update(unit=place)
    held(in_roads, agent, unit=own)

    upkeep(later(1))

    assert [mail.context["total"] for mail in Mail.objects.filter(letter="cases_notice")] == ["1"]


def test_cases_given_after_the_first_are_told_by_the_hour(in_roads, agent, supervisor):
    wants(agent, Delivery.AT_ONCE, NoticeKind.NEW)
    for _number in range(4):
        services.complaint_assign(
            reference=filed(in_roads).reference, officer=agent, actor=officer_actor(supervisor)
        )

    upkeep(later(1))

    assert sorted(queued()) == [(agent.email, "assigned"), (agent.email, "new")]
    assert Mail.objects.get(letter="cases_notice").context["total"] == "3"


def test_a_filing_writes_nothing_to_staff(in_roads, supervisor):
    wants(supervisor, Delivery.AT_ONCE)

    filed(in_roads)

    assert queued() == []


def test_who_wants_it_at_once_is_told_on_the_day_after_the_deadline(in_roads, agent, supervisor):
    wants(agent, Delivery.AT_ONCE, NoticeKind.LATE)
    today = clock.today()
    held(in_roads, agent, due_on=today)
    held(in_roads, agent, due_on=today - timedelta(days=1))
    held(in_roads, agent, due_on=today + timedelta(days=1))
    held(in_roads, supervisor, due_on=today)

    # At hours of one day each: late in the evening, some hours later are two days later.
    upkeep(later(0))
    upkeep(tomorrow(12))
    upkeep(tomorrow(13))

    (mail,) = Mail.objects.filter(letter="cases_notice")
    assert mail.context == {"what": "late", "total": "1", "officer": str(agent.pk)}


def test_the_digest_counts_what_waits_for_an_agent(in_roads, agent, supervisor):
    own, other = unit(agent), unit()
    calm = {**quiet(), "unit": own}
    held(
        in_roads, agent,
        **{**calm, "due_on": day(-1), "working_due_on": day(-20), "escalated": 4},
    )  # fmt: skip
    held(in_roads, agent, **{**calm, "due_on": day(4), "escalated": 1})
    held(in_roads, agent, **{**calm, "has_citizen_news": True})
    held(in_roads, agent, **calm)
    held(in_roads, supervisor, **{**calm, "due_on": day(-1), "escalated": 5})
    for place in (own, other):
        Complaint.objects.filter(reference=filed(in_roads).reference).update(
            **{**calm, "unit": place}
        )
    answered = held(in_roads, agent, **calm)
    services.complaint_reply(
        reference=answered, draft=REPLY, officer=agent, actor=officer_actor(agent)
    )
    services.citizen_message_add(reference=answered, body="And now?", actor=CITIZEN)

    upkeep()

    assert digest(agent) == {
        "late": "1",
        "escalated": "1",
        "promise_late": "1",
        "due_soon": "1",
        "news": "2",
        "new": "1",
        "total": "5",
        "officer": str(agent.pk),
    }


def test_the_digest_of_a_supervisor_counts_the_cases_of_the_units_below(
    in_roads, agent, supervisor
):
    upper = unit(supervisor)
    lower, other = unit(parent=upper), unit()
    held(in_roads, agent, **{**quiet(), "due_on": day(-1), "unit": lower})
    held(in_roads, agent, **{**quiet(), "due_on": day(-1), "unit": other})
    waiting = held(in_roads, agent, **{**quiet(), "unit": lower})
    event_record(case_lock(reference=waiting), EventKind.APPROVAL_ASKED, officer_actor(agent))
    agreed = held(in_roads, agent, **{**quiet(), "unit": lower})
    for kind in (EventKind.APPROVAL_ASKED, EventKind.APPROVED):
        event_record(case_lock(reference=agreed), kind, officer_actor(agent))
    Complaint.objects.filter(reference=filed(in_roads).reference).update(unit=lower, **quiet())

    upkeep()

    assert digest(supervisor) == {
        "late": "1",
        "new": "1",
        "approval": "1",
        "total": "3",
        "officer": "",
    }


def test_the_digest_leaves_out_what_its_reader_has_put_aside(in_roads, agent, supervisor):
    for user in (agent, supervisor):
        reference = held(in_roads, agent, **{**quiet(), "due_on": day(-1)})
        OfficerCaseState.objects.create(
            complaint=Complaint.objects.get(reference=reference),
            user=user,
            snoozed_until=day(3),
        )

    upkeep()

    assert (digest(agent)["late"], digest(supervisor)["late"]) == ("1", "1")
    assert (digest(agent)["total"], digest(supervisor)["total"]) == ("1", "1")


def test_the_digest_is_queued_once_a_day(in_roads, agent):
    held(in_roads, agent, **{**quiet(), "due_on": day(-1)})

    for hours in (0, 1, 2, 24):
        upkeep(NINE + hours * HOUR)

    assert Mail.objects.filter(letter="staff_digest").count() == 2


@pytest.mark.parametrize(
    "at",
    [
        NINE - 4 * HOUR,  # 05:05 in Casablanca
        NINE + 4 * HOUR,  # 13:05: an installation that stood still all morning
        NINE + timedelta(days=4),  # Saturday
        NINE + timedelta(days=5),
        NINE + timedelta(days=1),  # a holiday, below
    ],
)
def test_there_is_no_digest_at_night_on_weekends_and_on_holidays(in_roads, agent, at):
    holiday = (NINE + timedelta(days=1)).date()
    with national_context():
        Holiday.objects.create(
            key="test-day",
            day=holiday,
            name_ar="ع",
            name_fr="F",
            name_en="H",
            is_lunar=False,
            state=HolidayState.CONFIRMED,
        )
    calendar_clear()
    held(in_roads, agent, **{**quiet(), "due_on": day(-1)})

    upkeep(at)

    assert digest(agent) is None


def test_the_hourly_upkeep_of_an_agency_queues_the_digest(in_roads, agent):
    held(in_roads, agent, **quiet())
    filed(in_roads)

    with clock.travel(NINE):
        services.expired_deadlines_apply(actor=SYSTEM)

    assert digest(agent)["new"] == "1"


def test_who_has_nothing_to_do_gets_no_digest(in_roads, agent):
    held(in_roads, agent, **quiet())

    upkeep()

    assert digest(agent) is None


@pytest.mark.parametrize("why", ["none", "absent", "invited"])
def test_who_wants_none_or_is_not_there_gets_no_digest(in_roads, agent, why):
    held(in_roads, agent, **{**quiet(), "due_on": day(-1)})
    if why == "none":
        wants(agent, Delivery.NONE)
    elif why == "absent":
        Absence.objects.create(user=agent, first_day=day(-3), last_day=day(0))
    else:
        agent.set_unusable_password()
        agent.save()

    upkeep()

    assert digest(agent) is None


def test_a_kind_that_somebody_wants_no_letter_about_is_not_counted(in_roads, agent):
    wants(agent, Delivery.NONE, NoticeKind.LATE)
    held(in_roads, agent, **{**quiet(), "due_on": day(-1), "has_citizen_news": True})

    upkeep()

    assert digest(agent) == {"news": "1", "total": "1", "officer": str(agent.pk)}


def test_letters_to_staff_are_forgotten_after_a_month(in_roads, agent):
    services.citizen_message_add(
        reference=held(in_roads, agent), body="One more thing.", actor=CITIZEN
    )
    Mail.objects.update(sent_at=clock.now())

    upkeep(later(24 * 29))
    assert queued("case_notice") == [(agent.email, "message")]
    upkeep(later(24 * 31))

    assert queued("case_notice") == []
    assert Mail.objects.filter(letter="received").exists()


@pytest.mark.parametrize("number", [1, 8])
def test_the_digest_asks_as_much_for_many_officers_as_for_one(
    in_roads, django_assert_num_queries, number
):
    for one in range(number):
        person = staff(in_roads, Role.AGENT, f"agent{one}@roads.example")
        held(in_roads, person, **quiet())
    with clock.travel(NINE), django_assert_num_queries(23):
        staff_mail_write()
