"""A reply is in time by the hours that the clock knows, whatever zone data the database has.

The clock's zone is another one here, five hours ahead of UTC under the same name: what PostgreSQL
counts by that name gives another day.
"""

from datetime import UTC, date, datetime, timedelta

import pytest

from shared.complaints import services
from shared.complaints.enums import Kind
from shared.complaints.models import Complaint
from shared.complaints.selectors import interim_tally
from shared.complaints.selectors.reply_tallies import officer_tallies, reply_tallies
from shared.complaints.selectors.weekly import weekly_load
from shared.complaints.types import InterimDraft
from shared.kernel import clock, zone_data
from shared.kernel.actors import CITIZEN
from shared.kernel.legal_deadline import REPLY_DAYS
from shared.rows import civil_day
from shared.units.types import WHOLE_AGENCY
from tests.support.factories import REPLY, filed, officer_actor, staff
from tests.support.zone_files import zone_file

pytestmark = pytest.mark.django_db

FILED = date(2026, 10, 1)
ANNOUNCED = FILED + timedelta(days=10)
# The last second of a day five hours ahead of UTC, and the first of the next one.
LAST, NEXT = timedelta(hours=18, minutes=59, seconds=59), timedelta(hours=19)
INTERIM = InterimDraft(
    done="We measured the lamp and ordered the part from the maker.",
    delay="The part is made abroad and arrives in three weeks.",
    until=ANNOUNCED,
)


@pytest.fixture(autouse=True)
def _five_hours_ahead(tmp_path, monkeypatch):
    # Since 2001: without a change, Django would take the offset for the zone's name.
    zone_file(tmp_path, hours=0, changes=[(1_000_000_000, 5)])
    monkeypatch.setattr(zone_data, "MACHINE_PATHS", (tmp_path,))
    monkeypatch.setattr(clock, "NATIONAL_ZONE", zone_data.machine_zone())
    civil_day._offsets.cache_clear()
    yield
    civil_day._offsets.cache_clear()


def at(day, time=timedelta(hours=5)):
    return clock.travel(datetime(day.year, day.month, day.day, tzinfo=UTC) + time)


def reply(reference, officer):
    services.complaint_reply(
        reference=reference, draft=REPLY, officer=officer, actor=officer_actor(officer)
    )


def last_day(reference):
    """Of the legal term."""
    return Complaint.objects.get(reference=reference).due_on


@pytest.mark.parametrize(("time", "in_time"), [(LAST, 1), (NEXT, 0)])
def test_a_reply_of_the_last_second_is_in_time(in_roads, time, in_time):
    officer = staff(in_roads)
    with at(FILED):
        reference = filed(in_roads).reference
    due = last_day(reference)
    with at(due, time):
        reply(reference, officer)

    with at(due + timedelta(days=9)):
        (tally,) = reply_tallies(first=FILED, last=FILED, kind=None, scope=WHOLE_AGENCY, user_id=0)
        (own,) = officer_tallies(first=FILED, last=FILED, kind=None, scope=WHOLE_AGENCY, user_id=0)

    assert (tally.in_time, own.in_time) == (in_time, in_time)


@pytest.mark.parametrize(("time", "kept"), [(LAST, 1), (NEXT, 0)])
def test_an_announced_day_is_kept_until_its_last_second(in_roads, time, kept):
    officer = staff(in_roads)
    with at(FILED):
        reference = filed(in_roads).reference
        services.interim_send(
            reference=reference, draft=INTERIM, officer=officer, actor=officer_actor(officer),
            is_approved=False,
        )  # fmt: skip
    with at(ANNOUNCED, time):
        reply(reference, officer)

    with at(ANNOUNCED + timedelta(days=9)):
        tally = interim_tally(first=FILED, last=FILED, kind=None, scope=WHOLE_AGENCY, user_id=0)

    assert tally == (1, 1, kept)


def weeks_late(agency, officer, *, filed_at, **content):
    """How many were late at the end of a week, before a request was answered and re-opened."""
    monday = date(2024, 3, 4)
    # The term of what is filed on this day is over when that Monday begins; of the next day, not.
    with at(monday - timedelta(days=REPLY_DAYS + 1), filed_at):
        reference = filed(agency, **content).reference
    with at(monday + timedelta(days=1)):
        reply(reference, officer)
    with at(monday + timedelta(days=2)):
        services.complaint_reopen(reference=reference, body="No.", actor=CITIZEN)
    with at(monday + timedelta(days=3)):
        weeks = weekly_load(today=clock.today(), scope=WHOLE_AGENCY, user_id=0, weeks=3)
    assert weeks[1].open == 1
    return weeks[1].late


@pytest.mark.parametrize(("time", "late"), [(LAST, 1), (NEXT, 0)])
def test_the_first_round_of_a_reopened_case_was_late_by_the_day_of_its_filing(in_roads, time, late):
    assert weeks_late(in_roads, staff(in_roads), filed_at=time) == late


def test_a_reopened_proposal_has_no_term_to_be_late_for(in_roads):
    assert weeks_late(in_roads, staff(in_roads), filed_at=LAST, kind=Kind.PROPOSAL) == 0
