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
from shared.ui.dates import day_text, moment_text
from shared.ui.links import portal_url

logger = logging.getLogger(__name__)

# A task that runs this much before the attempt is due still sends, because servers' clocks differ
# by less.
EARLY = timedelta(minutes=1)
# Failed e-mails that belong to no case are kept this long.
FAILED_LIFE = timedelta(days=30)
_WAITING = Q(sent_at=None, failed_at=None)
# Names of days in e-mail templates, and the names of their values in the context of the row.
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
    """Return the unsaved row of an e-mail, to be inserted in the transaction of the reported act.

    ``life``: the e-mail's code or link is valid for this time; later the e-mail is not sent.
    ``number``: the row's id, given where repeated work must not insert the e-mail twice.
    ``failure``: the e-mail is held under this failure, for example until its address is proved.
    """
    at = clock.now()
    return Mail(
        failed_at=at if failure else None,
        failure=failure or "",
        expires_at=at + life if life else None,
        id=number or uuid7(),
        to=to,
        letter=letter,
        language=language,
        reference=reference,
        context=dict(context),
        queued_at=at,
    )


def mail_deliver(*, mail_id: UUID) -> Delivery:
    """Try to send one waiting e-mail, and record the outcome.

    The function is not atomic, so that a begun attempt stays recorded when the worker dies.
    """
    if (begun := _attempt_begin(mail_id)) is not None:
        return begun
    try:
        is_sent = mail_send(mail_id=mail_id)
    except HandoverFailed as failed:
        return _attempt_fail(mail_id, failed.error, delivery_fault(failed.error))
    except Exception as error:  # after any error, the e-mail must be tried again
        # No mail server caused this error.
        fault = DeliveryFault(name=type(error).__name__[:64], is_defect=True)
        return _attempt_fail(mail_id, error, fault)
    return Delivery(outcome=DeliveryOutcome.SENT if is_sent else DeliveryOutcome.NOT_NEEDED)


@transaction.atomic
def mail_send(*, mail_id: UUID) -> bool:
    """Send one waiting e-mail; return ``False`` when it no longer waits or has no recipient.

    An e-mail of an unknown kind, or of a kind that this schema may not write, fails for good. An
    e-mail to an unproved address is held until the address is proved (``mail_resend``). Raises
    ``HandoverFailed`` for errors of the mail server only, because the e-mail is rendered before.
    The row stays locked while the e-mail is sent, so two workers never send it twice; a crash after
    sending leads to a second delivery under the same Message-ID, never to a lost e-mail.
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
    """Queue failed e-mails again for seven days, and return their ids; the caller adds the tasks.

    With ``reference``, only e-mails to the citizen of that case are queued, and their address is
    resolved again, because it has changed.
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
    """Fail overdue e-mails that must not be retried; return the due e-mails that have no task.

    ``live`` are the ids of e-mails that a task will still try.
    """
    at, due = clock.now(), []
    for mail in Mail.objects.filter(_WAITING, pk__in=list(overdue)).order_by("queued_at", "id"):
        failure = _hopeless(mail, at)
        if mail.pk in live and failure == MailFailure.WORKER_DIED:
            # A worker may be sending this e-mail now.
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
    """Delete e-mails of the given kinds that were sent or expired before a moment.

    The kinds are codes and notices that belong to no case. Other failed e-mails are deleted 30 days
    later, so that operators can see them.
    """
    return Mail.objects.filter(
        Q(sent_at__lt=before)
        | Q(failed_at__lt=before, failure=MailFailure.EXPIRED)
        | Q(failed_at__lt=before - FAILED_LIFE),
        letter__in=list(letters),
    ).delete()[0]


def mail_settle() -> int:
    """Mark every unsent e-mail as sent; only generated histories, with old e-mails, use this."""
    return Mail.objects.filter(sent_at=None).update(sent_at=clock.now())


def addresses_forget(*, reference: str) -> int:
    """Empty the address in every e-mail to a case's citizen; sending resolves the address again."""
    return Mail.objects.filter(reference=reference).exclude(letter__in=STAFF_LETTERS).update(to="")


@transaction.atomic(savepoint=False)
def mails_leave(*, reference: str) -> tuple[dict[str, str], ...]:
    """Mark the unsent e-mails to a case's citizen as moved, and return their kinds and failures.

    The agency that has the case now writes the e-mails again, so no content of these rows is
    transferred. An e-mail that a worker is sending is not marked. All addresses are emptied.
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
    """Return the tracking address of a request, with its reference and without its secret."""
    return f"{portal_url()}/{language}/track/?reference={reference}"


@transaction.atomic
def _attempt_begin(mail_id: UUID) -> Delivery | None:
    """Count an attempt before it is made; return a ``Delivery`` when no attempt must be made."""
    mail = Mail.objects.select_for_update(skip_locked=True).filter(_WAITING, pk=mail_id).first()
    at = clock.now()
    # No row is found while another worker has locked the row to send the e-mail.
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
    # The delay is partly random: otherwise all e-mails of an outage would be retried at one moment.
    delay = retry_delay(mail.attempts) * random.uniform(1, 1.2)  # noqa: S311  # not a secret
    # When the code in the e-mail expires, a last attempt marks the e-mail as failed.
    return min(at + delay, mail.expires_at or at + delay)


def _fail(mail: Mail, failure: MailFailure) -> None:
    """Mark an e-mail as failed; an expired e-mail loses its address and its context."""
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
    # Two e-mails of one row need different keys: a mailbox would drop the second e-mail.
    return f"{mail.pk}.{recipient.letter}" if recipient.letter else str(mail.pk)


def _hand_over(message: EmailMultiAlternatives) -> None:
    """Hand a message to the mail server. Raises ``HandoverFailed``.

    Only an error of this call counts as a failure of the mail server: otherwise a row whose
    template fails would pause the whole queue.
    """
    try:
        message.send()
    except OSError as error:  # smtplib's errors are subclasses of it
        raise HandoverFailed(error) from error


def _day(words: Mapping[str, str], name: str, language: str) -> str:
    try:
        day = date.fromisoformat(words.get(name, ""))
    except ValueError:
        # The day is missing, or it is text already, as in some e-mails of the public schema.
        return ""
    return day_text(day, language=language)


def _compose(mail: Mail, recipient: ResolvedMail) -> EmailMultiAlternatives:
    words, letter = recipient.words, recipient.letter or mail.letter
    # A stranger who reads an unproved mailbox could open the case with its reference and the
    # address.
    reference = "" if LETTERS[letter].is_proof else mail.reference
    context = {
        **words,
        # Blank links are set too, because a row's context must not say where a link leads.
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
        # A line break in the subject would let its text add headers.
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
