"""Queries for waiting and failed e-mails."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Min, Q

from shared.kernel import clock
from shared.kernel.identifiers import first_of
from shared.mail.enums import RESENDABLE, MailFailure
from shared.mail.models import Mail
from shared.mail.permissions.mail_kinds import CASE_NOTICE, STAFF_LETTERS
from shared.mail.types import FailedMail, MailCounts

# Rows with a time that Python cannot read are left out, because they would break pages. An agency's
# role may write such a time.
_OF_OUR_TIME = Q(queued_at__gte=clock.FIRST_MOMENT, queued_at__lt=clock.LAST_MOMENT)
_WAITING = Q(sent_at=None, failed_at=None) & _OF_OUR_TIME
_FAILED = _OF_OUR_TIME & Q(
    failed_at__gte=clock.FIRST_MOMENT, failed_at__lt=clock.LAST_MOMENT, failure__in=RESENDABLE
)
_SHOWN = ("letter", "reference", "queued_at", "failed_at", "failure", "attempts", "last_error")


def staff_told_of(*, words: Collection[str], since: datetime) -> frozenset[tuple[str, str]]:
    """Return pairs of address and reference of the case notices queued since a time.

    ``words`` are the allowed values of ``what`` in the context of the notices.
    """
    rows = Mail.objects.filter(
        pk__gte=first_of(since), queued_at__gte=since, letter=CASE_NOTICE
    ).filter(context__what__in=list(words))
    return frozenset(rows.values_list("to", "reference"))


def mail_ids_present(*, ids: Collection[UUID]) -> frozenset[UUID]:
    """Return the ids out of ``ids`` for which there is an e-mail."""
    return frozenset(Mail.objects.filter(pk__in=ids).values_list("pk", flat=True))


def mail_counts(*, late_before: datetime) -> MailCounts:
    """Return the counts of waiting, late and failed e-mails.

    A late e-mail is a waiting e-mail that was queued before ``late_before``.
    """
    found = Mail.objects.filter(sent_at=None).aggregate(
        waiting=Count("pk", filter=_WAITING),
        failing=Count("pk", filter=_WAITING & Q(queued_at__lt=late_before)),
        failed=Count("pk", filter=_FAILED),
        oldest=Min("queued_at", filter=_WAITING),
    )
    return MailCounts(
        waiting=found["waiting"],
        failing=found["failing"],
        failed=found["failed"],
        oldest_at=found["oldest"],
    )


def overdue_mail(*, before: datetime) -> list[UUID]:
    """Return the ids of waiting e-mails that were queued before a time, the oldest first."""
    return list(
        Mail.objects.filter(_WAITING, queued_at__lt=before)
        .order_by("queued_at", "id")
        .values_list("pk", flat=True)
    )


def failed_mail(*, limit: int | None = None) -> list[FailedMail]:
    """Return the failed e-mails that may be sent again, the latest failure first."""
    rows = Mail.objects.filter(_FAILED).only(*_SHOWN).order_by("-failed_at", "id")[:limit]
    return [
        FailedMail(
            id=row.pk,
            letter=row.letter,
            reference=row.reference,
            queued_at=row.queued_at,
            failed_at=row.failed_at,
            failure=MailFailure(row.failure),
            attempts=row.attempts,
            last_error=row.last_error,
        )
        for row in rows
        if row.failed_at is not None
    ]


def undelivered_on(*, reference: str) -> date | None:
    """Return the day on which the latest failed e-mail to the citizen of a case was queued."""
    rows = Mail.objects.filter(_FAILED, reference=reference).exclude(letter__in=STAFF_LETTERS)
    latest: datetime | None = (
        rows.order_by("-queued_at").values_list("queued_at", flat=True).first()
    )
    return clock.civil_day(latest) if latest else None
