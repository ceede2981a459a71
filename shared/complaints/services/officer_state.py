"""What one officer has read, put aside, and writes now: no event, for the case stays as it is."""

from datetime import date, timedelta

from shared.accounts.models import User
from shared.complaints.errors import SnoozeDayPassed
from shared.complaints.models import Complaint, OfficerCaseState
from shared.kernel import clock

MAX_SNOOZE = timedelta(days=365)


def case_opened(*, complaint: Complaint, user: User) -> None:
    """Note that an officer has read everything of a case up to now.

    The mark "new from the citizen" goes when the officer of the case opens it, or anybody while
    nobody has it.
    """
    OfficerCaseState.objects.bulk_create(
        [OfficerCaseState(complaint=complaint, user=user, read_version=complaint.version)],
        update_conflicts=True,
        unique_fields=["complaint", "user"],
        update_fields=["read_version"],
    )
    if complaint.has_citizen_news and complaint.assignee_id in (None, user.pk):
        # Only as far as this officer has read: what the citizen writes meanwhile stays marked.
        Complaint.objects.filter(pk=complaint.pk, version=complaint.version).update(
            has_citizen_news=False
        )
        complaint.has_citizen_news = False


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
