"""Marks of officers on cases: read, put aside, writing. No event, as the case does not change."""

from datetime import date, timedelta

from django.db import connection

from shared.accounts.models import User
from shared.complaints.errors import SnoozeDayPassed
from shared.complaints.models import Complaint, OfficerCaseState
from shared.kernel import clock
from shared.units.selectors import absent_ids

MAX_SNOOZE = timedelta(days=365)
# Each is one statement and its own transaction: both are sent many times an hour by every officer,
# and Django would send two more around each. Nothing is written where nothing is new, and a slow
# page never overwrites what a later page has recorded.
_OPENED = """
    INSERT INTO complaints_officercasestate AS known (complaint_id, user_id, read_version)
    VALUES (%s, %s, %s)
    ON CONFLICT (complaint_id, user_id) DO UPDATE SET read_version = EXCLUDED.read_version
    WHERE known.read_version < EXCLUDED.read_version
"""
_WRITING = """
    INSERT INTO complaints_officercasestate (complaint_id, user_id, writing, writing_at)
    VALUES (%s, %s, %s, %s)
    ON CONFLICT (complaint_id, user_id)
    DO UPDATE SET writing = EXCLUDED.writing, writing_at = EXCLUDED.writing_at
"""


def case_opened(*, complaint: Complaint, user: User) -> None:
    """Record that an officer has read everything of a case up to now.

    The mark "new from the citizen" is removed when the officer of the case opens it; where the case
    has no officer, or its officer has left or is absent, when any officer opens it.
    """
    with connection.cursor() as cursor:
        cursor.execute(_OPENED, [complaint.pk, user.pk, complaint.version])
    if complaint.has_citizen_news and (
        complaint.assignee_id == user.pk or not _has_present_officer(complaint)
    ):
        # Only as far as this officer has read: what the citizen writes meanwhile stays marked.
        Complaint.objects.filter(pk=complaint.pk, version=complaint.version).update(
            has_citizen_news=False
        )
        complaint.has_citizen_news = False


def _has_present_officer(complaint: Complaint) -> bool:
    officer = complaint.assignee
    # Otherwise nobody could remove the mark of an answered case whose officer has left.
    return (
        officer is not None and officer.is_active and officer.pk not in absent_ids(on=clock.today())
    )


def case_snooze(*, complaint: Complaint, user: User, until: date | None) -> None:
    """Put a case aside for one officer until a day; ``None`` ends that.

    Raises ``SnoozeDayPassed``: the day is not after today, or more than a year ahead.
    """
    today = clock.today()
    if until is not None and not today < until <= today + MAX_SNOOZE:
        raise SnoozeDayPassed(until.isoformat())
    OfficerCaseState.objects.bulk_create(
        [OfficerCaseState(complaint=complaint, user=user, snoozed_until=until)],
        update_conflicts=True,
        unique_fields=["complaint", "user"],
        update_fields=["snoozed_until"],
    )


def writing_note(*, complaint_id: int, user: User, act: str) -> None:
    """Record that an officer writes now, for a few seconds; an empty ``act`` ends it."""
    with connection.cursor() as cursor:
        cursor.execute(_WRITING, [complaint_id, user.pk, act, clock.now()])
