"""Hourly maintenance of drafts: queue lost drafts again, delete drafts of ended cases."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from agency_console.casework.errors import DraftNotFound, TextBeingSent
from agency_console.casework.models import CaseDraft
from agency_console.casework.services.dispatch import send_draft
from agency_console.casework.services.drafts import case_draft_delete, case_draft_lock
from shared.complaints.selectors import cases_ended
from shared.kernel import clock

# A draft that should have been sent this long ago is lost unless its task is queued.
OVERDUE = timedelta(minutes=10)
# A draft is deleted after this time from the case's end or the draft's change, the later of both.
DRAFT_LIFE = timedelta(days=30)


def case_drafts_maintain(*, queued: Collection[str]) -> int:
    """Queue lost drafts again, delete drafts of ended cases; return the count of all these drafts.

    ``queued``: the ids of drafts whose task waits or runs. A draft is lost, for example, if its
    task has failed at all attempts. Two tasks send a draft only once, because a task locks the
    draft first.
    """
    return _requeue(queued) + _delete_ended()


def case_drafts_delete(*, reference: str) -> int:
    """Delete all drafts of a case that goes to another agency; return the number of deleted rows.

    Call before the case is locked, because sending also locks a draft before its case. The caller
    deletes the bytes of the drafts' files after the commit. Raises ``TextBeingSent`` if an officer
    has pressed "send" and the text is not sent yet.
    """
    rows = CaseDraft.objects.filter(complaint__reference=reference)
    locked = list(rows.select_for_update(of=("self",)).order_by("pk"))
    if any(draft.pressed_at is not None for draft in locked):
        raise TextBeingSent(reference)
    return CaseDraft.objects.filter(pk__in=[draft.pk for draft in locked]).delete()[0]


def _requeue(queued: Collection[str]) -> int:
    rows = CaseDraft.objects.filter(pressed_at__lt=clock.now() - OVERDUE).order_by("pressed_at")
    lost = [pk for pk in rows.values_list("pk", flat=True) if str(pk) not in queued]
    for pk in lost:
        send_draft.enqueue(draft_id=str(pk))
    return len(lost)


def _delete_ended() -> int:
    before = clock.now() - DRAFT_LIFE
    old = CaseDraft.objects.filter(pressed_at=None, saved_at__lt=before)
    case_ids = set(old.values_list("complaint_id", flat=True))
    if not case_ids:
        return 0
    ended = old.filter(complaint_id__in=cases_ended(case_ids, before=before))
    return sum(_delete(pk) for pk in list(ended.values_list("pk", flat=True)))


@transaction.atomic
def _delete(draft_id: UUID) -> bool:
    """Delete one draft; return ``False`` if the draft was changed or discarded meanwhile."""
    try:
        draft = case_draft_lock(draft_id=draft_id)
    except DraftNotFound:
        return False
    if draft.pressed_at is not None or draft.saved_at >= clock.now() - DRAFT_LIFE:
        return False
    case_draft_delete(draft)
    return True
