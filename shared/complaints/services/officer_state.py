"""Services for officers' marks on cases (read, put aside, writing); none records an event."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db import connection

from shared.accounts.models import User
from shared.complaints.errors import SnoozeDayPassed
from shared.complaints.models import Complaint, OfficerCaseState
from shared.kernel import clock
from shared.rows.data_versions import SAME_VERSION
from shared.units.selectors import absent_ids

MAX_SNOOZE = timedelta(days=365)
# Pages run both statements very often, so ``atomic``, which adds two statements, is not used. The
# condition on ``read_version`` prevents that a slow page overwrites what a later page has recorded.
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


def case_opened(*, complaint: Complaint, user: User, read_version: int = 0) -> None:
    """Record that an officer has read everything of a case up to now.

    ``read_version``: the version that is recorded already, if the caller knows it.

    The mark "new from the citizen" is removed when the officer of the case opens the case. If the
    case has no officer, or its officer is inactive or absent, the mark is removed when somebody
    else opens the case.
    """
    if read_version < complaint.version:
        with connection.cursor() as cursor:
            cursor.execute(f"{SAME_VERSION}{_OPENED}", [complaint.pk, user.pk, complaint.version])
    if complaint.has_citizen_news and (
        complaint.assignee_id == user.pk or not _has_present_officer(complaint)
    ):
        # The mark is removed only for the version that this officer read: later messages stay
        # marked.
        Complaint.objects.filter(pk=complaint.pk, version=complaint.version).update(
            has_citizen_news=False
        )
        complaint.has_citizen_news = False


def _has_present_officer(complaint: Complaint) -> bool:
    officer = complaint.assignee
    # Without this rule nobody could remove the mark of an answered case whose officer has left.
    return (
        officer is not None and officer.is_active and officer.pk not in absent_ids(on=clock.today())
    )


def case_snooze(*, complaint: Complaint, user: User, until: date | None) -> None:
    """Put a case aside for one officer until a day; with ``None`` the case is no longer put aside.

    Raises ``SnoozeDayPassed`` if the day is not after today, or more than a year ahead.
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
    """Record what an officer writes in a case now; ``act`` is empty if the officer has stopped."""
    with connection.cursor() as cursor:
        cursor.execute(f"{SAME_VERSION}{_WRITING}", [complaint_id, user.pk, act, clock.now()])


def written_with_note(
    statement: str, params: Sequence[Any], *, complaint_id: int, user: User, act: str
) -> list[tuple[Any, ...]]:
    """Run a statement that stores an officer's text, record that the officer writes, return rows.

    Both are one statement, because every open form sends its text every four seconds.
    """
    with connection.cursor() as cursor:
        note: list[Any] = [complaint_id, user.pk, act, clock.now()]
        cursor.execute(f"{SAME_VERSION} WITH noted AS ({_WRITING}) {statement}", [*note, *params])
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
