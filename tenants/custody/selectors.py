"""Queries in the public schema for offers, questions of competence and holdings of cases.

A case that was never transferred has no row of ``CaseHolding``. Code of former releases wrote no
rows; for such transfers, the holder is derived from accepted offers and decisions on competence.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from itertools import groupby, pairwise
from operator import attrgetter
from uuid import UUID

from django.db.models import F, Q, QuerySet, Value

from shared.complaints.enums import Kind, Language
from shared.complaints.types.custody import Holding, HoldingStart, PartOrigin, RecordedHolding
from shared.kernel import clock
from shared.register.services import agency_code_in
from shared.register.types import Departed
from shared.rows.selectors import first_or_refuse
from tenants.agencies.selectors import NATIONAL_SCHEMA, agency_info
from tenants.agencies.types import AgencyInfo
from tenants.case_access.services.receipt_codes import keyed_digest
from tenants.custody.errors import OfferNotFound
from tenants.custody.types import ArbitrationSummary, Asked, Move, OfferSummary
from tenants.isolation.schema_switch import connection, national_context
from tenants.models import (
    Agency,
    Arbitration,
    CaseHolding,
    CaseMove,
    CaseSplit,
    Route,
    TransferOffer,
)
from tenants.models.enums import ArbitrationCause, HoldingCause, OfferState, TransferReason

# The count of hexadecimal digits in a digest of a text: 128 bits.
DIGEST_LENGTH = 32
# The maximum number of sent offers, answered offers or decisions in a list.
MAX_ANSWERED = 100


def offers_waiting(*, agency: Agency) -> list[OfferSummary]:
    """Return the offers that wait for this agency's answer, earliest last day first."""
    rows = TransferOffer.objects.filter(to_schema=agency.schema_name, state=OfferState.OFFERED)
    return _summaries(rows.order_by("answer_by", "offered_at"), agency)


def offers_waiting_number(*, agency: Agency) -> int:
    """Return how many offers wait for this agency's answer."""
    with national_context():
        return TransferOffer.objects.filter(
            to_schema=agency.schema_name, state=OfferState.OFFERED
        ).count()


def offers_sent(*, agency: Agency) -> list[OfferSummary]:
    """Return the hundred latest offers that this agency made to others, latest first."""
    rows = TransferOffer.objects.filter(from_schema=agency.schema_name)
    return _summaries(rows.order_by("-offered_at")[:MAX_ANSWERED], agency)


def offers_answered(*, agency: Agency) -> list[OfferSummary]:
    """Return the hundred latest offers to this agency that no longer wait, latest first."""
    rows = TransferOffer.objects.filter(to_schema=agency.schema_name)
    answered = rows.exclude(state=OfferState.OFFERED).order_by("-offered_at")
    return _summaries(answered[:MAX_ANSWERED], agency)


def departures_of(*, references: Collection[str]) -> dict[tuple[str, str], Departed]:
    """Return the agencies that transferred these cases to others and do not have the cases now.

    The keys are schema and reference. The result is trusted, because no agency can write holdings,
    offers or decisions. The function makes three queries.
    """
    with national_context():
        known = holdings_of(references=references, with_stories=False)
        asked = moves_of(asked=asked_of(references=references))
        routes = Route.objects.filter(pk__in=references).values_list("agency_id", "pk")
        holders = {(str(schema), reference) for schema, reference in routes}
    told = _by_reference(asked)
    left, returned = defaultdict(list), defaultdict(list)
    for reference in {*known, *told}:
        moves = _moves_on_record(known.get(reference, []), told[reference])
        # In a cluster, the times of two servers differ, so the later of both times is used.
        for one in (*moves, *told[reference]):
            left[one.from_schema, reference].append(one.at)
        for one in moves:
            returned[one.to_schema, reference].append(one.at)
    return {
        one: Departed(left_at=max(moments), returned_at=tuple(sorted(returned[one])))
        for one, moments in left.items()
        if one not in holders
    }


def own_parts(*, references: Collection[str]) -> set[tuple[str, str]]:
    """Return pairs of an agency code and the reference of a part that this agency has split off.

    No agency can write these rows. Parts made by older code, without an agency code, are missing.
    """
    with national_context():
        rows = CaseSplit.objects.filter(pk__in=references).exclude(cut_by_code="")
        return set(rows.values_list("cut_by_code", "pk"))


def wholes_of(*, reference: str) -> list[str]:
    """Return the references that a part was cut out of, up to the main request; [] for no part."""
    found: list[str] = []
    with national_context():
        while (row := CaseSplit.objects.filter(pk=reference).first()) is not None:
            reference = row.whole_reference or row.main_reference
            found.append(reference)
    return found


def _by_reference(moves: Iterable[Move]) -> defaultdict[str, list[Move]]:
    found: defaultdict[str, list[Move]] = defaultdict(list)
    for one in moves:
        found[one.reference].append(one)
    return found


def _moves_on_record(rows: Sequence[CaseHolding], told: Sequence[Move]) -> Sequence[Move]:
    """Return the transfers in a case's holdings ``rows``, and the transfers only in ``told``."""
    if not rows:
        return told
    return [
        Move(
            reference=after.reference,
            from_schema=before.schema_name,
            to_schema=after.schema_name,
            at=after.since,
            organisation_code=after.organisation_code,
            cause=HoldingCause(after.cause),
        )
        for before, after in pairwise(with_moves(rows[0].reference, rows, told))
    ]


def offer_get(*, offer_id: UUID, agency: Agency) -> OfferSummary:
    """Return an offer that this agency made or received. Raises ``OfferNotFound``."""
    with national_context():
        rows = TransferOffer.objects.filter(
            Q(to_schema=agency.schema_name) | Q(from_schema=agency.schema_name), pk=offer_id
        )
        return _summaries([first_or_refuse(rows, OfferNotFound(str(offer_id)))], agency)[0]


def offers_of_case(*, reference: str, agency: Agency) -> list[OfferSummary]:
    """Return the offers of one case that this agency made, latest first."""
    rows = TransferOffer.objects.filter(reference=reference, from_schema=agency.schema_name)
    return _summaries(rows.order_by("-offered_at"), agency)


def offers_of_reference(*, reference: str) -> list[OfferSummary]:
    """Return all offers of one case for national oversight, oldest first."""
    return _summaries(TransferOffer.objects.filter(reference=reference).order_by("offered_at"))


def part_origin(*, reference: str, schema_name: str) -> PartOrigin | None:
    """Return the origin of a part: the agency that cut it out, and the whole; ``None`` if no part.

    The whole's reference is included only if the agency of ``schema_name`` has the whole.
    """
    row = CaseSplit.objects.filter(pk=reference).first()
    if row is None:
        return None
    is_home = Route.objects.filter(pk=row.whole_reference, agency_id=schema_name).exists()
    return PartOrigin(
        cut_by_code=row.cut_by_code, whole_reference=row.whole_reference if is_home else ""
    )


def cases_moving(*, agency: Agency) -> int:
    """Return how many cases of a cluster are in transfer from or to this agency."""
    name = agency.schema_name
    with national_context():
        return CaseMove.objects.filter(Q(from_schema=name) | Q(to_schema=name)).count()


def arbitration_row(reference: str) -> Arbitration | None:
    """Return the row of the latest question of competence about a case, or ``None``."""
    return Arbitration.objects.filter(reference=reference).order_by("-asked_at", "-id").first()


def arbitration_of(*, reference: str) -> ArbitrationSummary | None:
    """Return the latest question of competence about a case, decided or not, or ``None``."""
    with national_context():
        row = arbitration_row(reference)
        return arbitration_summaries([row])[0] if row else None


def arbitrations_waiting() -> list[ArbitrationSummary]:
    """Return every question of competence without a decision, earliest due date first."""
    rows = Arbitration.objects.filter(decided_at=None)
    return arbitration_summaries(rows.order_by("due_on_decision", "asked_at", "id"))


def arbitrations_decided(*, limit: int = MAX_ANSWERED) -> list[ArbitrationSummary]:
    """Return the latest questions of competence that were decided or lapsed, latest first."""
    rows = Arbitration.objects.exclude(decided_at=None)
    return arbitration_summaries(rows.order_by("-decided_at", "id")[:limit])


def arbitration_summaries(rows: Iterable[Arbitration]) -> list[ArbitrationSummary]:
    """Return rows of questions of competence as frozen data; one query for the agencies."""
    rows = list(rows)
    agencies = _agencies({name for row in rows for name in (row.from_schema, row.to_schema)})
    return [
        ArbitrationSummary(
            reference=row.reference,
            holder=agencies[row.from_schema],
            cause=ArbitrationCause(row.cause),
            kind=Kind(row.kind),
            category_code=row.category_code,
            concerns_code=row.concerns_code,
            place=row.place,
            asked_at=row.asked_at,
            due_on=row.due_on_decision,
            is_late=row.decided_at is None and row.due_on_decision < clock.today(),
            competent=agencies.get(row.to_schema),
            text=row.text,
            decided_at=row.decided_at,
            is_lapsed=row.is_lapsed,
        )
        for row in rows
    ]


def _agencies(schemas: Collection[str]) -> dict[str, AgencyInfo]:
    rows = Agency.objects.filter(schema_name__in=[name for name in schemas if name])
    return {row.schema_name: agency_info(row) for row in rows}


def _summaries(
    rows: "QuerySet[TransferOffer] | Iterable[TransferOffer]", agency: Agency | None = None
) -> list[OfferSummary]:
    with national_context():
        rows = list(rows)
        agencies = _agencies({name for row in rows for name in (row.from_schema, row.to_schema)})
    same = (
        "id", "number", "category_code", "concerns_code", "organisation_code", "place",
        "received_at", "due_on", "note", "offered_at", "offered_by", "answer_by", "answer",
        "answered_at", "answered_by",
    )  # fmt: skip
    return [
        OfferSummary(
            **{name: getattr(row, name) for name in same},
            sender=agencies[row.from_schema],
            receiver=agencies[row.to_schema],
            kind=Kind(row.kind),
            language=Language(row.language),
            reason=TransferReason(row.reason),
            state=OfferState(row.state),
            reference=_reference_for(row, agency),
            is_received=agency is not None and row.to_schema == agency.schema_name,
        )
        for row in rows
    ]


def custody_record(*, reference: str) -> tuple[RecordedHolding, ...]:
    """Return the holdings of a case that the entered schema may read, oldest first.

    An agency gets the holdings until its own last holding; the public schema gets all holdings. The
    result is () if the case was never transferred. Mostly one query is made.
    """
    schema_name = connection.schema_name
    with national_context():
        rows = holdings_of(references=[reference]).get(reference, [])
        if not any(schema_name in (NATIONAL_SCHEMA, one.schema_name) for one in rows):
            rows = with_moves(reference, rows, moves_of(asked=asked_of(references=[reference])))
    while rows and schema_name not in (NATIONAL_SCHEMA, rows[-1].schema_name):
        rows = rows[:-1]
    return tuple(map(recorded, rows))


def holdings_of(
    *, references: Iterable[str], with_stories: bool = True
) -> dict[str, list[CaseHolding]]:
    """Return a dict: reference -> the case's holdings, earliest first; one query."""
    rows = CaseHolding.objects.filter(reference__in=list(references))
    if not with_stories:
        # These two JSON columns can be too long to load for many cases.
        rows = rows.defer("story", "written")
    found = rows.order_by("reference", "number")
    return {key: list(some) for key, some in groupby(found, attrgetter("reference"))}


def asked_of(*, references: Iterable[str]) -> list[Asked]:
    """Return all offers and all questions of competence about these cases; one query."""
    wanted = list(references)
    offers = TransferOffer.objects.filter(reference__in=wanted)
    questions = Arbitration.objects.filter(reference__in=wanted)
    columns = ("reference", "from_schema", "to_schema")
    rows = offers.annotate(body=F("organisation_code"), told=F("state")).values_list(
        *columns, "offered_at", "answered_at", "body", "told"
    )
    # A question has no column like an offer's state, so the query adds the value ``DECIDED``.
    others = questions.annotate(body=Value(""), told=Value(HoldingCause.DECIDED)).values_list(
        *columns, "asked_at", "decided_at", "body", "told"
    )
    return [Asked(*row) for row in rows.union(others, all=True)]


def moves_of(*, asked: Iterable[Asked]) -> list[Move]:
    """Return the transfers that accepted offers and decisions have caused, earliest first."""
    causes = {
        OfferState.ACCEPTED.value: HoldingCause.ACCEPTED,
        HoldingCause.DECIDED.value: HoldingCause.DECIDED,
    }
    found = [
        Move(
            reference=one.reference,
            from_schema=one.from_schema,
            to_schema=one.to_schema,
            at=one.ended_at,
            organisation_code=one.organisation_code,
            cause=causes[one.told],
        )
        for one in asked
        if one.ended_at and one.told in causes and one.to_schema not in ("", one.from_schema)
    ]
    return sorted(found, key=lambda one: one.at)


def with_moves(
    reference: str, rows: Sequence[CaseHolding], moves: Iterable[Move]
) -> list[CaseHolding]:
    """Return a case's holdings ``rows``, and unsaved holdings for ``moves`` without a row."""
    found = list(rows)
    for one in moves:
        if not found:
            filed_at = Route.objects.filter(pk=reference).values_list("created_at", flat=True)
            found.append(
                CaseHolding(
                    reference=reference,
                    number=1,
                    schema_name=one.from_schema,
                    cause=HoldingCause.FILED,
                    since=min(filed_at.first() or one.at, one.at),
                )
            )
        last = found[-1]
        # Skip a transfer that has a row; the row's time is a moment after the offer's answer.
        if one.from_schema != last.schema_name or one.at < last.since:
            continue
        last.until = one.at
        found.append(
            CaseHolding(
                reference=reference,
                number=last.number + 1,
                schema_name=one.to_schema,
                cause=one.cause,
                organisation_code=one.organisation_code,
                since=one.at,
            )
        )
    return found


def recorded(row: CaseHolding) -> RecordedHolding:
    """Return a ``CaseHolding`` row as frozen data."""
    return RecordedHolding(
        agency_code=agency_code_in(row.schema_name),
        start=holding_start(row),
        until=row.until,
        story=None if row.story is None else Holding.from_json(row.story),
        written=None if row.written is None else frozenset(row.written),
    )


def said_record_digest(*, name: str, texts: Iterable[str]) -> str:
    """Compute the stored digest of a text in a case, with the key LOOKUP_KEY.

    The digest is keyed so that nobody who reads the record can find the text by guessing.
    """
    parts = (one.encode("utf-8", "surrogatepass") for one in texts)
    return keyed_digest(f"said:{name}", *parts).hex()[:DIGEST_LENGTH]


def holding_start(row: CaseHolding) -> HoldingStart:
    """Return the time and the event of the case with which a holding began."""
    is_first = row.number == 1 and row.cause in (HoldingCause.FILED, HoldingCause.SPLIT)
    return HoldingStart(at=row.since, position=row.first_position, is_first=is_first)


def _reference_for(row: TransferOffer, agency: Agency | None) -> str:
    """Return the reference of an offered case; blank for a receiver that has not accepted it."""
    is_asked = agency is not None and row.to_schema == agency.schema_name
    return row.reference if not is_asked or row.state == OfferState.ACCEPTED else ""
