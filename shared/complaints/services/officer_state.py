"""What one officer has read, put aside, and writes now: no event, for the case stays as it is."""

from datetime import date, timedelta

from shared.accounts.models import User
from shared.complaints.errors import SnoozeDayPassed
from shared.complaints.models import Complaint, OfficerCaseState
from shared.kernel import clock
from shared.units.selectors import absent_ids

MAX_SNOOZE = timedelta(days=365)


def case_opened(*, complaint: Complaint, user: User) -> None:
    """Note that an officer has read everything of a case up to now.

    The mark "new from the citizen" goes when the officer of the case opens it; where nobody has
    it, or its officer has left or is absent, when anybody does.
    """
    OfficerCaseState.objects.bulk_create(
        [OfficerCaseState(complaint=complaint, user=user, read_version=complaint.version)],
        update_conflicts=True,
        unique_fields=["complaint", "user"],
        update_fields=["read_version"],
    )
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
    # Nobody else would ever take the mark off an answered case of somebody who has left.
    return (
        officer is not None and officer.is_active and officer.pk not in absent_ids(on=clock.today())
    )


def case_snooze(*, complaint: Complaint, user: User, until: date | None) -> None:
    """Put a case aside for one officer until a day, or take it back with ``None``.

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
    """Note that an officer writes now, for a few seconds; with an empty ``act``, no more."""
    OfficerCaseState.objects.bulk_create(
        [
            OfficerCaseState(
                complaint_id=complaint_id, user=user, writing=act, writing_at=clock.now()
            )
        ],
        update_conflicts=True,
        unique_fields=["complaint", "user"],
        update_fields=["writing", "writing_at"],
    )
