"""E-mails to staff about the steps of the escalation.

An e-mail about one case gives only its reference; an e-mail about several cases gives the count of
the cases.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from shared.accounts.models import User
from shared.complaints.enums import Audience, EventKind
from shared.complaints.services.staff_mail import letter_queue, unit_recipients
from shared.complaints.types.escalation import REMINDERS, ChainStep
from shared.mail.permissions.mail_kinds import ESCALATION_NOTICE, ESCALATIONS_NOTICE
from shared.units.selectors import officers_able_to_answer, unit_heads, unit_members

# The name of the e-mail's sentence for each event kind. Some kinds have digits, which the stored
# row may not contain.
WORDS = {
    EventKind.TERM_IN_15: "term_soon",
    EventKind.TERM_IN_5: "term_soon",
    EventKind.TERM_REACHED: "term_reached",
    EventKind.ESCALATED_UNIT: "escalated_unit",
    EventKind.ESCALATED_AGENCY: "escalated_agency",
    EventKind.ESCALATED_OVERSIGHT: "escalated_oversight",
}
_OF_OFFICER = (*REMINDERS, EventKind.TERM_REACHED)


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalatedCase:
    """A case that has reached a step of the escalation, with its officer and unit."""

    step: ChainStep
    reference: str
    assignee_id: int | None
    unit_id: int | None


@dataclass(slots=True)
class _Staff:
    """The staff who may get e-mails today, with a cache of the recipients of each unit."""

    able: Sequence[User]
    members: dict[int, tuple[int, ...]]
    heads: dict[int, frozenset[int]]
    _supervising: dict[int | None, list[User]] = field(default_factory=dict)
    _waiting: dict[int | None, list[User]] = field(default_factory=dict)

    @classmethod
    def read(cls) -> "_Staff":
        """Read the staff from the database; three queries."""
        return cls(able=list(officers_able_to_answer()), members=unit_members(), heads=unit_heads())

    def of_officer(self, case: EscalatedCase) -> list[User]:
        """Return the officer of a case if able to answer, else the recipients of the unit."""
        holders = [one for one in self.able if one.pk == case.assignee_id]
        if holders:
            return holders
        if case.unit_id not in self._waiting:
            self._waiting[case.unit_id] = unit_recipients(self.able, unit_id=case.unit_id)
        return self._waiting[case.unit_id]

    def of_unit(self, unit_id: int | None) -> list[User]:
        return [one for one in self.able if unit_id in self.members.get(one.pk, ())]

    def heads_of(self, unit_id: int | None) -> list[User]:
        """Return the heads of a unit, else the supervisors of the unit, else the administrators.

        Without a unit the people who head the agency are returned.
        """
        marked = self.heads.get(unit_id, frozenset()) if unit_id is not None else frozenset()
        found = [one for one in self.able if one.pk in marked]
        if found:
            return found
        if unit_id not in self._supervising:
            self._supervising[unit_id] = unit_recipients(
                self.able, unit_id=unit_id, has_members=False
            )
        return self._supervising[unit_id]


def escalation_mail_queue(cases: Sequence[EscalatedCase]) -> None:
    """Queue e-mails about escalated cases: one e-mail for each person and sentence in ``WORDS``.

    Must run in the transaction of the events, so that each e-mail is written once.
    """
    if not cases:
        return
    staff = _Staff.read()
    told: dict[tuple[User, str], list[str]] = {}
    for case in cases:
        for one in _recipients(staff, case):
            told.setdefault((one, WORDS[case.step.kind]), []).append(case.reference)
    for (person, what), references in told.items():
        if len(references) == 1:
            letter_queue(person, ESCALATION_NOTICE, {"what": what}, reference=references[0])
        else:
            letter_queue(person, ESCALATIONS_NOTICE, {"what": what, "total": str(len(references))})


def _recipients(staff: _Staff, case: EscalatedCase) -> Iterable[User]:
    """Return the people who get an e-mail about a step, without duplicates."""
    kind = case.step.kind
    if kind in _OF_OFFICER:
        found = list(staff.of_officer(case))
        if case.step.audience == Audience.UNIT:
            found += staff.of_unit(case.unit_id)
        elif case.step.audience == Audience.HEAD:
            found += staff.heads_of(case.unit_id)
    elif kind == EventKind.ESCALATED_UNIT:
        found = [*staff.heads_of(case.unit_id), *staff.of_officer(case)]
    else:
        found = [*staff.heads_of(None), *staff.heads_of(case.unit_id)]
    return {person.pk: person for person in found}.values()
