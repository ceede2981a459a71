"""The cells of the table: every two acts meet in a life that is tested, or something prevents it.

``LIVES`` are the tests: each is a life of one request, step by step, whose rows, files, doors,
letters and figures are checked after each step. Two acts that meet in no life must stand in
``CANNOT``, with what prevents it. A new act brings red cells until a life has it before and after
everything else, or a reason stands here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from shared.complaints.enums import EventKind, Privacy
from tests.pairs import part_steps, script
from tests.pairs.acts import acts
from tests.pairs.lives import Pair, Step
from tests.tenants.custody import officer_acts
from tests.tenants.custody.oversight_acts import OVERSIGHT_ACTS

E = EventKind
ALL = frozenset(acts())
_OFFERING = frozenset({
    E.TRANSFER_OFFERED, E.TRANSFER_REFUSED, E.TRANSFER_LAPSED, E.TRANSFER_WITHDRAWN,
    E.TRANSFERRED, E.TRANSFER_ACCEPTED, E.COMPETENCE_ASKED, E.COMPETENCE_DECIDED,
})  # fmt: skip
_MERGING = frozenset({E.MERGED, E.MERGE_RECEIVED, E.UNMERGED, "both_mine_said"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """Why none of some acts happens after any of some others.

    ``where``: the constraint or the code that prevents it; ``shown_by``: what tries it.
    """

    first: frozenset[str]
    second: frozenset[str]
    because: str
    where: str
    shown_by: str


_TRIED = "tests/pairs/test_table.py::test_acts_meet_in_a_life_or_are_prevented"
# What may still happen to a request that has ended.
_AFTER_THE_END = frozenset({
    E.NOTE_ADDED, E.LABELLED, E.EMAIL_CHANGED, E.APPROVAL_RETURNED, E.APPROVAL_WITHDRAWN,
    "case_read", "case_put_aside", "account_keeps", "account_leaves", "account_moves",
    "agency_closed", "register_rebuilt", "text_saved", "code_replaced",
})  # fmt: skip
CANNOT: Sequence[Guard] = (
    Guard(
        first=ALL,
        second=frozenset({E.RECEIVED}),
        because="A request is received once, under a reference that nothing else has.",
        where="shared/complaints/models/complaint.py: reference is unique in an agency, the route "
        "in the country",
        shown_by="tests/tenants/isolation/test_public_rows.py",
    ),
    Guard(
        first=frozenset({E.WITHDRAWN}),
        second=ALL - _AFTER_THE_END,
        because="Withdrawn is an end: no status follows it, and nobody writes any more.",
        where="shared/complaints/workflow.py: TRANSITIONS; permissions.py: may_write",
        shown_by=_TRIED,
    ),
    Guard(
        first=frozenset({E.CLOSED}),
        second=ALL - _AFTER_THE_END - {E.RATED, E.PROMISE_TOLD},
        because="Closed is an end: no status follows it, and nobody writes any more.",
        where="shared/complaints/workflow.py: TRANSITIONS; permissions.py: may_write",
        shown_by=_TRIED,
    ),
    Guard(
        first=frozenset({E.PART_RETURNED}),
        second=ALL - _AFTER_THE_END,
        because="A part that was given back is an end: the whole request answers it.",
        where="shared/complaints/services/parts.py: part_join, to WITHDRAWN",
        shown_by=_TRIED,
    ),
    Guard(
        first=frozenset({E.IDENTITY_OPENED}),
        second=_MERGING,
        because="Whoever hides their name is merged with nobody.",
        where="shared/complaints/services/merge.py: NotSamePerson",
        shown_by="tests/shared/complaints/test_merge.py",
    ),
    Guard(
        first=_MERGING,
        second=frozenset({E.IDENTITY_OPENED}),
        because="A request with a name has no encrypted identity to open.",
        where="tenants/case_access/services/identity.py: EncryptedIdentityNotFound",
        shown_by="tests/tenants/case_access/test_identity.py",
    ),
    Guard(
        first=frozenset({E.COMPETENCE_DECIDED}),
        second=_OFFERING,
        because="A decision on competence binds: the case is offered to nobody any more.",
        where="tenants/custody/services/offers.py: BoundByDecision",
        shown_by=_TRIED,
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A life: whose request it is, what happens to it, and how it may end.

    After each of ``ends`` everything is tried once more, or the steps in ``tried_after``.
    """

    privacy: Privacy
    steps: Sequence[Step]
    ends: Sequence[Step] = ()
    tried_after: Sequence[Step] = ()


LIVES: Mapping[str, Script] = {
    "everything twice, with a name": Script(
        privacy=Privacy.NAMED, steps=script.NAMED, ends=(script.withdrawn, script.closed)
    ),
    "everything twice, without one": Script(
        privacy=Privacy.CONFIDENTIAL,
        steps=script.CONFIDENTIAL,
        ends=(script.closed,),
        # What is no other after the end of a request with a name.
        tried_after=OVERSIGHT_ACTS,
    ),
    "competence at last": Script(privacy=Privacy.NAMED, steps=script.AT_LAST),
    "answered while oversight decides": Script(
        privacy=Privacy.NAMED, steps=script.ANSWERED_MEANWHILE
    ),
    "a part": Script(
        privacy=Privacy.NAMED, steps=script.PART, ends=(part_steps.comes_back_to_the_whole,)
    ),
    "a part whose text is returned": Script(
        privacy=Privacy.NAMED, steps=(*script.PART_WITH_A_TEXT, officer_acts.head_returns)
    ),
    "a part whose text is taken back": Script(
        privacy=Privacy.NAMED,
        steps=(*script.PART_WITH_A_TEXT, officer_acts.agent_takes_the_decision_back),
    ),
    "a part without a name": Script(privacy=Privacy.CONFIDENTIAL, steps=script.HIDDEN_PART),
    "hidden, reviewed and handed over": Script(
        privacy=Privacy.CONFIDENTIAL, steps=script.HIDDEN_AND_HANDED_OVER
    ),
}


def prevented() -> dict[Pair, Guard]:
    """Every pair that cannot meet, with its guard."""
    return {pair: guard for guard in CANNOT for pair in product(guard.first, guard.second)}


def lived_names() -> set[str]:
    """The names of all steps that some life goes through."""
    return {step.__name__ for one in LIVES.values() for step in one.steps}
