"""What lies in a citizen's mailbox, and the links in it."""

import re
from typing import cast
from urllib.parse import urlsplit

from django.core import mail
from django.core.mail import EmailMultiAlternatives

from shared.mail.models import Mail
from shared.mail.permissions.mail_kinds import STAFF_LETTERS
from shared.mail.services import mail_send
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency


def deliver(agency: Agency | None = None) -> list[EmailMultiAlternatives]:
    """Let every letter to citizens leave, of an agency or of the national side; those that left."""
    before = len(mail.outbox)
    if agency is None:
        _send_all()
    else:
        with agency_context(agency):
            _send_all()
    return [cast(EmailMultiAlternatives, one) for one in mail.outbox[before:]]


def _send_all() -> None:
    waiting = Mail.objects.filter(sent_at=None).exclude(letter__in=STAFF_LETTERS)
    for number in waiting.order_by("queued_at", "id"):
        mail_send(mail_id=number.pk)


def links_in(message: object) -> list[str]:
    """The addresses of a letter's plain text, without their host, in order."""
    text = str(cast(EmailMultiAlternatives, message).body)
    return _paths(re.findall(r"https?://\S+", text))


def links_in_page(message: object) -> list[str]:
    """The same of its HTML."""
    html = str(cast(EmailMultiAlternatives, message).alternatives[0].content)
    return _paths(re.findall(r'href="(.*?)"', html))


def _paths(urls: list[str]) -> list[str]:
    found = [urlsplit(url) for url in urls]
    return [f"{one.path}?{one.query}" if one.query else one.path for one in found]
