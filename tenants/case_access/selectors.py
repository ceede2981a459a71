"""Queries for routes by reference and account, for parts, openings and the competent body."""

from collections.abc import Collection

from django.db.models import Exists, OuterRef, QuerySet

from shared.complaints.enums import OPEN
from shared.directory.selectors.organisations import organisation_find
from shared.register.models import RegisterCase
from tenants.agencies.selectors import recipient_agencies
from tenants.case_access.types import CaseOpening, CompetentBody
from tenants.models import CaseSplit, OwnedRoute, Route, RouteOpening
from tenants.models.enums import AgencyState, OpenedBy

# The maximum of listed openings: half a year, if each of the four proofs is used every day.
MAX_OPENINGS = 730


def routes_living() -> QuerySet[Route]:
    """Return every route with its agency, except routes of agencies that are being destroyed.

    The tables of a destroyed agency are deleted before its routes.
    """
    return Route.objects.select_related("agency").exclude(agency__state=AgencyState.DESTROYED)


def route_by_reference(reference: str) -> Route | None:
    """Return the route of a reference; ``None`` if unknown, or if its agency is destroyed."""
    return routes_living().filter(reference=reference).first()


def references_together(reference: str) -> list[str]:
    """Return the reference of a whole request, and then the references of its parts if any."""
    row = CaseSplit.objects.filter(pk=reference).first()
    main = row.main_reference if row else reference
    parts = CaseSplit.objects.filter(main_reference=main).order_by("split_at", "pk")
    return [main, *parts.values_list("part_reference", flat=True)]


def email_digests(*, references: Collection[str]) -> dict[str, str]:
    """Return the keyed digest of each request's address, in hexadecimal; "" without an address.

    The digest shows a change of address also for a confidential request, whose address no agency
    can read.
    """
    rows = Route.objects.filter(pk__in=references).values_list("pk", "email_digest")
    return {reference: bytes(digest or b"").hex() for reference, digest in rows}


def case_openings(*, reference: str) -> list[CaseOpening]:
    """Return when and by which proof a request was opened, latest first; each proof once a day."""
    rows = RouteOpening.objects.filter(route=reference).order_by("-at", "opened_by")
    return [
        CaseOpening(at=row.at, opened_by=OpenedBy(row.opened_by)) for row in rows[:MAX_OPENINGS]
    ]


def owned_routes(*, user_id: int, is_open: bool | None = None) -> QuerySet[OwnedRoute]:
    """Return the complaints in a citizen's account with their agencies, latest filed first.

    ``is_open`` filters by the register, which is some seconds old; a case that the register lacks
    counts as open.
    """
    rows = (
        OwnedRoute.objects.filter(user_id=user_id)
        .select_related("route__agency")
        .exclude(route__agency__state=AgencyState.DESTROYED)
    )
    if is_open is not None:
        ended = RegisterCase.objects.filter(
            agency_code=OuterRef("route__agency__code"), reference=OuterRef("route_id")
        ).exclude(status__in=OPEN)
        rows = rows.filter(~Exists(ended) if is_open else Exists(ended))
    return rows.order_by("-route__created_at", "-route_id")


def competent_body(*, code: str) -> CompetentBody | None:
    """Return the body that a refusal names, from today's directory; at most three queries.

    ``None`` for a blank code and for a body that was removed from the directory.
    """
    body = organisation_find(code=code)
    if body is None:
        return None
    recipient = recipient_agencies(organisation_codes=[code]).get(code)
    return CompetentBody(
        code=body.code,
        names=body.names,
        # The orientation desk does not count, because its reply would only name the body again.
        is_on_portal=body.accepts and recipient is not None and not recipient.is_orientation,
    )
