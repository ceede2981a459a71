"""Secrets that open a case: issuing, finding and ending tracking tokens and links in e-mails."""

import hashlib
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from shared.kernel import clock
from shared.kernel.identifiers import uuid7
from shared.rows.selectors import first_or_refuse
from tenants.case_access.errors import (
    LinkNotFound,
    ProofRequired,
    TokenNotFound,
)
from tenants.case_access.services.receipt_codes import keyed_digest
from tenants.case_access.services.routes import IDEMPOTENCY_LIFE
from tenants.case_access.types import IssuedToken, TokenDetail
from tenants.models import (
    EmailChange,
    LinkToken,
    Route,
    RouteOpening,
    SamePersonClaim,
    SubmissionKey,
    TrackingToken,
)
from tenants.models.enums import AgencyState, LinkPurpose, OpenedBy, PrintedCode, TokenScope

TOKEN_LIFE = timedelta(hours=8)
LINK_LIVES = {
    LinkPurpose.OPEN: timedelta(hours=1),
    LinkPurpose.RATE: timedelta(days=30),
    LinkPurpose.PROMISE: timedelta(days=30),
    LinkPurpose.FILE: timedelta(days=30),
    LinkPurpose.OLD_EMAIL: timedelta(days=3),
    LinkPurpose.NEW_EMAIL: timedelta(days=3),
    LinkPurpose.GIVEN_EMAIL: timedelta(days=30),
}
# Links with these purposes are sent only to the request's mailbox; a used link proves the mailbox.
OF_ITS_MAILBOX = frozenset(LINK_LIVES) - {LinkPurpose.NEW_EMAIL}
# The states of a receipt code that an officer has printed and that was not replaced.
SEEN_BY_OFFICER = frozenset({PrintedCode.WAITS, PrintedCode.OPENS, PrintedCode.ADDED})
# How long a mailbox may take to answer; after this time the printed code may decide something.
MAILBOX_WAIT = timedelta(days=7)
# Tokens for a destroyed agency open nothing, because its tables are deleted before its routes.
_IS_DESTROYED = Q(route__agency__state=AgencyState.DESTROYED)


@transaction.atomic
def token_issue(
    *,
    route: Route,
    scope: TokenScope,
    opened_by: OpenedBy | None,
    is_by_mailbox: bool = False,
    is_by_printed_code: bool = False,
) -> IssuedToken:
    """Issue a tracking token of 256 random bits for one complaint, valid for eight hours.

    ``opened_by``: the proof given, which the citizen may read; ``None`` if unknown.
    ``is_by_mailbox``: the holder reads the mailbox of the request, so the token also opens texts
    for several merged requests. ``is_by_printed_code``: an officer had printed the code given.
    """
    token = secrets.token_urlsafe(32)
    expires_at = clock.now() + TOKEN_LIFE
    TrackingToken.objects.create(
        digest=token_digest(token),
        route=route,
        scope=scope,
        is_by_mailbox=is_by_mailbox,
        is_by_printed_code=is_by_printed_code,
        opened_by=opened_by or "",
        expires_at=expires_at,
    )
    if opened_by:
        openings_record(references=[route.reference], opened_by=opened_by)
    return IssuedToken(token=token, scope=scope, expires_at=expires_at)


def route_of_token(token: str) -> Route:
    """Return the route that a valid tracking token opens. Raises ``TokenNotFound``."""
    return token_find(token).route


def route_of_proof(token: str) -> Route:
    """Return the route of a token that may decide. Raises ``TokenNotFound``, ``ProofRequired``."""
    return proof_find(token).route


def proof_find(token: str) -> TrackingToken:
    """Return the row of a token that may decide. Raises ``TokenNotFound``, ``ProofRequired``."""
    found = token_find(token)
    if not token_decides(found):
        raise ProofRequired
    return found


def token_decides(token: TrackingToken) -> bool:
    """Return whether a token allows acts that decide something, such as a rating.

    A token of a printed code without full scope allows such acts only if the request has no
    mailbox that answers, because a person without one must be able to rate, re-open and withdraw.
    """
    if token.scope == TokenScope.FULL:
        return True
    return token.is_by_printed_code and _has_no_mailbox(token.route)


def token_detail_of(token: TrackingToken) -> TokenDetail:
    """Return the reference of a token's case, and the rights of the token."""
    return TokenDetail(
        reference=token.route_id,
        scope=TokenScope(token.scope),
        is_proved=token_decides(token),
        is_by_mailbox=token.is_by_mailbox,
        is_by_printed_code=token.is_by_printed_code,
    )


def token_is_own(token: TrackingToken) -> bool:
    """Return whether only the citizen can have a token: full scope, not by a printed code."""
    return token.scope == TokenScope.FULL and not token.is_by_printed_code


def _has_no_mailbox(route: Route) -> bool:
    if route.email_digest is None:
        return True
    return not route.is_email_proved and route.created_at < clock.now() - MAILBOX_WAIT


def printed_code_confirm(*, route: Route) -> None:
    """Give a printed code full scope, because the mailbox of the request has answered."""
    if route.printed_code == PrintedCode.WAITS:
        Route.objects.filter(pk=route.pk, printed_code=PrintedCode.WAITS).update(
            printed_code=PrintedCode.OPENS
        )


def token_find(token: str) -> TrackingToken:
    """Return a valid tracking token with its route. Raises ``TokenNotFound``.

    A token got with an e-mail address ends when another agency knows the reference, for example
    after a transfer, because that agency may know the address too.
    """
    found = first_or_refuse(
        TrackingToken.objects.select_related("route__agency")
        .exclude(_IS_DESTROYED)
        .filter(digest=token_digest(token), expires_at__gt=clock.now()),
        TokenNotFound(),
    )
    if found.route.is_known_elsewhere and is_by_email(found):
        raise TokenNotFound
    return found


def is_by_email(token: TrackingToken) -> bool:
    """Return whether a token was got with the reference and the e-mail address alone."""
    # Older rows have no ``opened_by``: without full scope, an e-mail address opened the case.
    return (token.opened_by or OpenedBy.EMAIL) == OpenedBy.EMAIL and token.scope != TokenScope.FULL


def openings_record(*, references: Iterable[str], opened_by: OpenedBy) -> None:
    """Record that requests were opened, once a day for each kind of proof; one statement."""
    now, today = clock.now(), clock.today()
    RouteOpening.objects.bulk_create(
        [
            RouteOpening(id=uuid7(), route_id=one, opened_by=opened_by, day=today, at=now)
            for one in references
        ],
        ignore_conflicts=True,
    )


def link_issue(
    *, route: Route, purpose: LinkPurpose, letter: UUID, life: timedelta | None = None
) -> str:
    """Issue the secret of an e-mail's link; delete the request's earlier link for that purpose.

    The 256 bits are computed from the e-mail's id with the lookup key, so an e-mail that is sent
    twice, because the first sending was not recorded, has the same link both times.
    """
    token = urlsafe_b64encode(keyed_digest(f"link:{purpose}", letter.bytes)).rstrip(b"=").decode()
    rows_delete(LinkToken.objects.filter(route=route, purpose=purpose))
    LinkToken.objects.create(
        digest=token_digest(token),
        purpose=purpose,
        route=route,
        created_at=clock.now(),
        expires_at=clock.now() + (life or LINK_LIVES[purpose]),
    )
    return token


def link_find(*, token: str, purposes: tuple[LinkPurpose, ...]) -> LinkToken:
    """Return a valid link without using it up. Raises ``LinkNotFound``."""
    return first_or_refuse(
        LinkToken.objects.select_related("route__agency")
        .exclude(_IS_DESTROYED)
        .filter(purpose__in=purposes, expires_at__gt=clock.now(), digest=token_digest(token)),
        LinkNotFound(),
    )


def link_use(*, token: str, purposes: tuple[LinkPurpose, ...]) -> LinkToken:
    """Use up and return a link. Raises ``LinkNotFound``, also for the second of two uses."""
    link = link_find(token=token, purposes=purposes)
    if not rows_delete(LinkToken.objects.filter(digest=link.digest)):
        raise LinkNotFound
    if link.purpose in OF_ITS_MAILBOX:
        printed_code_confirm(route=link.route)
    return link


def token_digest(token: str) -> bytes:
    """Return the stored digest of a token; SHA-256 is enough for 256 random bits."""
    return hashlib.sha256(token.encode()).digest()


@transaction.atomic
def keys_prune() -> int:
    """Delete expired tokens, links, address changes, questions and idempotency keys.

    Returns how many rows.
    """
    now = clock.now()
    return sum(
        rows_delete(rows)
        for rows in (
            TrackingToken.objects.filter(expires_at__lt=now),
            LinkToken.objects.filter(expires_at__lt=now),
            EmailChange.objects.filter(expires_at__lt=now),
            SubmissionKey.objects.filter(created_at__lt=now - IDEMPOTENCY_LIFE),
            # A claim confirmed on both pages is kept, because a merge may depend on the claim.
            SamePersonClaim.objects.filter(
                Q(first_said_at=None) | Q(second_said_at=None), expires_at__lt=now
            ),
        )
    )


def rows_delete(rows: QuerySet[Any]) -> int:
    """Delete rows in one statement; return how many. No other row may refer to these rows."""
    # ``QuerySet.delete`` would load the rows and sort them by primary key, and the sort of binary
    # keys raises an error.
    return rows._raw_delete(rows.db)
