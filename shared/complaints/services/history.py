"""The one way to change a case: lock it, move it by the table, write down what happened."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Model, QuerySet

from shared.complaints.enums import INTERNAL_EVENTS, EventKind, Kind, Status
from shared.complaints.errors import ComplaintNotFound, StaleCase
from shared.complaints.models import Complaint, ComplaintEvent, Rating
from shared.complaints.selectors import outbox_event
from shared.complaints.services.citizen_mail import citizen_mail_rows
from shared.complaints.services.list_columns import list_columns_follow
from shared.complaints.services.staff_mail import staff_mail_queue
from shared.complaints.workflow import require_move
from shared.kernel import clock, legal_deadline
from shared.kernel.actors import Actor
from shared.kernel.identifiers import uuid7
from shared.register.services import outbox_row
from shared.rows.compiled_queries import compiled_query
from shared.rows.services import rows_insert
from shared.units.selectors import unit_in_use

# Where an instance keeps the columns as they stood when its row was locked.
_AS_READ = "_as_read"


def case_lock(*, reference: str, version: int | None = None) -> Complaint:
    """The case, locked until the transaction ends; history of one case is written one by one.

    Raises ``ComplaintNotFound``, or ``StaleCase`` when ``version`` is what an officer's page was
    made from and the case has moved on since.
    """
    found = _locked(reference=reference)
    if not found:
        raise ComplaintNotFound(reference)
    complaint = found[0]
    if version is not None and complaint.version != version:
        raise StaleCase(reference)
    vars(complaint)[_AS_READ] = _columns(complaint)
    return complaint


@compiled_query()
def _locked(*, reference: str) -> QuerySet[Complaint]:
    # no_key: the children that others insert meanwhile only need the row to exist.
    return (
        Complaint.objects.select_for_update(of=("self",), no_key=True)
        .select_related("party")
        .filter(reference=reference)
    )


def case_move(complaint: Complaint, to: Status) -> None:
    """Set the new status in memory; ``event_record`` writes it. Raises ``TransitionNotAllowed``."""
    require_move(Status(complaint.status), to)
    complaint.status = to
    if to != Status.AWAITING_CITIZEN:
        complaint.awaiting_until = None


def case_open_again(complaint: Complaint) -> None:
    """Begin a new round in memory: a new term, and nobody holds it; ``event_record`` writes it.

    Raises ``TransitionNotAllowed``.
    """
    case_move(complaint, Status.REOPENED)
    complaint.reopened += 1
    complaint.reopened_at = clock.now()
    # What the former reply announced is contested: nobody is asked about its day.
    complaint.promised_on = None
    # Nobody holds it now: the officer who answered must not be the one who judges the answer.
    complaint.assignee = complaint.stands_in_for = None
    if complaint.unit_id is not None:
        # Its unit may have been retired since the reply.
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
    at: datetime | None = None,
    beside: Sequence[Model] = (),
) -> ComplaintEvent:
    """Write the changed case, the event, its outbox_event and its e-mails, in one transaction.

    ``kept`` is what a citizen says of a promise: the first fact of a rating, weeks later.
    ``is_by_email``: the citizen is told that somebody did it with reference and e-mail address
    alone. ``directed_to`` is the competent body that a refusal names. ``same_officer``: by or for
    an officer who had decided before, because nobody else could. ``at`` is when it happened, where
    that is not now. New rows ``beside`` the event go into its statement.
    """
    before = vars(complaint)[_AS_READ]
    event, others = event_rows(
        complaint,
        kind,
        actor,
        rating=rating,
        kept=kept,
        is_by_email=is_by_email,
        directed_to=directed_to,
        same_officer=same_officer,
        at=at,
    )
    list_columns_follow(complaint, event, old_status=str(before["status"]))
    now = _columns(complaint)
    # What has changed alone: its texts are long, and PostgreSQL would fold all their words anew.
    changed = [name for name, value in now.items() if name in before and value != before[name]]
    # Never read: it is there where words of a text are to be added.
    changed += now.keys() & {"more_words"}
    complaint.save(update_fields=changed)
    vars(complaint).pop("more_words", None)
    vars(complaint)[_AS_READ] = now
    rows_insert(*beside, event, *others)
    staff_mail_queue(
        complaint=complaint, kind=kind, actor=actor, former_holder_id=_holder_before(before)
    )
    return event


def _holder_before(columns: Mapping[str, object]) -> int | None:
    number = columns["assignee_id"]
    return number if isinstance(number, int) else None


def _recipient(complaint: Complaint) -> str:
    # As the name of who acts: it stays what it was on that day.
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
) -> tuple[ComplaintEvent, list[Model]]:
    """The next event of a case, its outbox_event and its e-mail, none of it written yet.

    Counts the event in ``complaint.version``, which the caller writes. ``at`` is when it happened,
    where that is not now.
    """
    complaint.version += 1
    event = ComplaintEvent(
        id=uuid7(),
        complaint=complaint,
        position=complaint.version,
        kind=kind,
        status=complaint.status,
        outcome=complaint.outcome,
        resolved=rating.resolved if rating else kept,
        handling=rating.handling if rating else None,
        same_officer=same_officer,
        promised_on=complaint.promised_on if kind == EventKind.ANSWERED else None,
        assigned_to=_recipient(complaint) if kind == EventKind.ASSIGNED else "",
        actor_kind=actor.kind,
        actor_label=actor.label,
        actor_id=actor.user_id,
        at=at or clock.now(),
    )
    announced = [] if kind in INTERNAL_EVENTS else [outbox_row(event=outbox_event(event))]
    mail = citizen_mail_rows(
        complaint=complaint,
        kind=kind,
        email=complaint.party.email,
        rating=rating,
        is_by_email=is_by_email,
        directed_to=directed_to,
    )
    return event, [*announced, *mail]
