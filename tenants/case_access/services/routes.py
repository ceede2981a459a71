"""Routes of requests: the reference, the agency that has the case, and the lookup digests."""

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
from shared.rows.new_rows import new_row
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
# The seconds after which a transfer in a cluster should be complete, so that a retry works.
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
    """Return an unsaved route with a new reference and lookup digests, to be saved with the case.

    ``name``: the name that the agency gets. ``filed_at``: the time of filing if not now;
    e-mails and lists show its day. ``printed_code``: whether an officer sees the receipt code.
    """
    route = new_row(
        Route,
        {
            "reference": reference_make(),
            "agency": agency,
            "nonce": secrets.token_bytes(16),
            "is_email_proved": is_email_proved,
            "printed_code": printed_code,
            "created_at": filed_at or clock.now(),
        },
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
    """Return the state of a request's e-mail address: missing, not proved or proved."""
    if route.email_digest is None:
        return EmailState.NONE
    return EmailState.PROVED if route.is_email_proved else EmailState.UNPROVED


def email_state_of_case(*, reference: str) -> EmailState:
    """Return the state of a case's e-mail address, for the agency that has the case."""
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
    """Return an e-mail address in lower case, for comparison.

    In the mailbox name only A to Z are changed: Unicode folding also makes ``ſ`` an ``s``, and a
    stranger's mailbox would have the same digest.
    """
    name, at, domain = email.strip().rpartition("@")
    return name.translate(SMALL) + at + domain.casefold()


def route_matching(reference: str, kind: KeyKind, value: str) -> Route:
    """Return the route that a reference opens with ``value``. Raises ``CaseNotFound``."""
    digest = lookup_digest(reference, kind, normal_email(value) if kind == KeyKind.EMAIL else value)
    return first_or_refuse(
        routes_living().filter(
            reference=reference,
            **{("email_digest" if kind == KeyKind.EMAIL else "receipt_digest"): digest},
        ),
        CaseNotFound(),
    )


def agency_hold(*, route: Route) -> None:
    """Lock the agency of a request against destruction until this transaction ends.

    Call this in the public schema before the request is locked, because a destruction locks the
    agency and then counts its open requests. Raises ``CaseNotFound`` if the destruction has begun.
    """
    # The lock is shared, so that two re-openings at one agency do not wait for each other.
    if not sql_run(
        "SELECT FROM tenants_agency WHERE schema_name = %s AND state <> %s FOR KEY SHARE",
        route.agency_id,
        AgencyState.DESTROYED,
    ):
        raise CaseNotFound(route.reference)


def route_held(route: Route) -> Route:
    """Lock and return the current route, so that its case is not transferred before the commit.

    A citizen's act calls this before it locks the case. Raises ``CaseOnItsWay``.
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
    """Require that a case is not in transfer in a cluster. Raises ``CaseOnItsWay``."""
    if is_cluster() and CaseMove.objects.filter(reference=reference).exists():
        raise CaseOnItsWay(reference, retry_after=MOVE_SECONDS)


def case_of(route: Route) -> PublicCase:
    """Return a case as its citizen may see it, from the schema of the agency that has the case."""
    with agency_context(route.agency):
        return cases.public_case(reference=route.reference)


def file_content(*, route: Route, attachment_id: str) -> FileContent:
    """Return a file of a case from the agency that has the case.

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
    """Return the unsaved row that links an idempotency key to its complaint."""
    return SubmissionKey(
        digest=digest,
        fingerprint=fingerprint,
        sent=sent or None,
        route=route,
        created_at=clock.now(),
    )


def submissions_of(digest: bytes) -> QuerySet[SubmissionKey]:
    """Return an idempotency key's row of the last 24 hours, with the complaint's route."""
    rows = SubmissionKey.objects.select_related("route__agency")
    return rows.filter(digest=digest, created_at__gt=clock.now() - IDEMPOTENCY_LIFE)


def earlier_submission(digest: bytes, fingerprint: bytes) -> Route | None:
    """Return the route filed with an idempotency key in the last 24 hours, or ``None``.

    An older row of the key is deleted. Raises ``IdempotencyKeyReused`` for other content.
    """
    if (earlier := submissions_of(digest).first()) is None:
        # The age is checked again, so that a row just inserted by another request is not deleted.
        too_old = clock.now() - IDEMPOTENCY_LIFE
        SubmissionKey.objects.filter(digest=digest, created_at__lte=too_old).delete()
        return None
    if bytes(earlier.fingerprint) != fingerprint:
        raise IdempotencyKeyReused
    return earlier.route
