"""E-mails to staff with counts of waiting cases: hourly, and in the morning.

The hourly maintenance queues all these e-mails, so a filing needs no additional statement.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TypeVar
from uuid import UUID, uuid5

from django.db import transaction

from shared.accounts.models import User
from shared.accounts.permissions import may_assign
from shared.catalogue.selectors import calendar_shown
from shared.complaints.enums import EventKind
from shared.complaints.selectors.workload import (
    COUNTS,
    Workload,
    cases_awaiting_approval,
    cases_overdue_between,
    cases_since,
    news_after_reply,
    open_workload,
    promises_soon,
    snoozed_workload,
)
from shared.complaints.services.staff_mail import letter_queue, unit_recipients
from shared.complaints.services.worker_locks import STAFF_MAIL, worker_lock
from shared.kernel import clock
from shared.kernel.identifiers import first_of
from shared.mail.permissions.mail_kinds import CASES_NOTICE, NOTICES, STAFF_DIGEST
from shared.mail.selectors import mail_ids_present, staff_told_of
from shared.mail.services import mail_forget
from shared.notifications.enums import Delivery, NoticeKind
from shared.notifications.selectors import all_choices, gathered_until, with_defaults
from shared.notifications.services import gathered_note
from shared.units.selectors import officers_able_to_answer, unit_scopes
from shared.units.types import UnitScope

# The transaction of an event may be committed up to this time after the moment of the event.
COMMIT_TIME = timedelta(minutes=1)
# Local hours: the maintenance writes from 7 o'clock, also after an outage, but not after noon.
MORNING = range(7, 12)
SATURDAY = 5
KEPT = timedelta(days=30)
T = TypeVar("T")
# The namespace of the ids of e-mails, by which each e-mail is queued once.
_NAMESPACE = UUID("6f3d1f0e-5a0c-4a8e-9d2b-2a6c1f7b9e41")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Staff:
    """The staff able to answer, the ``people`` among them who get e-mails, and all their units."""

    everybody: tuple[User, ...]
    people: tuple[User, ...]
    scopes: Mapping[int, UnitScope]
    _of_unit: dict[int | None, frozenset[int]] = field(default_factory=dict)

    def is_for(self, person: User, assignee_id: int | None, unit_id: int | None) -> bool:
        """Return whether a case waits for a person: assigned to the person, or unassigned in the
        person's unit.

        For a person who assigns cases, return whether the person may see the case.
        """
        if assignee_id == person.pk:
            return True
        if may_assign(person.role):
            return self.scopes[person.pk].holds(unit_id)
        return assignee_id is None and person.pk in self._recipients(unit_id)

    def _recipients(self, unit_id: int | None) -> frozenset[int]:
        if unit_id not in self._of_unit:
            found = unit_recipients(self.everybody, unit_id=unit_id)
            self._of_unit[unit_id] = frozenset(one.pk for one in found)
        return self._of_unit[unit_id]


@transaction.atomic
def staff_mail_write() -> int:
    """Queue the hourly e-mails and digests that are due; return the count of e-mails."""
    at = clock.now()
    # Of two simultaneous workers the second worker waits here and sees the queued e-mails.
    worker_lock(STAFF_MAIL)
    mail_forget(letters=NOTICES, before=at - KEPT)
    return _new_gather(at) + _late_gather(at) + _digests_queue(at)


def _new_gather(at: datetime) -> int:
    """Queue the hourly e-mails on new requests, for staff who chose immediate e-mails."""
    marks, until = gathered_until(kind=NoticeKind.NEW), at - COMMIT_TIME
    marks = _not_written_yet(marks, lambda pk: _new_number(pk, at))
    if not marks:
        return 0
    since, staff = min(marks.values()), _staff(marks)
    cases = cases_since(since=since, until=until)
    told = staff_told_of(words=["assigned"], since=since)
    sent = 0
    for person in staff.people:
        mark, found = first_of(marks[person.pk]), set()
        for case in cases:
            is_given = case.kind == EventKind.ASSIGNED
            # A case that the officer took, or about which the officer got an e-mail, is not news.
            is_known = is_given and (
                case.actor_id == person.pk or (person.email, case.reference) in told
            )
            is_waiting = case.assignee_id == (person.pk if is_given else None)
            is_theirs = staff.is_for(person, case.assignee_id, case.unit_id)
            if case.event_id >= mark and is_waiting and is_theirs and not is_known:
                found.add(case.reference)
        sent += _gathered_queue(person, "new", len(found), number=_new_number(person.pk, at))
    gathered_note(kind=NoticeKind.NEW, user_ids=list(marks), until=until)
    return sent


def _late_gather(at: datetime) -> int:
    """Queue the e-mails on cases past their legal term, for staff who chose immediate e-mails."""
    marks, today = gathered_until(kind=NoticeKind.LATE), clock.civil_day(at)
    marks = {pk: mark for pk, mark in marks.items() if clock.civil_day(mark) < today}
    if not marks:
        return 0
    first = clock.civil_day(min(marks.values()))
    cases = cases_overdue_between(first=first, last=today - timedelta(days=1))
    staff, sent = _staff(marks), 0
    for person in staff.people:
        mark = clock.civil_day(marks[person.pk])
        found = [
            case
            for case in cases
            if case.due_on is not None
            and case.due_on >= mark
            and staff.is_for(person, case.assignee_id, case.unit_id)
        ]
        number = uuid5(_NAMESPACE, f"late {person.pk} {today}")
        sent += _gathered_queue(person, "late", len(found), number=number)
    gathered_note(kind=NoticeKind.LATE, user_ids=list(marks), until=at)
    return sent


def _digests_queue(at: datetime) -> int:
    """Queue the morning digests for staff who chose digests; on working days only."""
    local = at.astimezone(clock.NATIONAL_ZONE)
    if local.hour not in MORNING or not _is_working_day(local.date()):
        return 0
    choices = all_choices()
    wanted = {}
    for person in officers_able_to_answer():
        deliveries = with_defaults(person, choices.get(person.pk, {}))
        if Delivery.DIGEST in deliveries.values():
            wanted[person.pk] = deliveries
    numbers = _not_written_yet(wanted, lambda pk: _digest_number(pk, local.date()))
    if not numbers:
        return 0
    counts = _Counts.read(local.date())
    staff, sent = _staff(numbers), 0
    for person in staff.people:
        words = counts.words(person, staff.scopes[person.pk], wanted[person.pk])
        if words:
            number = _digest_number(person.pk, local.date())
            letter_queue(person, STAFF_DIGEST, words, number=number)
            sent += 1
    return sent


@dataclass(frozen=True, slots=True, kw_only=True)
class _Counts:
    """Counts of waiting cases of the agency, by officer and unit, for the digests of all staff."""

    open: list[Workload]
    answered: list[Workload]
    approvals: list[Workload]
    promises: list[Workload]
    snoozed: Mapping[int, list[Workload]]

    @classmethod
    def read(cls, today: date) -> "_Counts":
        """Read the counts: five queries, and one query for each officer who has put cases aside."""
        return cls(
            open=open_workload(today=today),
            answered=news_after_reply(today=today),
            approvals=cases_awaiting_approval(today=today),
            promises=promises_soon(today=today),
            snoozed=snoozed_workload(today=today),
        )

    def words(
        self, person: User, scope: UnitScope, deliveries: Mapping[NoticeKind, Delivery]
    ) -> dict[str, str]:
        """Return the counts in one officer's digest; an empty dictionary if nothing waits.

        An agent's digest counts own cases, and unassigned cases of the agent's units. The digest of
        a person who assigns cases counts all cases that the person may see.
        """
        is_board = may_assign(person.role)
        wants = {kind for kind, how in deliveries.items() if how != Delivery.NONE}
        # The lists of this officer leave out the cases that the officer has put aside.
        shown = [*self.open, *map(_negative, self.snoozed.get(person.pk, ()))]
        held = [one for one in shown if _concerns(one, person, scope, is_board=is_board)]
        done = [one for one in self.answered if _concerns(one, person, scope, is_board=is_board)]
        free = [one for one in shown if one.assignee_id is None and scope.holds(one.unit_id)]
        soon = [one for one in self.promises if _concerns(one, person, scope, is_board=is_board)]
        waiting = [one for one in self.approvals if is_board and scope.holds(one.unit_id)]
        soon = soon if NoticeKind.LATE in wants else []
        if NoticeKind.NEW not in wants:
            free = []
        if NoticeKind.MESSAGE not in wants:
            done = []
        numbers = {
            "new": _sum(free, "number"),
            "news": _sum(held, "news") * (NoticeKind.MESSAGE in wants) + _sum(done, "number"),
            "due_soon": _sum(held, "due_soon") * (NoticeKind.LATE in wants),
            "late": _sum(held, "late") * (NoticeKind.LATE in wants),
            "escalated": _sum(held, "escalated") * (NoticeKind.LATE in wants),
            "promise_late": _sum(held, "promise_late") * (NoticeKind.LATE in wants),
            "approval": _sum(waiting, "number"),
            "promises": _sum(soon, "number"),
        }
        if not any(numbers.values()):
            return {}
        # The total counts a case once, even if it is in several lists.
        counted = _column(wants)
        rest = [one for one in held if one.assignee_id is not None or not free]
        total = _sum(rest, counted) if counted else 0
        total += _sum(free, "number") + _sum(done, "number")
        total += _uncounted(waiting, counted) + _uncounted(soon, "news" if done else "")
        return {
            **{name: str(number) for name, number in numbers.items() if number},
            "total": str(total),
            "officer": "" if is_board else str(person.pk),
        }


def _uncounted(rows: Iterable[Workload], counted: str) -> int:
    """Return how many of the cases are not counted in the column ``counted``."""
    found = list(rows)
    return _sum(found, "number") - (_sum(found, counted) if counted else 0)


def _column(wants: Collection[NoticeKind]) -> str:
    """Return the column that counts a case once, however many chosen lists contain the case."""
    if NoticeKind.LATE not in wants:
        return "news" if NoticeKind.MESSAGE in wants else ""
    return "urgent" if NoticeKind.MESSAGE in wants else "due"


def _concerns(one: Workload, person: User, scope: UnitScope, *, is_board: bool) -> bool:
    return one.assignee_id == person.pk or (is_board and scope.holds(one.unit_id))


def _negative(one: Workload) -> Workload:
    return one._replace(**{name: -getattr(one, name) for name in COUNTS})


def _sum(rows: Iterable[Workload], name: str) -> int:
    return sum(getattr(row, name) for row in rows)


def _is_working_day(day: date) -> bool:
    _term, holidays = calendar_shown(category_code="", filed_on=day)
    return day.weekday() < SATURDAY and all(one.day != day for one in holidays)


def _staff(wanted: Collection[int]) -> _Staff:
    everybody = tuple(officers_able_to_answer())
    return _Staff(
        everybody=everybody,
        people=tuple(person for person in everybody if person.pk in wanted),
        scopes=unit_scopes(users=everybody),
    )


def _new_number(user_id: int, at: datetime) -> UUID:
    return uuid5(_NAMESPACE, f"new {user_id} {at:%Y-%m-%d %H}")


def _digest_number(user_id: int, day: date) -> UUID:
    return uuid5(_NAMESPACE, f"digest {user_id} {day}")


def _not_written_yet(found: Mapping[int, T], number: Callable[[int], UUID]) -> dict[int, T]:
    """Return the items of ``found``, keyed by person id, whose e-mail is not queued yet.

    ``number`` returns the id of a person's e-mail.
    """
    numbers = {number(pk): pk for pk in found}
    present = mail_ids_present(ids=list(numbers)) if numbers else frozenset()
    return {pk: found[pk] for one, pk in numbers.items() if one not in present}


def _gathered_queue(person: User, what: str, total: int, *, number: UUID) -> int:
    if not total:
        return 0
    words = {"what": what, "total": str(total)}
    if not may_assign(person.role):
        words["officer"] = str(person.pk)
    letter_queue(person, CASES_NOTICE, words, number=number)
    return 1
