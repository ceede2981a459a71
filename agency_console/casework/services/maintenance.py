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

# A later draft has its task, because one transaction wrote the draft and the task.
OVERDUE = timedelta(minutes=10)
# Counted from the end of the case or from the draft's last change, whichever is later.
DRAFT_LIFE = timedelta(days=30)


def case_drafts_maintain(*, queued: Collection[str]) -> int:
    """Queue lost drafts again, delete drafts that can never be sent; return how many these were.

    ``queued``: the drafts of this agency whose task waits or runs. A task may have failed at all
    attempts, been given up after five workers died, or be missing from a backup. Two tasks send a
    draft only once, because each task locks the draft first.
    """
    return _requeue(queued) + _delete_ended()


def case_drafts_delete(*, reference: str) -> int:
    """Delete all drafts of a case that goes to another agency; return the number of deleted rows.

    Call before the case is locked: sending a draft locks the draft first, too. The caller deletes
    the bytes of their files after the commit. Raises ``TextBeingSent`` where an officer has pressed
    "send" and the text is not sent yet, because the sending was asked for first.
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
    """Delete one draft; return ``False`` if somebody has changed or discarded it meanwhile."""
    try:
        draft = case_draft_lock(draft_id=draft_id)
    except DraftNotFound:
        return False
    if draft.pressed_at is not None or draft.saved_at >= clock.now() - DRAFT_LIFE:
        return False
    case_draft_delete(draft)
    return True
