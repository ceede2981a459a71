"""Locks, changes and events of a case, for every service that changes its state."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from django.db.models import Model, Q, QuerySet, Subquery

from shared.complaints.enums import INTERNAL_EVENTS, OPEN, EventKind, Kind, Status
from shared.complaints.errors import ComplaintNotFound, StaleCase
from shared.complaints.models import Complaint, ComplaintEvent, Rating
from shared.complaints.models.party import party_of
from shared.complaints.selectors import outbox_event
from shared.complaints.services.citizen_mail import citizen_mail_rows
from shared.complaints.services.list_columns import (
    is_citizen_news,
    list_columns_follow,
    news_pass_on,
)
from shared.complaints.services.staff_mail import staff_mail_queue
from shared.complaints.types.custody import Holding
from shared.complaints.workflow import require_move
from shared.kernel import clock, legal_deadline
from shared.kernel.actors import Actor
from shared.kernel.identifiers import uuid7
from shared.kernel.seams import imported, seams
from shared.register.services import outbox_row
from shared.rows.changed_rows import row_update
from shared.rows.compiled_queries import compiled_query
from shared.rows.new_rows import new_row
from shared.rows.selectors import found_or_refuse
from shared.rows.services import rows_insert
from shared.units.selectors import unit_in_use

# Name of the attribute of a case with the values of its columns when the row was locked.
_AS_READ = "_as_read"
# Name of the attribute of a case with the merged cases that were locked together with the case.
_TOGETHER = "_together"
PART_BACK, PART_ENDED = EventKind.PART_BACK, EventKind.PART_ENDED
# The event of the whole request for each event that ends one of its parts.
PART_ENDINGS = {
    EventKind.TRANSFERRED: EventKind.PART_ACCEPTED,
    EventKind.PART_RETURNED: EventKind.PART_JOINED,
}


def case_lock(
    *, reference: str, version: int | None = None, is_together: bool = False
) -> Complaint:
    """Return the case, locked until the transaction ends.

    ``is_together``: lock the cases with which it is merged as well (``cases_together``). Raises
    ``ComplaintNotFound``, or ``StaleCase`` if the case has changed since an officer's page showed
    ``version``.
    """
    found = (_locked_together if is_together else _locked)(reference=reference)
    complaint = found_or_refuse(
        next((row for row in found if row.reference == reference), None),
        ComplaintNotFound(reference),
    )
    if version is not None and complaint.version != version:
        raise StaleCase(reference)
    for row in found:
        vars(row)[_AS_READ] = _columns(row)
    if is_together:
        vars(complaint)[_TOGETHER] = [row for row in found if row is not complaint]
        _require_complete(complaint)
    return complaint


def case_hold(*, case_id: int) -> Complaint:
    """Return the case with this id, locked until the transaction ends.

    Until then no other transaction can change the case. Raises ``ComplaintNotFound``.
    """
    reference = Complaint.objects.filter(pk=case_id).values_list("reference", flat=True).first()
    if reference is None:
        raise ComplaintNotFound(str(case_id))
    # Merged cases are always locked together, in the order of their ids.
    return case_lock(reference=reference, is_together=True)


def case_lock_now(*, reference: str) -> Complaint | None:
    """Return the case, locked until the transaction ends; ``None`` if it is locked or deleted.

    Used for many cases in one transaction, because a lock that does not wait cannot cause a
    deadlock with a transaction that locks two cases.
    """
    found = _locked_now(reference=reference)
    for row in found:
        vars(row)[_AS_READ] = _columns(row)
    return found[0] if found else None


def cases_lock(*, references: Collection[str]) -> list[Complaint]:
    """Return several cases, locked in the order of their ids, which prevents deadlocks.

    Raises ``ComplaintNotFound``.
    """
    rows = Complaint.objects.select_for_update(of=("self",), no_key=True).select_related("party")
    found = list(rows.filter(reference__in=references).order_by("pk"))
    if len(found) != len(set(references)):
        raise ComplaintNotFound(", ".join(references))
    for row in found:
        vars(row)[_AS_READ] = _columns(row)
    return found


def cases_together(complaint: Complaint) -> list[Complaint]:
    """Return the locked cases that are merged with a locked case."""
    together: list[Complaint] = vars(complaint).get(_TOGETHER, [])
    return together


def main_locked(complaint: Complaint) -> Complaint | None:
    """Return the locked main case of an open merged case."""
    if not complaint.is_merged:
        return None
    # Without a locked main case the next line raises an error, because otherwise no list would show
    # the news.
    together: list[Complaint] = vars(complaint)[_TOGETHER]
    return next(row for row in together if row.pk == complaint.merged_into_id)


def _require_complete(complaint: Complaint) -> None:
    """Raise ``StaleCase`` if a merge was committed during the wait for the lock.

    The case that was merged meanwhile is not locked; a wait for its lock here could cause a
    deadlock.
    """
    known = {row.pk for row in cases_together(complaint)}
    members = Complaint.objects.filter(merged_into=complaint)
    together = {complaint.merged_into_id, *members.values_list("pk", flat=True)} - {None}
    if not together <= known:
        raise StaleCase(complaint.reference)


@compiled_query()
def _locked(*, reference: str) -> QuerySet[Complaint]:
    # Without ``no_key`` other transactions could not insert rows that refer to the case.
    return (
        Complaint.objects.select_for_update(of=("self",), no_key=True)
        .select_related("party")
        .filter(reference=reference)
    )


@compiled_query()
def _locked_now(*, reference: str) -> QuerySet[Complaint]:
    return (
        Complaint.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
        .select_related("party")
        .filter(reference=reference)
    )


@compiled_query()
def _locked_together(*, reference: str) -> QuerySet[Complaint]:
    # Each id has its own subquery; for one subquery in a list PostgreSQL would read the whole
    # table.
    own = Complaint.objects.filter(reference=reference)
    number = Subquery(own.values("pk")[:1])
    main = Subquery(own.values("merged_into_id")[:1])
    return (
        Complaint.objects.select_for_update(of=("self",), no_key=True)
        .select_related("party")
        .filter(
            Q(reference=reference) | Q(merged_into_id=number) | Q(pk=main) | Q(merged_into_id=main)
        )
        .order_by("pk")
    )


def status_set(complaint: Complaint, to: Status) -> None:
    """Set the new status in memory; ``event_record`` writes the status. Raises
    ``TransitionNotAllowed``.
    """
    require_move(Status(complaint.status), to)
    complaint.status = to
    if to != Status.AWAITING_CITIZEN:
        complaint.awaiting_until = None


def case_open_again(complaint: Complaint) -> None:
    """Begin a new round in memory: a new term, no officer; ``event_record`` writes the case.

    Raises ``TransitionNotAllowed``.
    """
    status_set(complaint, Status.REOPENED)
    complaint.reopened += 1
    complaint.reopened_at = clock.now()
    complaint.escalated = complaint.interim_replies = 0
    complaint.interim_until = None
    # The citizen contests the former reply, so nobody is asked whether its promise was kept.
    complaint.promised_on = None
    # The case gets no officer, because the officer who answered must not decide on it again.
    complaint.assignee = complaint.stands_in_for = None
    if complaint.unit_id is not None:
        # The unit may have been retired since the reply.
        complaint.unit_id = unit_in_use(unit_id=complaint.unit_id)
    if complaint.kind == Kind.COMPLAINT:
        complaint.due_on = legal_deadline.reply_due_on(clock.today())


def event_record(
    complaint: Complaint,
    kind: EventKind,
    actor: Actor,
    *,
    rating: Rating | None = None,
    kept: bool | None = None,
    is_by_email: bool = False,
    directed_to: str = "",
    same_officer: bool = False,
    chain: tuple[Holding, ...] = (),
    at: datetime | None = None,
    until: date | None = None,
    merged_with: str = "",
    is_told: bool = True,
    beside: Sequence[Model] = (),
) -> ComplaintEvent:
    """Write the changed case, the event, its outbox row and its e-mails, in one transaction.

    ``kept``: the citizen's report on a promise. ``is_by_email``: the citizen gets an e-mail that
    somebody acted with reference and e-mail address alone. ``directed_to``: the competent body that
    a refusal names. ``same_officer``: an officer who decided before decides again, because no other
    officer could. ``chain``: the earlier holders of a case that is transferred to this agency.
    ``at``: when the event happened, if not now. ``until``: the day that an interim reply announces.
    ``merged_with``: the other case of a merge. Without ``is_told`` the citizen gets no e-mail.
    ``beside``: new rows that the same statement inserts.
    """
    before = vars(complaint)[_AS_READ]
    event, others = event_rows(
        complaint, kind, actor,
        rating=rating, kept=kept, is_by_email=is_by_email, directed_to=directed_to,
        same_officer=same_officer, at=at, until=until, merged_with=merged_with, is_told=is_told,
    )  # fmt: skip
    event.chain = [one.to_json() for one in chain] or None
    _offer_end(complaint)
    list_columns_follow(complaint, event, old_status=str(before["status"]))
    _save_changed(complaint)
    rows_insert(*beside, event, *others)
    worked_on = _worked_on(complaint, event)
    former = _holder_before(before if worked_on is complaint else vars(worked_on)[_AS_READ])
    staff_mail_queue(complaint=worked_on, kind=kind, actor=actor, former_holder_id=former)
    if complaint.cut_from_id is not None:
        _whole_follow(complaint, kind, actor, was_open=before["status"] in OPEN)
    return event


def _whole_follow(part: Complaint, kind: EventKind, actor: Actor, *, was_open: bool) -> None:
    """Record on the whole request that a part needs no reply any more, or needs a reply again.

    The figures count the whole request as open while a part waits. Events after a re-opening of the
    part do not change the figures.
    """
    if part.is_open == was_open or part.reopened:
        return
    reference = Complaint.objects.values_list("reference", flat=True).get(pk=part.cut_from_id or 0)
    whole = case_lock(reference=reference)
    if whole.status == Status.TRANSFERRED:
        return
    event_record(whole, PART_BACK if part.is_open else PART_ENDINGS.get(kind, PART_ENDED), actor)


def _worked_on(complaint: Complaint, event: ComplaintEvent) -> Complaint:
    """Return the case that e-mails to staff name; for news of a merged case, its main case."""
    if not is_citizen_news(event) or (main := main_locked(complaint)) is None:
        return complaint
    news_pass_on(main, event)
    # The event belongs to the merged case. The main case only gets a new version, because its
    # officer has not read the news.
    main.version += 1
    _save_changed(main)
    return main


def _save_changed(complaint: Complaint) -> None:
    """Write only the columns of a locked case that have changed."""
    before, now = vars(complaint)[_AS_READ], _columns(complaint)
    # Unchanged texts are not written, because PostgreSQL would compute their search words again.
    changed = [name for name, value in now.items() if name in before and value != before[name]]
    # ``more_words`` is not loaded with a case, so the value is in memory only if a service added
    # words.
    changed += now.keys() & {"more_words"}
    row_update(complaint, changed)
    vars(complaint).pop("more_words", None)
    vars(complaint)[_AS_READ] = now


def _offer_end(complaint: Complaint) -> None:
    """End the offer of a case that was answered, refused or withdrawn, because nobody can accept
    the case any more.
    """
    if complaint.offered_to and not complaint.is_open:
        complaint.offered_to = ""
        imported(seams().offer_ended)(reference=complaint.reference)


def _holder_before(columns: Mapping[str, object]) -> int | None:
    number = columns["assignee_id"]
    return number if isinstance(number, int) else None


def _recipient(complaint: Complaint) -> str:
    # The event stores the officer's name as it is on that day.
    return complaint.assignee.name if complaint.assignee else ""


def _columns(complaint: Complaint) -> dict[str, object]:
    kept = vars(complaint)
    return {
        field.attname: kept[field.attname]
        for field in Complaint._meta.concrete_fields
        if field.attname in kept and not field.generated
    }


def event_rows(
    complaint: Complaint,
    kind: EventKind,
    actor: Actor,
    *,
    rating: Rating | None = None,
    kept: bool | None = None,
    is_by_email: bool = False,
    directed_to: str = "",
    same_officer: bool = False,
    at: datetime | None = None,
    until: date | None = None,
    merged_with: str = "",
    is_told: bool = True,
) -> tuple[ComplaintEvent, list[Model]]:
    """Return the next event of a case, its outbox row and its e-mail, all unsaved.

    Adds 1 to ``complaint.version``, which the caller writes. ``at``: when the event happened, if
    not now.
    """
    complaint.version += 1
    event = new_row(
        ComplaintEvent,
        {
            "id": uuid7(),
            "complaint": complaint,
            "position": complaint.version,
            "kind": kind,
            "status": complaint.status, "outcome": complaint.outcome,
            "resolved": rating.resolved if rating else kept,
            "handling": rating.handling if rating else None,
            "same_officer": same_officer,
            "until": until, "merged_with": merged_with,
            "promised_on": complaint.promised_on if kind == EventKind.ANSWERED else None,
            "assigned_to": _recipient(complaint) if kind == EventKind.ASSIGNED else "",
            "actor_kind": actor.kind, "actor_label": actor.label, "actor_id": actor.user_id,
            "at": at or clock.now(),
        },
    )  # fmt: skip
    announced = [outbox_row(event=outbox_event(event))] if _is_announced(event) else []
    mail = citizen_mail_rows(
        complaint=complaint, kind=kind, email=party_of(complaint).email, rating=rating,
        is_by_email=is_by_email, directed_to=directed_to, until=until,
    )  # fmt: skip
    return event, [*announced, *(mail if is_told else [])]


def _is_announced(event: ComplaintEvent) -> bool:
    """Return whether the national register gets an event.

    The register gets no event of a part while the part is at the agency that cut it out, because an
    agency could otherwise make any number of register entries.
    """
    return event.kind not in INTERNAL_EVENTS and event.complaint.cut_from_id is None
