"""Queueing a letter and sending it."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from email.utils import make_msgid
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.module_loading import import_string
from django.utils.translation import override

from shared.kernel import clock
from shared.kernel.identifiers import uuid7
from shared.mail.models import Mail
from shared.mail.types import Particulars
from shared.rows.services import row
from shared.ui.dates import day_text, moment_text
from shared.ui.links import portal_url


def mail_row(
    *, to: str, letter: str, language: str, reference: str, context: Mapping[str, str]
) -> Mail:
    """One letter, to be written with what it tells of; it leaves only if that is committed."""
    return row(
        Mail,
        id=uuid7(),
        to=to,
        letter=letter,
        language=language,
        reference=reference,
        context=dict(context),
        queued_at=clock.now(),
    )


@transaction.atomic
def mail_send(*, mail_id: UUID) -> bool:
    """Send one waiting letter; ``False`` when it has left already or has nowhere to go.

    The row stays locked while the server is spoken to, so two workers never send it twice; a crash
    between the two leads to a second delivery under the same Message-ID, never to none.
    """
    mail = Mail.objects.select_for_update().filter(pk=mail_id, sent_at=None).first()
    if mail is None:
        return False
    particulars = _particulars(mail)
    if particulars.to:
        _compose(mail, particulars).send()
    mail.sent_at = clock.now()
    if particulars.is_forgotten:
        mail.to, mail.context = "", {}
    mail.save(update_fields=["sent_at", "to", "context"])
    return bool(particulars.to)


@transaction.atomic
def mail_forget(*, letters: Iterable[str], before: datetime) -> int:
    """Forget letters of these kinds that left before a moment: codes and notices, of no case."""
    gone = Mail.objects.filter(letter__in=list(letters), sent_at__lt=before)
    return gone.delete()[0]


def mail_settle() -> int:
    """Mark every waiting letter as gone: for made-up histories whose letters belong to the past."""
    return Mail.objects.filter(sent_at=None).update(sent_at=clock.now())


def addresses_forget(*, reference: str) -> int:
    """Empty the address in every letter about one case; those that wait will ask for it."""
    return Mail.objects.filter(reference=reference).update(to="")


def tracking_url(*, language: str, reference: str) -> str:
    """Where a request is opened: its reference is filled in, its secret half is not."""
    return f"{_tracking(language)}?reference={reference}"


def _tracking(language: str) -> str:
    return f"{portal_url()}/{language}/track/"


def _particulars(mail: Mail) -> Particulars:
    # Named in the settings: letters know nothing of tenants, who alone know the national side.
    ask: Callable[..., Particulars] = import_string(settings.MAIL_PARTICULARS)
    return ask(
        mail_id=mail.pk,
        letter=mail.letter,
        reference=mail.reference,
        to=mail.to,
        context=mail.context,
    )


def _day(mail: Mail, name: str) -> str:
    day = str(mail.context.get(name, ""))
    return day_text(date.fromisoformat(day), language=mail.language) if day else ""


def _compose(mail: Mail, particulars: Particulars) -> EmailMultiAlternatives:
    tracking = _tracking(mail.language)
    context = {
        **mail.context,
        **{f"{page}_url": f"{tracking}{page}/{key}/" for page, key in particulars.links.items()},
        "reference": mail.reference,
        "language": mail.language,
        "direction": "rtl" if mail.language == "ar" else "ltr",
        "due_day": _day(mail, "due_on"),
        "answer_day": _day(mail, "answer_by"),
        "queued": moment_text(mail.queued_at, language=mail.language),
        "oversight": settings.OVERSIGHT_EMAIL,
        "tracking_url": tracking_url(language=mail.language, reference=mail.reference),
    }
    with override(mail.language):
        subject = render_to_string(f"emails/{mail.letter}/subject.txt", context)
        text = render_to_string(f"emails/{mail.letter}/body.txt", context)
        html = render_to_string(f"emails/{mail.letter}/body.html", context)
    message = EmailMultiAlternatives(
        # One line: a line break here would let a subject write headers.
        subject=" ".join(subject.split()),
        body=text,
        to=[particulars.to],
        headers={
            "Message-ID": f"<{mail.pk}@{make_msgid().rpartition('@')[2]}",
            "Content-Language": mail.language,
            "Auto-Submitted": "auto-generated",
        },
    )
    message.attach_alternative(html, "text/html")
    return message
