"""Routes: the references of requests, and which agency holds which case."""

import secrets
import string
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import QuerySet

from shared.complaints import selectors as cases, services
from shared.complaints.enums import Author
from shared.complaints.types import FileContent, PublicCase
from shared.kernel import clock
from shared.kernel.references import reference_make
from shared.kernel.text import search_key
from shared.rows.compiled_queries import compiled_query
from shared.rows.selectors import first_or_refuse
from tenants.case_access.enums import EmailState, KeyKind
from tenants.case_access.errors import CaseNotFound, CaseOnItsWay, IdempotencyKeyReused
from tenants.case_access.selectors import routes_living
from tenants.case_access.services.receipt_codes import (
    keyed_digest,
    lookup_digest,
    receipt_code_compute,
)
from tenants.isolation.database_roles import is_cluster
from tenants.isolation.schema_switch import agency_context
from tenants.isolation.sql import sql_rows, sql_run
from tenants.models import (
    Agency,
    CaseMove,
    Route,
    SubmissionKey,
)
from tenants.models.enums import AgencyState, PrintedCode

SMALL = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
IDEMPOTENCY_LIFE = timedelta(hours=24)
# A transfer in two steps is completed at once, or by the maintenance of the next minute.
MOVE_SECONDS = 60


def route_row(
    *,
    agency: Agency,
    email: str,
    is_email_proved: bool,
    name: str = "",
    filed_at: datetime | None = None,
    printed_code: str = PrintedCode.NONE,
) -> Route:
    """Make a route with a new reference and the digests by which its citizen finds it again.

    To be saved with the complaint. ``name``: the one that the agency gets. ``filed_at``: the moment
    of filing, if that is not now; e-mails and lists show the day of the route. ``printed_code``:
    whether an officer sees the receipt code.
    """
    route = Route(
        reference=reference_make(),
        agency=agency,
        nonce=secrets.token_bytes(16),
        is_email_proved=is_email_proved,
        printed_code=printed_code,
        created_at=filed_at or clock.now(),
    )
    route.receipt_digest = lookup_digest(
        route.reference, KeyKind.RECEIPT, receipt_code_compute(route)
    )
    if email:
        route.email_digest = lookup_digest(route.reference, KeyKind.EMAIL, normal_email(email))
    if key := search_key(name):
        route.name_digest = lookup_digest(route.reference, KeyKind.NAME, key)
    return route


def email_state(route: Route) -> EmailState:
    """Return whether e-mails about a request reach its person, by its route alone."""
    if route.email_digest is None:
        return EmailState.NONE
    return EmailState.PROVED if route.is_email_proved else EmailState.UNPROVED


def email_state_of_case(*, reference: str) -> EmailState:
    """Return whether e-mails about a case reach its person; an agency sees only its own routes."""
    route = next(iter(_route(reference=reference)), None)
    return email_state(route) if route else EmailState.NONE


@compiled_query()
def _route(*, reference: str) -> QuerySet[Route]:
    return Route.objects.filter(reference=reference)


def references_with_email(*, references: Collection[str]) -> frozenset[str]:
    """Return the references whose person gave an e-mail address; one query."""
    rows = Route.objects.filter(reference__in=references, email_digest__isnull=False)
    return frozenset(rows.values_list("reference", flat=True))


def normal_email(email: str) -> str:
    """Return an e-mail address in lower case, for comparison: people forget their capitals.

    In the name of the mailbox only A to Z change: other letters share their lower-case form (``ſ``
    and ``s``), and somebody else's mailbox would be taken for this one.
    """
    name, at, domain = email.strip().rpartition("@")
    return name.translate(SMALL) + at + domain.casefold()


def route_matching(reference: str, kind: KeyKind, value: str) -> Route:
    """Find the route of a reference and its e-mail or receipt code. Raises ``CaseNotFound``."""
    digest = lookup_digest(reference, kind, normal_email(value) if kind == KeyKind.EMAIL else value)
    return first_or_refuse(
        routes_living().filter(
            reference=reference,
            **{("email_digest" if kind == KeyKind.EMAIL else "receipt_digest"): digest},
        ),
        CaseNotFound(),
    )


def agency_hold(*, route: Route) -> None:
    """Lock the agency of a request: its destruction cannot begin before this transaction ends.

    To be called before the request is locked, in the public schema: a destruction locks the agency
    first and counts its open requests then. Raises ``CaseNotFound`` if the destruction has begun.
    """
    # A shared lock: people who re-open requests of one agency do not wait for each other.
    if not sql_run(
        "SELECT FROM tenants_agency WHERE schema_name = %s AND state <> %s FOR KEY SHARE",
        route.agency_id,
        AgencyState.DESTROYED,
    ):
        raise CaseNotFound(route.reference)


def route_held(route: Route) -> Route:
    """Lock and return the current route: its case stays where it is until the transaction ends.

    To be called by a citizen's act before the case is locked. Raises ``CaseOnItsWay``.
    """
    ((schema_name,),) = sql_rows(
        "SELECT schema_name FROM tenants_route WHERE reference = %s FOR SHARE", route.reference
    )
    if schema_name != route.agency_id:
        # The case was transferred after the route was read.
        route = Route.objects.select_related("agency").get(pk=route.pk)
    require_settled(reference=route.reference)
    return route


def require_settled(*, reference: str) -> None:
    """Refuse a case that is between two agencies of a cluster. Raises ``CaseOnItsWay``."""
    if is_cluster() and CaseMove.objects.filter(reference=reference).exists():
        raise CaseOnItsWay(reference, retry_after=MOVE_SECONDS)


def case_of(route: Route) -> PublicCase:
    """Read a case as its citizen may see it."""
    with agency_context(route.agency):
        return cases.public_case(reference=route.reference)


def file_content(*, route: Route, attachment_id: str) -> FileContent:
    """Read a file of a case.

    Raises ``AttachmentNotFound``, ``AttachmentWaits``, ``AttachmentInfected``,
    ``AttachmentMissing``.
    """
    with agency_context(route.agency):
        row = cases.attachment_open(reference=route.reference, attachment_id=attachment_id)
        return FileContent(
            name=row.name,
            content_type=row.content_type,
            content=services.attachment_content(attachment=row),
            is_of_agency=row.author == Author.AGENCY,
        )


def submission_digest(key: str) -> bytes:
    """Return the stored digest of a client's idempotency key."""
    return keyed_digest("idempotency", key.encode())


def submission_row(
    *, digest: bytes, fingerprint: bytes, sent: bytes, route: Route
) -> SubmissionKey:
    """Make the row that links an idempotency key to its complaint, to be saved together."""
    return SubmissionKey(
        digest=digest,
        fingerprint=fingerprint,
        sent=sent or None,
        route=route,
        created_at=clock.now(),
    )


def submissions_of(digest: bytes) -> QuerySet[SubmissionKey]:
    """Return the row of an idempotency key of the last 24 hours, with its complaint's route."""
    rows = SubmissionKey.objects.select_related("route__agency")
    return rows.filter(digest=digest, created_at__gt=clock.now() - IDEMPOTENCY_LIFE)


def earlier_submission(digest: bytes, fingerprint: bytes) -> Route | None:
    """Return the route that a key made within 24 hours; delete an older row of the key.

    Raises ``IdempotencyKeyReused``.
    """
    if (earlier := submissions_of(digest).first()) is None:
        # Not a row that another request has inserted meanwhile: the complaint of that row counts.
        too_old = clock.now() - IDEMPOTENCY_LIFE
        SubmissionKey.objects.filter(digest=digest, created_at__lte=too_old).delete()
        return None
    if bytes(earlier.fingerprint) != fingerprint:
        raise IdempotencyKeyReused
    return earlier.route
