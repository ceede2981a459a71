"""Queries on the e-mails that the demonstration has sent."""

import email
import email.policy
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from hashlib import sha256
from pathlib import Path

from demo.errors import LetterNotFound
from demo.types import Letter

# Django's file backend writes this line after each message.
SEPARATOR = b"-" * 79
ARABIC = re.compile("[\u0621-\u064a]")


def letters(*, directory: Path, limit: int) -> list[Letter]:
    """Return the newest e-mails in ``directory``, at most ``limit``."""
    if not directory.is_dir():
        return []
    files = sorted(directory.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
    found: list[Letter] = []
    for path in files:
        if path.is_file():
            found += reversed(list(_letters_in(path)))
        if len(found) >= limit:
            break
    return found[:limit]


def letter(*, directory: Path, key: str) -> Letter:
    """Return the e-mail with this key. Raises ``LetterNotFound``."""
    if directory.is_dir():
        for path in sorted(directory.iterdir()):
            for found in _letters_in(path):
                if found.key == key:
                    return found
    raise LetterNotFound(key)


def _letters_in(path: Path) -> Iterator[Letter]:
    for number, source in enumerate(path.read_bytes().split(SEPARATOR)):
        if source.strip():
            message = email.message_from_bytes(source.strip(), policy=email.policy.default)
            yield _letter(message, key=f"{path.stem}-{number}")


def _letter(message: EmailMessage, *, key: str) -> Letter:
    plain, html = _body(message, "plain"), _body(message, "html")
    subject = str(message["Subject"] or "")
    language = str(message["Content-Language"] or "") or ("ar" if ARABIC.search(plain) else "fr")
    return Letter(
        key=sha256(key.encode()).hexdigest()[:16],
        subject=subject,
        sender=str(message["From"] or ""),
        to=str(message["To"] or ""),
        sent_at=_sent_at(message),
        language=language[:2],
        text=plain,
        html=html,
    )


def _sent_at(message: EmailMessage) -> datetime | None:
    sent = message["Date"].datetime if message["Date"] else None
    if not isinstance(sent, datetime):
        return None
    # Python returns a time without a zone for "-0000", which means UTC.
    return sent if sent.tzinfo else sent.replace(tzinfo=UTC)


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()) if part is not None else ""
