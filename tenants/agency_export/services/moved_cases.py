"""Exported cases that were transferred after the export and stay with their current agency."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.backends.utils import CursorWrapper as Cursor
from django.db.models import F

from shared.complaints.errors import StaleCase
from shared.complaints.selectors.custody import chains_of, file_paths_of
from shared.complaints.selectors.holdings import story_of
from shared.complaints.services import cases_depart, offers_forget
from shared.complaints.types.custody import Departure, Holding
from shared.kernel.actors import Actor
from shared.register.models import RegisterCase
from shared.register.services import AGENCY_PREFIX, agency_code_in
from tenants.agency_export.errors import ExportCollision, ExportLacksCases
from tenants.agency_export.services.export_verification import OpenedExport
from tenants.agency_export.services.restore_order import RestoreOrder
from tenants.agency_export.services.table_copy import (
    Table,
    copy_aside,
    plain_cursor,
    public_tables,
)
from tenants.custody.selectors import asked_of, holdings_of, moves_of, recorded, with_moves
from tenants.custody.services.holdings import holdings_restore
from tenants.custody.services.offers import offer_end
from tenants.isolation.schema_switch import as_owner, schema_entered
from tenants.isolation.sql import sql_rows
from tenants.models import Agency, Arbitration, Route, TransferOffer
from tenants.models.enums import AgencyState, OfferState

ROUTES = "tenants_route"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lacking:
    """Counts of an agency's cases that the register has and the agency's export lacks.

    ``held``: requests that no other agency has. ``handed_over``: requests that another agency
    has now; the days at this agency are lost from the figures.
    """

    held: int
    handed_over: int


def cases_moved(*, opened_export: OpenedExport) -> tuple[Departure, ...]:
    """Return the cases of an export that its agency has transferred since the export.

    Only the public schema's rows count, because a case's current agency could invent a transfer.
    Raises ``ExportCollision`` for a case that another agency has, but did not get from this agency.
    """
    source = AGENCY_PREFIX + opened_export.manifest.agency.code.replace("-", "_")
    with as_owner(), transaction.atomic(), plain_cursor() as cursor:
        routes = next(one for one in public_tables(cursor) if one.name == ROUTES)
        holders, unknown = _present_holders(cursor, opened_export, routes)
    found = _handed_over(holders.keys(), source)
    if len(found) < len(holders):
        number = len(holders) - len(found)
        raise ExportCollision(f"{number} rows of {ROUTES} belong to another agency here")
    return (*found, *_handed_over_on_record(unknown, source))


def custody_settle(*, agency: Agency, opened_export: OpenedExport) -> None:
    """Record that a restored agency has its cases, in the transaction that opens the agency.

    Call this before the register is filled: for a case that is already in the register, the
    transfers in the public schema are used and not the export's holdings.
    """
    with schema_entered(agency.schema_name):
        stories = chains_of()
    known = RegisterCase.objects.filter(
        agency_code=opened_export.manifest.agency.code, reference__in=stories
    )
    for reference in known.values_list("reference", flat=True):
        stories.pop(reference, None)
    holdings_restore(agency=agency, stories=stories)


def paths_elsewhere(*, agency: Agency, departures: tuple[Departure, ...]) -> frozenset[str]:
    """Return the file places of moved cases; another agency has the files or has deleted them."""
    with as_owner(), transaction.atomic(), schema_entered(agency.schema_name):
        return file_paths_of(references=[one.reference for one in departures])


def cases_settle(
    *, agency: Agency, opened_export: OpenedExport, departures: tuple[Departure, ...], actor: Actor
) -> int:
    """Make stubs of moved cases, and end the offers of all other cases; return how many offers.

    Raises ``ExportCollision``.
    """
    source = opened_export.manifest.agency.code
    with schema_entered(agency.schema_name):
        try:
            cases_depart(departures=departures, agency_code=source, actor=actor)
        except StaleCase as error:
            raise ExportCollision(f"the history of {error} is another one here") from None
        return int(offers_forget(actor=actor))


def offers_settle(*, agency: Agency) -> None:
    """End all open offers and open questions of competence about the agency's cases."""
    own = Route.objects.filter(agency=agency).values("pk")
    offered = TransferOffer.objects.filter(state=OfferState.OFFERED, reference__in=own)
    asked = Arbitration.objects.filter(decided_at=None, reference__in=own)
    references = {
        *offered.values_list("reference", flat=True),
        *asked.values_list("reference", flat=True),
    }
    for reference in sorted(references):
        offer_end(reference=reference)


def later_cases_require(
    *, agency: Agency, opened_export: OpenedExport, order: RestoreOrder
) -> Lacking:
    """Count the cases that came after the export; refuse the restore unless the loss is accepted.

    Call this after the tables are written. Raises ``ExportLacksCases``.
    """
    codes = {agency.code}
    source = Agency.objects.filter(code=opened_export.manifest.agency.code).first()
    if source is not None and source.state == AgencyState.DESTROYED:
        codes.add(source.code)
    with as_owner(), transaction.atomic():
        # ``held`` is materialized because in a cluster the requests are on a node, and the register
        # is not.
        rows = sql_rows(
            "WITH held AS MATERIALIZED"  # noqa: S608
            f' (SELECT reference, status FROM "{agency.schema_name}".complaints_complaint)'
            " SELECT count(*) FILTER (WHERE r.status <> 'transferred'),"
            " count(*) FILTER (WHERE r.status = 'transferred') FROM register_registercase r"
            " WHERE r.agency_code = ANY(%s) AND NOT EXISTS (SELECT FROM held"
            " WHERE held.reference = r.reference"
            " AND (held.status <> 'transferred' OR r.status = 'transferred'))",
            sorted(codes),
        )
    lacking = Lacking(held=rows[0][0], handed_over=rows[0][1])
    if lacking.held and not order.accepts_loss:
        raise ExportLacksCases(f"{lacking.held} requests that the register knows are not in it")
    return lacking


def _present_holders(
    cursor: Cursor, opened_export: OpenedExport, routes: Table
) -> tuple[dict[str, str], set[str]]:
    """Return a dict: exported case -> current agency; and transferred cases without an agency."""
    member = f"public/{ROUTES}.csv"
    aside = copy_aside(cursor, routes, opened_export.part(member), opened_export.columns(member))
    cursor.execute(
        f"SELECT reference, r.schema_name FROM {aside} JOIN {ROUTES} r USING (reference)"  # noqa: S608
    )
    holders = dict(cursor.fetchall())
    cursor.execute(
        f"SELECT reference FROM {aside} a WHERE EXISTS"  # noqa: S608
        " (SELECT FROM tenants_transferoffer o WHERE o.reference = a.reference AND state = %s)"
        " OR EXISTS (SELECT FROM tenants_arbitration o WHERE o.reference = a.reference"
        " AND o.to_schema <> '')",
        [OfferState.ACCEPTED],
    )
    return holders, {reference for (reference,) in cursor.fetchall()} - holders.keys()


def _handed_over(references: Collection[str], source: str) -> list[Departure]:
    """Return the cases that this agency has transferred and that another agency has now."""
    found = []
    known = holdings_of(references=references)
    moves = moves_of(asked=asked_of(references=references))
    for reference in references:
        told = [one for one in moves if one.reference == reference]
        rows = with_moves(reference, known.get(reference, []), told)
        own = [index for index, row in enumerate(rows[:-1]) if row.schema_name == source]
        if not own:
            continue
        held = rows[: own[-1] + 1]
        # If a holding's row has no history, the history in the current agency's tables is used.
        chain = () if all(row.story for row in held) else _chain_of(reference, rows[-1].schema_name)
        found.append(
            Departure(
                reference=reference,
                to_code=agency_code_in(rows[own[-1] + 1].schema_name),
                at=held[-1].until or held[-1].since,
                chain=tuple(story_of(recorded(row), chain) for row in held),
            )
        )
    return found


def _chain_of(reference: str, schema_name: str) -> tuple[Holding, ...]:
    # A separate transaction is needed: in a cluster each agency may be on another node.
    with as_owner(), transaction.atomic(), schema_entered(schema_name):
        return chains_of(references=[reference]).get(reference, ())


def _handed_over_on_record(references: Collection[str], source: str) -> list[Departure]:
    """Return the cases without a route whose last agency has been destroyed.

    A case is left out if that last agency is the restored agency, which then keeps the case.
    """
    offers = TransferOffer.objects.filter(reference__in=references, state=OfferState.ACCEPTED)
    decided = Arbitration.objects.filter(reference__in=references).exclude(
        to_schema__in=["", F("from_schema")]
    )
    columns = ("reference", "from_schema", "to_schema")
    moves: list[tuple[str, str, str, datetime]] = sorted(
        [
            *offers.values_list(*columns, "answered_at"),
            *decided.values_list(*columns, "decided_at"),
        ],
        key=lambda one: one[-1],
    )
    last = {reference: to for reference, _from, to, _at in moves}
    gone = Agency.objects.filter(schema_name__in=last.values(), state=AgencyState.DESTROYED)
    lost = set(gone.values_list("schema_name", flat=True)) - {source}
    return [
        Departure(reference=reference, to_code=agency_code_in(to), at=at)
        for reference, (to, at) in {
            reference: (to, at) for reference, sender, to, at in moves if sender == source
        }.items()
        if last[reference] in lost
    ]
