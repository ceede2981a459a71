"""Writes to the address book: routes and their keys, tracking tokens, idempotency keys."""

import hashlib
import hmac
import secrets
from datetime import timedelta

from django.conf import settings
from django.db import transaction

from shared.kernel import clock
from shared.kernel.references import LENGTH, reference_make
from shared.rows.services import row
from tenants.enums import KeyKind
from tenants.models import Agency, Route, SubmissionKey, TrackingToken
from tenants.types import IssuedToken

TOKEN_LIFE = timedelta(hours=8)
IDEMPOTENCY_LIFE = timedelta(hours=24)


def route_row(*, agency: Agency, email: str) -> Route:
    """A new reference and the keyed digests by which its citizen will find it again.

    To be written with the complaint.
    """
    route = row(
        Route,
        reference=reference_make(),
        agency=agency,
        nonce=secrets.token_bytes(16),
        created_at=clock.now(),
    )
    route.receipt_digest = lookup_digest(route.reference, KeyKind.RECEIPT, receipt_code(route))
    if email:
        route.email_digest = lookup_digest(route.reference, KeyKind.EMAIL, normal_email(email))
    return route


def receipt_code(route: Route) -> str:
    """The sixteen-digit secret half of a receipt, made anew each time from the route's nonce.

    It is stored nowhere, so a copy of the database opens nothing; the receipt page and a repeated
    submission can still show it.
    """
    digest = _keyed("receipt", bytes(route.nonce), route.reference.encode())
    return f"{int.from_bytes(digest) % 10**LENGTH:0{LENGTH}d}"


def lookup_digest(reference: str, kind: KeyKind, value: str) -> bytes:
    """HMAC-SHA-256 of a reference with an e-mail or a receipt code, under the look-up key."""
    return _keyed(f"lookup:{kind}", reference.encode(), value.encode())


def normal_email(email: str) -> str:
    """The form under which an e-mail is compared: people do not remember their capitals."""
    return email.strip().casefold()


@transaction.atomic
def token_issue(*, route: Route) -> IssuedToken:
    """A tracking token of 256 random bits for one complaint, good for eight hours."""
    token = secrets.token_urlsafe(32)
    expires_at = clock.now() + TOKEN_LIFE
    TrackingToken.objects.create(digest=token_digest(token), route=route, expires_at=expires_at)
    return IssuedToken(token=token, expires_at=expires_at)


def token_digest(token: str) -> bytes:
    """What is stored of a token; 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).digest()


def submission_digest(key: str) -> bytes:
    """What is stored of a client's idempotency key."""
    return _keyed("idempotency", key.encode())


def submission_row(*, digest: bytes, fingerprint: bytes, route: Route) -> SubmissionKey:
    """What binds an idempotency key to the complaint it made, to be written with it."""
    return SubmissionKey(
        digest=digest, fingerprint=fingerprint, route=route, created_at=clock.now()
    )


@transaction.atomic
def keys_prune() -> int:
    """Forget expired tokens, and idempotency keys after a day."""
    tokens = TrackingToken.objects.filter(expires_at__lt=clock.now())
    keys = SubmissionKey.objects.filter(created_at__lt=clock.now() - IDEMPOTENCY_LIFE)
    return tokens.delete()[0] + keys.delete()[0]


def _keyed(purpose: str, *parts: bytes) -> bytes:
    # Lengths are part of the message, or "ab"+"c" and "a"+"bc" would be one key.
    message = b"".join(len(part).to_bytes(4) + part for part in (purpose.encode(), *parts))
    return hmac.digest(settings.LOOKUP_KEY.encode(), message, "sha256")
