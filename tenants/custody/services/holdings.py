"""Records of which agency has a case, written in the transaction that changes the route."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef

from shared.complaints.types.custody import Holding
from shared.kernel import clock
from shared.register.services import AGENCY_PREFIX
from tenants.custody.selectors import asked_of, holdings_of, moves_of, with_moves
from tenants.custody.types import Asked
from tenants.models import (
    Agency,
    Arbitration,
    CaseHolding,
    CaseMove,
    CaseSplit,
    Route,
    TransferOffer,
)
from tenants.models.enums import HoldingCause, OfferState

# The maximum number of cases whose missing holdings one run records.
BACKFILLED_AT_ONCE = 500
_WRITTEN = ("cause", "until", "story", "written")


def holdings_open(
    *, route: Route, asked: Sequence[Asked], before: datetime | None = None
) -> list[CaseHolding]:
    """Return all holdings of a case, the current holding last; the caller has locked the route.

    Missing holdings are added, but not saved, from ``asked``: the case's offers and decisions.
    Transfers at or after ``before`` are left out.
    """
    rows = holdings_of(references=[route.reference]).get(route.reference, [])
    if rows and _is_held_by(rows[-1], route):
        return rows
    moves = [one for one in moves_of(asked=asked) if before is None or one.at < before]
    rows = with_moves(route.reference, rows, moves)
    if not rows:
        return [_filed(route)]
    if not _is_held_by(rows[-1], route):
        # The current agency has no holding: it was restored from an export.
        rows = [*rows, _next(rows[-1], route.agency, HoldingCause.RESTORED, clock.now())]
    return rows


def holding_turn(
    *,
    holdings: Sequence[CaseHolding],
    to: Agency,
    organisation_code: str,
    cause: HoldingCause,
    at: datetime,
    first_position: int,
    story: Holding,
    written: Sequence[str],
    is_part: bool,
) -> None:
    """End a case's current holding and begin the holding of the agency ``to``; one statement.

    ``story``: the history of the case at the former holder; ``written``: the digests of the texts
    written until then. ``is_part``: the case may be a part, so its split record is looked up.
    """
    last = holdings[-1]
    if is_part and last.number == 1 and CaseSplit.objects.filter(pk=last.reference).exists():
        last.cause = HoldingCause.SPLIT
    made = _next(last, to, cause, at)
    last.story, last.written = story.to_json(), list(written)
    made.organisation_code, made.first_position = organisation_code, first_position
    holdings_write(holdings=[*holdings_changed(holdings=holdings), made])


def holdings_changed(*, holdings: Sequence[CaseHolding]) -> list[CaseHolding]:
    """Return the last saved holding, whose end has changed, and the unsaved holdings."""
    return list(holdings[max(sum(one.pk is not None for one in holdings) - 1, 0) :])


def holdings_write(*, holdings: Sequence[CaseHolding]) -> None:
    """Save holdings in the given order, because a holding must end before the next begins."""
    CaseHolding.objects.bulk_create(
        [CaseHolding(**_columns(one)) for one in holdings],
        update_conflicts=True,
        unique_fields=["reference", "number"],
        update_fields=list(_WRITTEN),
    )


@transaction.atomic
def holdings_backfill() -> int:
    """Record the missing holdings of at most 500 cases; return the number of cases.

    Code of the former release, which may run during an update, transfers cases without a record.
    Repeating is safe.
    """
    held = CaseHolding.objects.filter(
        reference=OuterRef("reference"), until=None, schema_name=OuterRef("agency_id")
    )
    offers = TransferOffer.objects.filter(
        reference=OuterRef("reference"), state=OfferState.ACCEPTED
    )
    decided = Arbitration.objects.filter(
        reference=OuterRef("reference"), to_schema=OuterRef("agency_id")
    ).exclude(from_schema=OuterRef("agency_id"))
    moving = CaseMove.objects.filter(reference=OuterRef("reference"))
    told = TransferOffer.objects.filter(state=OfferState.ACCEPTED).values("reference")
    asked = Arbitration.objects.exclude(to_schema="").values("reference")
    routes = Route.objects.filter(reference__in=told.union(asked))
    routes = routes.filter(Exists(offers) | Exists(decided)).exclude(Exists(held) | Exists(moving))
    references = list(routes.order_by("pk").values_list("pk", flat=True)[:BACKFILLED_AT_ONCE])
    for reference in references:
        # The route is locked, so that a simultaneous transfer is either complete or has not begun.
        route = Route.objects.select_for_update(no_key=True).get(pk=reference)
        route.agency = Agency.objects.get(schema_name=route.agency_id)
        holdings_write(holdings=holdings_open(route=route, asked=asked_of(references=[reference])))
    return len(references)


def holdings_restore(*, agency: Agency, stories: Mapping[str, Sequence[Holding]]) -> None:
    """Record that a restored agency has its cases, if the last holding is another agency's.

    ``stories``: reference -> earlier holdings in the agency's export, recorded for cases without
    holdings here, because such cases were transferred in another installation.
    """
    routes = {
        one.reference: one for one in Route.objects.filter(reference__in=stories, agency=agency)
    }
    known = holdings_of(references=routes)
    made: list[CaseHolding] = []
    for reference, chain in stories.items():
        if reference in routes and reference not in known:
            made += _told(routes[reference], chain)
    others = CaseHolding.objects.filter(
        until=None, reference__in=Route.objects.filter(agency=agency).values("pk")
    ).exclude(schema_name=agency.schema_name)
    for row in others.order_by("reference"):
        made += [row, _next(row, agency, HoldingCause.RESTORED, clock.now())]
    if made:
        holdings_write(holdings=made)


def _told(route: Route, chain: Sequence[Holding]) -> list[CaseHolding]:
    """Return a case's unsaved holdings from an agency export; the last is the restored agency's."""
    rows: list[CaseHolding] = []
    for number, one in enumerate(chain, start=1):
        since = rows[-1].until if rows else one.since
        rows.append(
            CaseHolding(
                reference=route.reference,
                number=number,
                schema_name=AGENCY_PREFIX + one.agency_code.replace("-", "_"),
                cause=HoldingCause.RESTORED,
                since=since or one.since,
                until=max(one.until, since or one.since),
            )
        )
    return [*rows, _next(rows[-1], route.agency, HoldingCause.RESTORED, chain[-1].until)]


def _filed(route: Route) -> CaseHolding:
    return CaseHolding(
        reference=route.reference,
        number=1,
        schema_name=route.agency_id,
        cause=HoldingCause.FILED,
        since=route.created_at,
        first_position=1,
    )


def _next(last: CaseHolding, agency: Agency, cause: HoldingCause, at: datetime) -> CaseHolding:
    # The times of two servers differ by a moment; a holding must not end before it began.
    last.until = max(at, last.since)
    return CaseHolding(
        reference=last.reference,
        number=last.number + 1,
        schema_name=agency.schema_name,
        cause=cause,
        since=last.until,
    )


def _is_held_by(row: CaseHolding, route: Route) -> bool:
    return row.until is None and row.schema_name == route.agency_id


def _columns(row: CaseHolding) -> dict[str, Any]:
    fields = CaseHolding._meta.concrete_fields
    return {one.attname: getattr(row, one.attname) for one in fields if not one.primary_key}
