"""What an agency may write into its own schema with its own database role, at random."""

from datetime import timedelta

from shared.complaints.enums import Author, EventKind
from shared.complaints.models import Complaint, ComplaintEvent, Message, Note
from shared.complaints.selectors import outbox_event
from shared.complaints.types.custody import Holding
from shared.kernel import clock
from shared.kernel.identifiers import uuid7
from shared.mail.models import Mail
from shared.register.services import outbox_row
from tenants.isolation.schema_switch import agency_context

OUTSIDER = "outsider@example.net"


def holder_forges(history):
    """The holder writes in the name of others: words, days, events and letters."""
    holder, other = history.one.holder, history.any_agency().code
    history.forged[f"Forged {len(history.forged)}"] = holder.code
    with agency_context(holder):
        case = Complaint.objects.get(reference=history.one.reference)
        _words(history, case, other)
        _events(history, case, other)
        Mail.objects.create(
            id=uuid7(),
            to=OUTSIDER,
            letter=history.random.choice(("answered", "identity", "received")),
            language="fr",
            reference=case.reference,
            queued_at=clock.now(),
        )


def _words(history, case, other):
    body, at = [*history.forged][-1], clock.now()
    number = history.people.officers[other].pk
    said = {"complaint": case, "body": body, "agency_code": other, "writer_number": number}
    Message.objects.create(id=uuid7(), kind="message", author=Author.AGENCY, at=at, **said)
    Note.objects.create(at=at, **said)


def _events(history, case, other):
    since = clock.now() - timedelta(days=2_525)
    chain = Holding(agency_code=other, since=since, until=clock.now(), events=())
    moment = clock.now() + timedelta(days=history.random.choice((-400, 0, 400)))
    for kind, at, told in (
        (EventKind.TRANSFER_ACCEPTED, clock.now(), [chain.to_json()]),
        (EventKind.MESSAGE_BY_AGENCY, moment, None),
        (EventKind.IDENTITY_OPENED, clock.now(), None),
    ):
        case.version += 1
        event = ComplaintEvent(
            id=uuid7(),
            complaint=case,
            position=case.version,
            kind=kind,
            status=case.status,
            actor_kind="officer",
            actor_label="Forged",
            chain=told,
            at=at,
        )
        event.save(force_insert=True)
        outbox_row(event=outbox_event(event)).save(force_insert=True)
    case.save(update_fields=["version"])
