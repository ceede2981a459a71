"""Selectors of officers' marks on cases: read, put aside, writing at the moment."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from shared.accounts.models import User
from shared.complaints.models import Complaint, OfficerCaseState
from shared.complaints.selectors.list_filters import array_text, is_one_of
from shared.complaints.types.dispatch import CaseMarks, CaseWriter
from shared.complaints.types.lists import OfficerMark
from shared.kernel import clock
from shared.rows.compiled_queries import compiled_query

# A page sends a signal every four seconds while the officer writes; one signal may be lost.
WRITING_LASTS = timedelta(seconds=10)


def case_writers(complaint: Complaint, *, but: User) -> list[CaseWriter]:
    """Return the other officers who write in a case at the moment, sorted by name."""
    return list(case_marks(complaint, user=but).writers)


def case_marks(complaint: Complaint, *, user: User) -> CaseMarks:
    """Return the version of a case that an officer read last, and who else writes in the case."""
    marks = officer_marks(case_ids=[complaint.pk], user_id=user.pk)
    return CaseMarks(
        read_version=next((one.read_version for one in marks if one.user_id == user.pk), 0),
        writers=tuple(
            CaseWriter(user_id=one.user_id, name=one.name, act=one.writing)
            for one in marks
            if one.user_id != user.pk
        ),
    )


def versions_read(*, case_ids: Collection[int], user_id: int) -> dict[int, int]:
    """Return which version of each case an officer has read last; unopened cases are missing."""
    rows = OfficerCaseState.objects.filter(complaint__in=case_ids, user_id=user_id)
    return dict(rows.values_list("complaint_id", "read_version"))


def officer_marks(*, case_ids: Collection[int], user_id: int) -> list[OfficerMark]:
    """Return an officer's marks on cases (read, put aside), and other officers who write in the
    cases.

    One query, whatever the number of cases.
    """
    found = _marks(
        case_ids=array_text(case_ids), user_id=user_id, since=clock.now() - WRITING_LASTS
    )
    return list(map(OfficerMark._make, found))


@compiled_query()
def _marks(
    *, case_ids: str, user_id: int, since: datetime
) -> QuerySet[OfficerCaseState, tuple[Any, ...]]:
    writes = Q(writing_at__gt=since) & ~Q(writing="")
    rows = OfficerCaseState.objects.filter(
        Q(is_one_of("complaint_id", case_ids)), Q(user_id=user_id) | writes
    )
    return rows.order_by("complaint_id", "user__name", "user_id").values_list(
        "complaint_id",
        "user_id",
        "user__name",
        "read_version",
        "snoozed_until",
        "writing",
        "writing_at",
    )
