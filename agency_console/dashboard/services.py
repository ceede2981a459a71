"""Service that reassigns several cases of one officer to another officer."""

from collections import Counter
from collections.abc import Sequence

from django.utils.translation import gettext as _

from agency_console.dashboard.types import Given
from shared.accounts.models import User
from shared.complaints.selectors import complaint_get
from shared.complaints.services import complaint_assign
from shared.kernel.actors import Actor
from shared.kernel.errors import DomainError
from shared.ui.messages import refusal_message
from shared.units.selectors import unit_scope


def cases_give(
    *, references: Sequence[str], holder_id: int, officer: User, reader: User, actor: Actor
) -> Given:
    """Reassign the cases that the holder still has, if the reader may see these cases.

    Each case has a transaction of its own, so a refused case does not stop the other cases.
    """
    scope, done = unit_scope(user=reader), 0
    skipped: Counter[str] = Counter()
    for reference in references:
        try:
            case = complaint_get(reference=reference)
            is_seen = scope.holds(case.unit_id) or case.assignee_id == reader.pk
            if case.assignee_id != holder_id or not is_seen:
                skipped[_("not with this officer any more")] += 1
                continue
            complaint_assign(
                reference=reference, officer=officer, actor=actor, version=case.version
            )
        except DomainError as refusal:
            skipped[refusal_message(refusal)] += 1
        else:
            done += 1
    return Given(done=done, skipped=skipped)
