"""Writes to the address book: routes and their keys, sealed identities, tokens, links."""

import hashlib
import hmac
import json
import secrets
import string
from base64 import urlsafe_b64encode
from dataclasses import asdict
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q, QuerySet

from shared.complaints.types import PartyDraft
from shared.jobs.backends import task_row
from shared.kernel import clock
from shared.kernel.references import LENGTH, reference_make
from shared.mail.services import mail_row
from shared.mail.tasks import deliver_mail
from shared.rows.services import row, rows_insert
from tenants.enums import AgencyState, KeyKind, LinkPurpose, ReviewDecision, TokenScope
from tenants.errors import (
    CaseNotFound,
    LinkNotFound,
    NothingSealed,
    ProofRequired,
    TokenNotFound,
)
from tenants.models import (
    Agency,
    EmailChange,
    LinkToken,
    OwnedRoute,
    Review,
    Route,
    SealedParty,
    SubmissionKey,
    TrackingToken,
)
from tenants.selectors import routes_living
from tenants.types import Identity, IssuedToken
from tenants.vault import Sealed, seal, unseal

TOKEN_LIFE = timedelta(hours=8)
SMALL = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
IDEMPOTENCY_LIFE = timedelta(hours=24)
LINK_LIVES = {
    LinkPurpose.OPEN: timedelta(hours=1),
    LinkPurpose.RATE: timedelta(days=30),
    LinkPurpose.PROMISE: timedelta(days=30),
    LinkPurpose.OLD_EMAIL: timedelta(days=3),
    LinkPurpose.NEW_EMAIL: timedelta(days=3),
}
# Its tables go before its routes and what opens them.
_IS_GOING = Q(route__agency__state=AgencyState.DESTROYED)


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
    """The form under which an e-mail is compared: people do not remember their capitals.

    Of the mailbox's name A to Z alone: other letters share their small form (``ſ`` and ``s``), and
    somebody else's mailbox would pass for this one.
    """
    name, at, domain = email.strip().rpartition("@")
    return name.translate(SMALL) + at + domain.casefold()


def route_matching(reference: str, kind: KeyKind, value: str) -> Route:
    """The route that a reference and its second half open. Raises ``CaseNotFound``."""
    secret = normal_email(value) if kind == KeyKind.EMAIL else value
    digest = lookup_digest(reference, kind, secret)
    column = "email_digest" if kind == KeyKind.EMAIL else "receipt_digest"
    route = routes_living().filter(reference=reference, **{column: digest}).first()
    if route is None:
        raise CaseNotFound
    return route


@transaction.atomic
def token_issue(*, route: Route, scope: TokenScope) -> IssuedToken:
    """A tracking token of 256 random bits for one complaint, good for eight hours."""
    token = secrets.token_urlsafe(32)
    expires_at = clock.now() + TOKEN_LIFE
    TrackingToken.objects.create(
        digest=token_digest(token), route=route, scope=scope, expires_at=expires_at
    )
    return IssuedToken(token=token, scope=scope, expires_at=expires_at)


def route_of_token(token: str) -> Route:
    """The route that a living tracking token opens. Raises ``TokenNotFound``."""
    return token_find(token).route


def route_of_proof(token: str) -> Route:
    """The same, for what decides something. Raises ``TokenNotFound`` or ``ProofRequired``."""
    found = token_find(token)
    if found.scope != TokenScope.FULL:
        raise ProofRequired
    return found.route


def token_find(token: str) -> TrackingToken:
    """A living tracking token with its route. Raises ``TokenNotFound``."""
    rows = TrackingToken.objects.select_related("route__agency").exclude(_IS_GOING)
    found = rows.filter(digest=token_digest(token), expires_at__gt=clock.now()).first()
    if found is None:
        raise TokenNotFound
    return found


def agency_hold(*, route: Route) -> None:
    """Let nobody begin to destroy the agency of a request before this transaction ends.

    To be called before the request is locked, in public: whoever destroys locks the agency first
    and counts its open requests then. Raises ``CaseNotFound`` when that has begun.
    """
    with connection.cursor() as cursor:
        # Shared: people who open requests of one agency again do not wait for each other.
        cursor.execute(
            "SELECT FROM tenants_agency WHERE schema_name = %s AND state <> %s FOR KEY SHARE",
            [route.agency_id, AgencyState.DESTROYED],
        )
        if not cursor.rowcount:
            raise CaseNotFound(route.reference)


def sealed_party_row(*, reference: str, party: PartyDraft) -> SealedParty:
    """Who a confidential person is, sealed for that reference; to be written with the complaint."""
    sealed = _party_sealed(reference, party)
    return row(
        SealedParty,
        reference=reference,
        key_id=sealed.key_id,
        sealed=sealed.content,
        created_at=clock.now(),
    )


def identity_of(*, reference: str) -> Identity:
    """The sealed identity in clear. Raises ``NothingSealed`` or ``SealBroken``."""
    # An agency may add seals under its own name: one about another agency's case counts for none.
    holders = Route.objects.filter(reference=reference).values("agency_id")
    found = SealedParty.objects.filter(reference=reference, schema_name__in=holders).first()
    if found is None:
        raise NothingSealed(reference)
    sealed = Sealed(key_id=found.key_id, content=bytes(found.sealed))
    return Identity(**json.loads(unseal(sealed, about=_party_place(reference))))


def is_sealed(*, reference: str) -> bool:
    """Whether the identity behind a request is kept from its agency."""
    holders = Route.objects.filter(reference=reference).values("agency_id")
    return SealedParty.objects.filter(reference=reference, schema_name__in=holders).exists()


def identity_reseal(*, reference: str, identity: Identity) -> None:
    """Put another content under the seal, or the same under the key of today."""
    sealed = _party_sealed(reference, PartyDraft(**asdict(identity)))
    SealedParty.objects.filter(reference=reference).update(
        key_id=sealed.key_id, sealed=sealed.content
    )


def _party_sealed(reference: str, party: PartyDraft) -> Sealed:
    identity = Identity(
        name=party.name, email=party.email, phone=party.phone, national_id=party.national_id
    )
    return seal(json.dumps(asdict(identity)), about=_party_place(reference))


def _party_place(reference: str) -> str:
    return f"party:{reference}"


def letter_queue(
    *, letter: str, language: str, reference: str, sealed: str = "", life: timedelta | None = None
) -> None:
    """A letter of the national side, with the task that sends it; its row names no address.

    ``life`` is how long somebody waits for the link in it.
    """
    mail = mail_row(
        to="",
        letter=letter,
        language=language,
        reference=reference,
        context={"sealed": sealed} if sealed else {},
        life=life,
    )
    rows_insert(mail, task_row(deliver_mail, mail_id=str(mail.pk)))


def email_change_keep(*, route: Route, sealed: Sealed, is_first: bool) -> None:
    """Keep a new address until it is proved; an earlier one and its links are forgotten.

    ``is_first``: there is no former mailbox to ask.
    """
    email_change_forget(route=route)
    EmailChange.objects.create(
        route=route,
        key_id=sealed.key_id,
        sealed=sealed.content,
        is_old_proved=is_first,
        expires_at=clock.now() + LINK_LIVES[LinkPurpose.NEW_EMAIL],
    )


def email_change_forget(*, route: Route) -> None:
    """Take a change of address back, with the links that prove it."""
    EmailChange.objects.filter(route=route).delete()
    proofs = (LinkPurpose.OLD_EMAIL, LinkPurpose.NEW_EMAIL)
    _forget(LinkToken.objects.filter(route=route, purpose__in=proofs))


def email_set(*, route: Route, email: str) -> None:
    """Let another address open a case; what the former one has opened or was sent ends.

    So does being kept in an account that had no other proof than the former address: whoever reads
    that mailbox may be why it was changed.
    """
    digest = lookup_digest(route.reference, KeyKind.EMAIL, normal_email(email))
    Route.objects.filter(pk=route.pk).update(email_digest=digest)
    EmailChange.objects.filter(route=route).delete()
    _forget(LinkToken.objects.filter(route=route))
    _forget(TrackingToken.objects.filter(route=route))
    _forget(OwnedRoute.objects.filter(route=route, is_by_email=True))


def link_issue(
    *, route: Route, purpose: LinkPurpose, letter: UUID, life: timedelta | None = None
) -> str:
    """The secret of the link in one letter; an earlier link for the same purpose opens no more.

    256 bits made from the letter's number under the look-up key: a letter that is sent twice,
    because the first sending was not noted, has the same link both times.
    """
    key = _keyed(f"link:{purpose}", letter.bytes)
    token = urlsafe_b64encode(key).rstrip(b"=").decode()
    _forget(LinkToken.objects.filter(route=route, purpose=purpose))
    LinkToken.objects.create(
        digest=token_digest(token),
        purpose=purpose,
        route=route,
        created_at=clock.now(),
        expires_at=clock.now() + (life or LINK_LIVES[purpose]),
    )
    return token


def link_find(*, token: str, purposes: tuple[LinkPurpose, ...]) -> LinkToken:
    """What a link that still works is good for; looking uses nothing up.

    Raises ``LinkNotFound``.
    """
    rows = LinkToken.objects.select_related("route__agency").exclude(_IS_GOING)
    living = rows.filter(purpose__in=purposes, expires_at__gt=clock.now())
    found = living.filter(digest=token_digest(token)).first()
    if found is None:
        raise LinkNotFound
    return found


def link_use(*, token: str, purposes: tuple[LinkPurpose, ...]) -> LinkToken:
    """The same, once: of two who use it at the same time, one is refused.

    Raises ``LinkNotFound``.
    """
    link = link_find(token=token, purposes=purposes)
    if not _forget(LinkToken.objects.filter(digest=link.digest)):
        raise LinkNotFound
    return link


def tokens_void(*, routes: QuerySet[Any]) -> int:
    """Close these complaints wherever they are open; returns how many tokens ended."""
    return _forget(TrackingToken.objects.filter(route__in=routes))


@transaction.atomic
def review_lapse(*, reference: str) -> None:
    """End the review of a request that its citizen takes back, if one waits."""
    Review.objects.filter(reference=reference, decision="").update(
        decision=ReviewDecision.LAPSED, decided_at=clock.now()
    )


def token_digest(token: str) -> bytes:
    """What is stored of a token; 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).digest()


def submission_digest(key: str) -> bytes:
    """What is stored of a client's idempotency key."""
    return _keyed("idempotency", key.encode())


def submission_row(
    *, digest: bytes, fingerprint: bytes, sent: bytes, route: Route
) -> SubmissionKey:
    """What binds an idempotency key to the complaint it made, to be written with it."""
    return SubmissionKey(
        digest=digest,
        fingerprint=fingerprint,
        sent=sent or None,
        route=route,
        created_at=clock.now(),
    )


@transaction.atomic
def keys_prune() -> int:
    """Forget expired tokens, links and changes of address, and idempotency keys after a day."""
    tokens = TrackingToken.objects.filter(expires_at__lt=clock.now())
    links = LinkToken.objects.filter(expires_at__lt=clock.now())
    changes = EmailChange.objects.filter(expires_at__lt=clock.now())
    keys = SubmissionKey.objects.filter(created_at__lt=clock.now() - IDEMPOTENCY_LIFE)
    return sum(_forget(rows) for rows in (tokens, links, changes, keys))


def _forget(rows: QuerySet[Any]) -> int:
    """Delete rows that nothing points to, in one statement; how many."""
    # Django's own way reads them first, since a library listens to all deletions, and then sorts
    # them by their keys: bytes from the database have no order, and two rows are an error.
    return rows._raw_delete(rows.db)


def _keyed(purpose: str, *parts: bytes) -> bytes:
    # Lengths are part of the message, or "ab"+"c" and "a"+"bc" would be one key.
    message = b"".join(len(part).to_bytes(4) + part for part in (purpose.encode(), *parts))
    return hmac.digest(settings.LOOKUP_KEY.encode(), message, "sha256")
