"""E-mails to staff about an event of one case.

An e-mail about a request gives only its reference, so that a reader of the mailbox learns nothing
about the citizen.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from uuid import UUID

from shared.accounts.enums import Role
from shared.accounts.models import User
from shared.accounts.permissions import may_administer
from shared.complaints.enums import EventKind
from shared.complaints.models import Complaint
from shared.jobs.services.schema_tasks import task_row
from shared.kernel import clock
from shared.kernel.actors import Actor, ActorKind
from shared.mail.permissions.mail_kinds import CASE_NOTICE
from shared.mail.selectors import staff_told_of
from shared.mail.services import mail_row
from shared.mail.tasks import deliver_mail
from shared.notifications.enums import Delivery, NoticeKind
from shared.notifications.permissions import default_delivery
from shared.notifications.selectors import chosen_deliveries
from shared.rows.services import rows_insert
from shared.units.selectors import officers_able_to_answer, unit_members, unit_scopes

# Several messages of a citizen within this time lead to one e-mail.
PAUSE = timedelta(minutes=10)
# The kind of notice and the name of the e-mail's sentence, keyed by kind of event.
NOTICES: Mapping[EventKind, tuple[NoticeKind, str]] = {
    EventKind.ASSIGNED: (NoticeKind.NEW, "assigned"),
    EventKind.MESSAGE_BY_CITIZEN: (NoticeKind.MESSAGE, "message"),
    EventKind.ATTACHMENT_ADDED: (NoticeKind.MESSAGE, "file"),
    EventKind.RATED: (NoticeKind.MESSAGE, "rating"),
    EventKind.PROMISE_TOLD: (NoticeKind.MESSAGE, "promise"),
    EventKind.REOPENED: (NoticeKind.REOPENED, "reopened"),
    EventKind.REVIEW_ASKED: (NoticeKind.REVIEW_ASKED, "review_asked"),
    EventKind.REVIEW_DECIDED: (NoticeKind.REVIEW_DECIDED, "review_decided"),
    EventKind.TRANSFER_REFUSED: (NoticeKind.MESSAGE, "offer_refused"),
    EventKind.TRANSFER_LAPSED: (NoticeKind.MESSAGE, "offer_lapsed"),
    EventKind.COMPETENCE_DECIDED: (NoticeKind.MESSAGE, "competence_decided"),
}
_REVIEWS = (NoticeKind.REVIEW_ASKED, NoticeKind.REVIEW_DECIDED)
_SUPERVISORS = (Role.SUPERVISOR,)


def staff_mail_queue(
    *, complaint: Complaint, kind: EventKind, actor: Actor, former_holder_id: int | None
) -> None:
    """Queue the e-mails to staff that an event sends at once, in the transaction of the event.

    ``former_holder_id``: the officer who had the case before the event.
    """
    if kind not in NOTICES:
        return
    notice, what = NOTICES[kind]
    is_officer = actor.kind == ActorKind.OFFICER
    if kind == EventKind.ASSIGNED and is_officer and complaint.assignee_id == actor.user_id:
        # An officer gets no e-mail about the officer's own act. This check comes before any query,
        # because officers often take cases.
        return
    if kind == EventKind.ASSIGNED and not _wants_new(complaint.assignee_id):
        return
    if kind == EventKind.ATTACHMENT_ADDED and actor.kind != ActorKind.CITIZEN:
        return
    former = former_holder_id if notice != NoticeKind.NEW else None
    holders = {pk for pk in (complaint.assignee_id, former) if pk is not None}
    told = _wanting(_recipients(complaint, notice, holders), notice, holders)
    if not told:
        return
    words = [word for one, word in NOTICES.values() if one == notice]
    earlier = staff_told_of(words=words, since=clock.now() - PAUSE)
    # Of many cases assigned at once, only the first leads to an e-mail; the hourly e-mail counts
    # the other cases.
    silent = {to for to, case in earlier if case == complaint.reference or notice == NoticeKind.NEW}
    for person in told:
        if person.email not in silent:
            letter_queue(person, CASE_NOTICE, {"what": what}, reference=complaint.reference)


def letter_queue(
    person: User,
    letter: str,
    context: Mapping[str, str],
    *,
    reference: str = "",
    number: UUID | None = None,
) -> None:
    """Queue one e-mail to a member of staff.

    A second e-mail with the same id ``number`` is not queued.
    """
    mail = mail_row(
        to=person.email,
        letter=letter,
        language=person.language,
        reference=reference,
        context=context,
        number=number,
    )
    # Each e-mail has its own statement, because statements for every number of people would fill
    # the statement cache.
    rows_insert(mail, task_row(deliver_mail, mail_id=str(mail.pk)))


def _wants_new(user_id: int | None) -> bool:
    """Return whether an officer chose immediate e-mails on assigned cases; the default is no."""
    chosen = chosen_deliveries(kind=NoticeKind.NEW)
    return user_id is not None and chosen.get(user_id) == Delivery.AT_ONCE


def _wanting(people: Iterable[User], notice: NoticeKind, holders: Collection[int]) -> list[User]:
    """Return the people who get immediate e-mails of this kind, by their choice or by default."""
    chosen: Mapping[int, Delivery] | None = None
    found = []
    for person in people:
        chosen = chosen_deliveries(kind=notice) if chosen is None else chosen
        delivery = chosen.get(person.pk) or default_delivery(
            role=person.role, kind=notice, is_own=person.pk in holders
        )
        if delivery == Delivery.AT_ONCE:
            found.append(person)
    return found


def _recipients(
    complaint: Complaint, notice: NoticeKind, holder_ids: Collection[int]
) -> list[User]:
    """Return the officers who have or had a case, with recipients of its unit where needed.

    If no able officer has the case, the unit's recipients are added; for a review its supervisors.
    For a new assignment nobody is added. Staff who are absent or cannot sign in are left out.
    """
    able = officers_able_to_answer()
    holders = list(able.filter(pk__in=holder_ids)) if holder_ids else []
    if notice == NoticeKind.NEW:
        return holders
    has_holder = any(person.pk == complaint.assignee_id for person in holders)
    if has_holder and notice not in _REVIEWS:
        return holders
    others = unit_recipients(able, unit_id=complaint.unit_id, has_members=not has_holder)
    return [*holders, *(one for one in others if one not in holders)]


def unit_recipients(
    able: Iterable[User], *, unit_id: int | None, has_members: bool = True
) -> list[User]:
    """Return the recipients of an e-mail on an unassigned case of a unit.

    The recipients are the members of the unit. If the case has no unit or no member is in ``able``,
    the supervisors are returned; without supervisors, the administrators. ``has_members=False``
    leaves out the members.
    """
    people = list(able)
    members = unit_members()
    own = [one for one in people if has_members and unit_id in members.get(one.pk, ())]
    if own:
        return own
    scopes = unit_scopes(users=people)
    supervising = [
        one for one in people if one.role in _SUPERVISORS and scopes[one.pk].holds(unit_id)
    ]
    return supervising or [one for one in people if may_administer(one.role)]
