"""Officers who decided on a case before, and the officers who may not decide again."""

from dataclasses import dataclass

from django.db.models import QuerySet

from shared.complaints.enums import DECISION_MESSAGES
from shared.complaints.models import Complaint, Message
from shared.rows.compiled_queries import compiled_query
from shared.units.selectors import officers_able_to_answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Deciders:
    """The officers who decided on a case in earlier rounds, by their ids.

    ``barred``: the earlier officers who may not decide again; empty if no other officer can decide.
    """

    earlier: frozenset[int]
    barred: frozenset[int]

    def may_only_repeat(self, officer_id: int) -> bool:
        """Return whether an officer decided before and may decide again, because no other officer
        can.
        """
        return officer_id in self.earlier and officer_id not in self.barred


NOBODY = Deciders(earlier=frozenset(), barred=frozenset())


def case_deciders(complaint: Complaint) -> Deciders:
    """Return the officers whose replies or refusals ended rounds of an open case.

    These officers are barred while another officer of the agency can answer. A case that is not
    open has no deciders, because nobody decides on it. No query before the first reply.
    """
    if complaint.answered_by_id is None or not complaint.is_open:
        return NOBODY
    earlier = frozenset(_deciders(complaint_id=complaint.pk))
    has_others = officers_able_to_answer().exclude(pk__in=earlier).exists()
    return Deciders(earlier=earlier, barred=earlier if has_others else frozenset())


@compiled_query()
def _deciders(*, complaint_id: int) -> QuerySet[Message, int]:
    # Messages are read, because the actor of an event may be another person than the deciding
    # officer.
    rows = Message.objects.filter(complaint_id=complaint_id, kind__in=DECISION_MESSAGES)
    return rows.values_list("officer_id", flat=True)
