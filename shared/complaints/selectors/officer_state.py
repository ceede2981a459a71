"""Who has read, put aside or writes what."""

from collections.abc import Collection
from datetime import timedelta

from shared.accounts.models import User
from shared.complaints.models import Complaint, OfficerCaseState
from shared.complaints.types.dispatch import CaseWriter
from shared.kernel import clock

# A heartbeat comes every four seconds; one that is lost is no reason to say that somebody left.
WRITING_LASTS = timedelta(seconds=10)


def case_writers(complaint: Complaint, *, but: User) -> list[CaseWriter]:
    """Who else writes in a case now, by name."""
    rows = OfficerCaseState.objects.filter(
        complaint=complaint, writing_at__gt=clock.now() - WRITING_LASTS
    )
    found = rows.exclude(user=but).exclude(writing="").order_by("user__name", "user_id")
    return [
        CaseWriter(user_id=pk, name=name, act=act)
        for pk, name, act in found.values_list("user_id", "user__name", "writing")
    ]


def versions_read(*, case_ids: Collection[int], user_id: int) -> dict[int, int]:
    """Up to which event an officer has read each of these cases; without those never opened."""
    rows = OfficerCaseState.objects.filter(complaint__in=case_ids, user_id=user_id)
    return dict(rows.values_list("complaint_id", "read_version"))
