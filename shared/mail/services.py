"""Queueing, sending and retrying of e-mails."""

import logging
import random
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from email.utils import make_msgid
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils.translation import override

from shared.jobs.services.retries import retry_delay
from shared.kernel import clock
from shared.kernel.identifiers import uuid7
from shared.kernel.seams import imported, seams
from shared.mail.enums import RESENDABLE, DeliveryOutcome, MailFailure
from shared.mail.errors import HandoverFailed
from shared.mail.models import Mail
from shared.mail.permissions.mail_kinds import LETTERS, STAFF_LETTERS
from shared.mail.types import Delivery, DeliveryFault, ResolvedMail
from shared.mail.workflow import (
    RETRY_FOR,
    delivery_fault,
    failure_before,
)
from shared.rows.new_rows import new_row
from shared.ui.dates import day_text, moment_text
from shared.ui.links import portal_url

logger = logging.getLogger(__name__)

# The time by which an attempt may be early, because the times of two servers may differ.
EARLY = timedelta(minutes=1)
# The time for which failed e-mails without a case are kept.
FAILED_LIFE = timedelta(days=30)
_WAITING = Q(sent_at=None, failed_at=None)
# Name of a day in e-mail templates -> key of the day in the context of the row.
_DAYS = {
    "due_day": "due_on",
    "answer_day": "answer_by",
    "until_day": "until",
    "promised_day": "promised_on",
    "filed_day": "filed_on",
}


def mail_row(
    *,
    to: str,
    letter: str,
    language: str,
    reference: str,
    context: Mapping[str, str],
    life: timedelta | None = None,
    number: UUID | None = None,
    failure: MailFailure | None = None,
) -> Mail:
    """Return the unsaved row of an e-mail, which the caller must insert.

    ``life``: the time after which the e-mail is useless and is not sent. ``number``: the id of the
    row, so that a repeated call cannot insert the e-mail twice. ``failure``: the e-mail is not sent
    before ``mail_resend`` queues the e-mails with this failure.
    """
    at = clock.now()
    return new_row(
        Mail,
        {
            "failed_at": at if failure else None,
            "failure": failure or "",
            "expires_at": at + life if life else None,
            "id": number or uuid7(),
            "to": to,
            "letter": letter,
            "language": language,
            "reference": reference,
            "context": dict(context),
            "queued_at": at,
        },
    )


def mail_deliver(*, mail_id: UUID) -> Delivery:
    """Try to send a waiting e-mail, and record the outcome.

    The function is not atomic, so that the start of the attempt is stored even if the worker dies.
    """
    if (begun := _attempt_begin(mail_id)) is not None:
        return begun
    try:
        is_sent = mail_send(mail_id=mail_id)
    except HandoverFailed as failed:
        return _attempt_fail(mail_id, failed.error, delivery_fault(failed.error))
    except Exception as error:  # after any error, the e-mail must be tried again
        # The mail server did not cause this error.
        fault = DeliveryFault(name=type(error).__name__[:64], is_defect=True)
        return _attempt_fail(mail_id, error, fault)
    return Delivery(outcome=DeliveryOutcome.SENT if is_sent else DeliveryOutcome.NOT_NEEDED)


@transaction.atomic
def mail_send(*, mail_id: UUID) -> bool:
    """Send a waiting e-mail or its replacement; return whether an e-mail was sent.

    An e-mail of an unknown kind, or of a kind that this schema may not write, is marked as failed.
    So is an e-mail to an unproved address, until ``mail_resend`` queues the e-mail again. The row
    is locked, so that no other worker sends the same e-mail. After a crash the e-mail may be sent
    again with the same Message-ID. Raises ``HandoverFailed`` for errors of the mail server.
    """
    mail = Mail.objects.select_for_update().filter(_WAITING, pk=mail_id).first()
    if mail is None:
        return False
    recipient = _resolve(mail)
    if recipient is None:
        _fail(mail, MailFailure.MALFORMED)
        return False
    if recipient.to:
        _hand_over(_compose(mail, recipient))
    if recipient.is_held:
        mail.unfinished_attempts, mail.last_error = 0, ""
        _fail(mail, MailFailure.UNPROVED)
        return bool(recipient.to)
    mail.sent_at, mail.unfinished_attempts, mail.last_error = clock.now(), 0, ""
    if recipient.is_forgotten:
        mail.to, mail.context = "", {}
    mail.save(update_fields=["sent_at", "unfinished_attempts", "last_error", "to", "context"])
    return bool(recipient.to)


@transaction.atomic
def mail_resend(
    *, failures: Collection[MailFailure] = RESENDABLE, reference: str | None = None
) -> list[UUID]:
    """Queue failed e-mails again for seven days, and return their ids.

    The caller must queue a task for each id. With ``reference``, only e-mails to the citizen of
    this case are queued, with the citizen's current address.
    """
    rows = Mail.objects.filter(failed_at__isnull=False, failure__in=failures)
    fields: dict[str, object] = {}
    if reference is not None:
        rows = rows.filter(reference=reference).exclude(letter__in=STAFF_LETTERS)
        fields = {"to": ""}
    found = list(rows.order_by("queued_at", "id").values_list("pk", flat=True))
    Mail.objects.filter(pk__in=found, failed_at__isnull=False).update(
        failed_at=None,
        failure="",
        attempts=0,
        unfinished_attempts=0,
        next_attempt_at=None,
        retry_until=clock.now() + RETRY_FOR,
        **fields,
    )
    return found


@transaction.atomic
def mail_settle_overdue(*, overdue: Iterable[UUID], live: Collection[UUID]) -> list[UUID]:
    """Mark as failed the overdue e-mails that must not be tried again.

    Returns the ids of due e-mails without a task. ``live`` are the ids of e-mails with a task.
    """
    at, due = clock.now(), []
    for mail in Mail.objects.filter(_WAITING, pk__in=list(overdue)).order_by("queued_at", "id"):
        failure = _hopeless(mail, at)
        if mail.pk in live and failure == MailFailure.WORKER_DIED:
            # The e-mail is not marked as failed, because a worker may be sending it now.
            failure = None
        if failure is None and mail.attempts and at >= _limit(mail):
            failure = MailFailure.UNREACHABLE
        if failure is not None:
            _fail(mail, failure)
        elif mail.pk not in live and (mail.next_attempt_at is None or mail.next_attempt_at <= at):
            due.append(mail.pk)
    return due


@transaction.atomic
def mail_forget(*, letters: Iterable[str], before: datetime) -> int:
    """Delete e-mails of the given kinds that were sent or expired before a time.

    Pass only kinds that belong to no case. Other failed e-mails are deleted 30 days later, so that
    operators can see them. Returns the count of deleted rows.
    """
    return Mail.objects.filter(
        Q(sent_at__lt=before)
        | Q(failed_at__lt=before, failure=MailFailure.EXPIRED)
        | Q(failed_at__lt=before - FAILED_LIFE),
        letter__in=list(letters),
    ).delete()[0]


def mail_settle() -> int:
    """Mark every unsent e-mail as sent; call this function only for generated test data."""
    return Mail.objects.filter(sent_at=None).update(sent_at=clock.now())


def addresses_forget(*, reference: str) -> int:
    """Delete the stored address in all e-mails to the citizen of a case."""
    return Mail.objects.filter(reference=reference).exclude(letter__in=STAFF_LETTERS).update(to="")


@transaction.atomic(savepoint=False)
def mails_leave(*, reference: str) -> tuple[dict[str, str], ...]:
    """Mark the unsent e-mails to the citizen of a case as moved to another agency.

    Returns the kinds and failures of these e-mails, because the other agency writes the e-mails
    again. An e-mail that a worker is sending is not marked. All stored addresses of the citizen
    are deleted.
    """
    rows = Mail.objects.filter(reference=reference, sent_at=None).exclude(letter__in=STAFF_LETTERS)
    waiting = rows.select_for_update(skip_locked=True).order_by("queued_at", "id")
    left = list(waiting.values_list("pk", "letter", "failure"))
    Mail.objects.filter(pk__in=[number for number, _letter, _failure in left]).update(
        failed_at=clock.now(), failure=MailFailure.MOVED, next_attempt_at=None, context={}
    )
    addresses_forget(reference=reference)
    return tuple({"letter": letter, "failure": failure} for _number, letter, failure in left)


def tracking_url(*, language: str, reference: str) -> str:
    """Return the address of the tracking page with a request's reference filled in."""
    return f"{portal_url()}/{language}/track/?reference={reference}"


@transaction.atomic
def _attempt_begin(mail_id: UUID) -> Delivery | None:
    """Count an attempt before sending; return a ``Delivery`` if the e-mail must not be sent now."""
    mail = Mail.objects.select_for_update(skip_locked=True).filter(_WAITING, pk=mail_id).first()
    at = clock.now()
    # ``mail`` is ``None`` too while another worker sends the e-mail, because the row is locked.
    if mail is None or (mail.next_attempt_at is not None and mail.next_attempt_at > at + EARLY):
        return Delivery(outcome=DeliveryOutcome.NOT_NEEDED)
    failure = _hopeless(mail, at)
    if failure is not None:
        _fail(mail, failure)
        return Delivery(outcome=DeliveryOutcome.FAILED)
    mail.attempts += 1
    mail.unfinished_attempts += 1
    mail.save(update_fields=["attempts", "unfinished_attempts"])
    return None


@transaction.atomic
def _attempt_fail(mail_id: UUID, error: Exception, fault: DeliveryFault) -> Delivery:
    at = clock.now()
    logger.warning("letter %s was not sent: %s", mail_id, fault.name)
    mail = Mail.objects.select_for_update().filter(_WAITING, pk=mail_id).first()
    if mail is None:
        return Delivery(outcome=DeliveryOutcome.NOT_NEEDED, fault=fault, error=error)
    mail.unfinished_attempts, mail.last_error = 0, fault.name
    if fault.is_permanent or at >= _limit(mail):
        _fail(mail, MailFailure.REFUSED if fault.is_permanent else MailFailure.UNREACHABLE)
        return Delivery(outcome=DeliveryOutcome.FAILED, fault=fault, error=error)
    mail.next_attempt_at = _next_attempt(mail, at)
    mail.save(update_fields=["unfinished_attempts", "last_error", "next_attempt_at"])
    return Delivery(
        outcome=DeliveryOutcome.POSTPONED, again_at=mail.next_attempt_at, fault=fault, error=error
    )


def _hopeless(mail: Mail, at: datetime) -> MailFailure | None:
    return failure_before(
        expires_at=mail.expires_at, unfinished_attempts=mail.unfinished_attempts, at=at
    )


def _limit(mail: Mail) -> datetime:
    return mail.retry_until or mail.queued_at + RETRY_FOR


def _next_attempt(mail: Mail, at: datetime) -> datetime:
    # Without the random part, all e-mails of an outage would be tried again at the same time.
    delay = retry_delay(mail.attempts) * random.uniform(1, 1.2)  # noqa: S311  # not a secret
    # The attempt at ``expires_at`` marks the e-mail as failed.
    return min(at + delay, mail.expires_at or at + delay)


def _fail(mail: Mail, failure: MailFailure) -> None:
    """Mark an e-mail as failed; delete the address and the context if the e-mail has expired."""
    mail.failed_at, mail.failure, mail.next_attempt_at = clock.now(), failure, None
    if failure == MailFailure.EXPIRED:
        mail.to, mail.context = "", {}
    mail.save()


def _resolve(mail: Mail) -> ResolvedMail | None:
    # A seam supplies the resolver, because this package must not import ``tenants``.
    return imported(seams().mail_resolver)(
        mail_id=mail.pk,
        letter=mail.letter,
        language=mail.language,
        reference=mail.reference,
        to=mail.to,
        context=mail.context,
    )


def _message_key(mail: Mail, recipient: ResolvedMail) -> str:
    # A row may lead to two e-mails. With the same Message-ID, a mailbox would drop the second.
    return f"{mail.pk}.{recipient.letter}" if recipient.letter else str(mail.pk)


def _hand_over(message: EmailMultiAlternatives) -> None:
    """Send a message to the mail server. Raises ``HandoverFailed``.

    Other errors, for example of a template, must not raise ``HandoverFailed``, because this error
    pauses the queue.
    """
    try:
        message.send()
    except OSError as error:  # smtplib's errors are subclasses of it
        raise HandoverFailed(error) from error


def _day(words: Mapping[str, str], name: str, language: str) -> str:
    try:
        day = date.fromisoformat(words.get(name, ""))
    except ValueError:
        # The day is missing, or is a text already, as in some e-mails of the public schema.
        return ""
    return day_text(day, language=language)


def _compose(mail: Mail, recipient: ResolvedMail) -> EmailMultiAlternatives:
    words, letter = recipient.words, recipient.letter or mail.letter
    # The mailbox may belong to a stranger, who could open the case with the reference and the
    # e-mail address.
    reference = "" if LETTERS[letter].is_proof else mail.reference
    context = {
        **words,
        # Blank links are set too, so that no link of the row's context is used.
        **{
            f"{page}_url": f"{portal_url()}/{mail.language}/track/{page}/{key}/" if key else ""
            for page, key in recipient.links.items()
        },
        "reference": reference,
        "language": mail.language,
        "direction": "rtl" if mail.language == "ar" else "ltr",
        **{name: _day(words, word, mail.language) for name, word in _DAYS.items()},
        "queued": moment_text(mail.queued_at, language=mail.language),
        "oversight": settings.OVERSIGHT_EMAIL,
        "tracking_url": tracking_url(language=mail.language, reference=reference),
    }
    with override(mail.language):
        subject, text, html = (
            render_to_string(f"emails/{letter}/{part}", context)
            for part in ("subject.txt", "body.txt", "body.html")
        )
    message = EmailMultiAlternatives(
        # A line break in the subject could add other headers to the e-mail.
        subject=" ".join(subject.split()),
        body=text,
        to=[recipient.to],
        headers={
            "Message-ID": f"<{_message_key(mail, recipient)}@{make_msgid().rpartition('@')[2]}",
            "Content-Language": mail.language,
            "Auto-Submitted": "auto-generated",
        },
    )
    message.attach_alternative(html, "text/html")
    return message
