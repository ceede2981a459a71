"""Receipt codes that an officer has printed: their rights, the record of uses, replacement.

An officer who files for a person at a counter or on the telephone sees the receipt code. Every act
with that code is recorded for the citizen and for national oversight. The code decides nothing
while the request's mailbox may still confirm the code (``MAILBOX_WAIT``, decision 59).
"""

import secrets

from django.db import transaction

from shared.kernel import clock
from shared.kernel.identifiers import uuid7
from tenants.case_access.enums import KeyKind
from tenants.case_access.errors import CaseNotFound, ProofRequired, ReceiptCodeStays
from tenants.case_access.selectors import references_together
from tenants.case_access.services.receipt_codes import lookup_digest, receipt_code_compute
from tenants.case_access.services.tokens import (
    SEEN_BY_OFFICER,
    rows_delete,
    token_digest,
    token_find,
    token_is_own,
    token_issue,
)
from tenants.case_access.types import IssuedToken, PrintedCodeEntry
from tenants.isolation.sql import sql_run
from tenants.models import OwnedRoute, PrintedCodeAct, Route, TrackingToken
from tenants.models.enums import OpenedBy, PrintedCode, PrintedCodeUse, TokenScope

# The states in which the reader of the request's mailbox may get a new receipt code.
REPLACEABLE = frozenset({PrintedCode.WAITS, PrintedCode.OPENS})


def token_of_receipt_code(*, route: Route) -> IssuedToken:
    """Issue a token for a matching receipt code. Raises ``CaseNotFound`` for a replaced code."""
    if is_seen_by_officer(route):
        return token_of_printed_code(route=route)
    return token_issue(route=route, scope=TokenScope.FULL, opened_by=OpenedBy.RECEIPT)


def token_of_printed_code(
    *, route: Route, opened_by: OpenedBy = OpenedBy.RECEIPT, is_by_mailbox: bool = False
) -> IssuedToken:
    """Issue a token for a matching printed code. Raises ``CaseNotFound`` for a replaced code."""
    with transaction.atomic():
        printed_code_hold(route=route)
        is_waiting = route.printed_code == PrintedCode.WAITS
        return token_issue(
            route=route,
            scope=TokenScope.WRITE if is_waiting else TokenScope.FULL,
            # OpenedBy.EMAIL is not used, because a token of an address ends with a transfer.
            opened_by=opened_by,
            is_by_mailbox=is_by_mailbox,
            is_by_printed_code=True,
        )


def printed_code_hold(*, route: Route) -> None:
    """Lock a route, so that its receipt code is not replaced before this transaction ends.

    Without the lock, a token issued a moment after the replacement would still be valid. Raises
    ``CaseNotFound`` if the code was replaced.
    """
    if not sql_run(
        "SELECT FROM tenants_route WHERE reference = %s AND receipt_digest = %s FOR SHARE",
        route.reference,
        bytes(route.receipt_digest),
    ):
        raise CaseNotFound(route.reference)


def is_seen_by_officer(route: Route) -> bool:
    """Return whether an officer has printed the current receipt code of a request."""
    return route.printed_code in SEEN_BY_OFFICER


def printed_code_used(token: TrackingToken, use: PrintedCodeUse) -> None:
    """Record one use of a token that was got with a printed code; skip any other token."""
    if token.is_by_printed_code:
        printed_code_act_add(route=token.route, use=use)


def printed_code_act_add(*, route: Route, use: PrintedCodeUse) -> None:
    """Record one use of a printed code for the citizen and for national oversight."""
    PrintedCodeAct.objects.create(id=uuid7(), route=route, use=use, at=clock.now())


def printed_code_uses_of(*, route: Route) -> tuple[PrintedCodeEntry, ...]:
    """Return the uses of a request's printed code, oldest first; no query if none was printed."""
    if route.printed_code == PrintedCode.NONE:
        return ()
    rows = PrintedCodeAct.objects.filter(route=route).order_by("at", "id")
    return tuple(PrintedCodeEntry(use=PrintedCodeUse(row.use), at=row.at) for row in rows)


def may_replace_code(*, token: str) -> bool:
    """Return whether a token's holder may take a new receipt code. Raises ``TokenNotFound``."""
    return is_code_replaceable(token_find(token))


def is_code_replaceable(token: TrackingToken) -> bool:
    """Return whether the holder of this token row may take a new receipt code."""
    return token_is_own(token) and token.route.printed_code in REPLACEABLE


@transaction.atomic
def receipt_code_replace(*, token: str) -> str:
    """Replace a printed receipt code, which then opens nothing; return the new code.

    A token of the printed code is refused: otherwise an officer who printed the code, or somebody
    who gave a mailbox of their own with the code, could lock the citizen out. Raises
    ``TokenNotFound``, ``ProofRequired`` or ``ReceiptCodeStays``.
    """
    found = token_find(token)
    if not token_is_own(found):
        raise ProofRequired
    route = Route.objects.select_for_update().get(pk=found.route_id)
    if route.printed_code not in REPLACEABLE:
        raise ReceiptCodeStays(route.reference)
    route.nonce = secrets.token_bytes(16)
    code = receipt_code_compute(route)
    Route.objects.filter(pk=route.pk).update(
        nonce=route.nonce,
        receipt_digest=lookup_digest(route.reference, KeyKind.RECEIPT, code),
        printed_code=PrintedCode.REPLACED,
    )
    rows_delete(TrackingToken.objects.filter(route=route).exclude(digest=token_digest(token)))
    # Delete the tokens of the printed code also for the whole request and its other parts.
    together = references_together(route.reference)
    printed = TrackingToken.objects.filter(route_id__in=together, is_by_printed_code=True)
    rows_delete(printed.exclude(digest=token_digest(token)))
    rows_delete(OwnedRoute.objects.filter(route_id__in=together, is_by_printed_code=True))
    printed_code_act_add(route=route, use=PrintedCodeUse.CODE_REPLACED)
    return code
