"""Offers and questions of competence; all read in the public schema."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from uuid import UUID

from django.db.models import F, Q, QuerySet

from shared.complaints.enums import Kind, Language
from shared.complaints.types.custody import PartOrigin
from shared.kernel import clock
from shared.register.types import Departed
from shared.rows.selectors import first_or_refuse
from tenants.agencies.selectors import agency_info
from tenants.agencies.types import AgencyInfo
from tenants.custody.errors import OfferNotFound
from tenants.custody.types import ArbitrationSummary, OfferSummary
from tenants.isolation.schema_switch import national_context
from tenants.models import Agency, Arbitration, CaseMove, CaseSplit, Route, TransferOffer
from tenants.models.enums import ArbitrationCause, OfferState, TransferReason

# Of offers that were answered, so many are listed.
MAX_ANSWERED = 100

# Reference, sender, receiver and moment.
_Move = tuple[str, str, str, datetime]


def offers_waiting(*, agency: Agency) -> list[OfferSummary]:
    """What this agency is asked to take over, the offer that lapses first at the top."""
    with national_context():
        rows = TransferOffer.objects.filter(to_schema=agency.schema_name, state=OfferState.OFFERED)
        return _summaries(rows.order_by("answer_by", "offered_at"), agency)


def offers_waiting_number(*, agency: Agency) -> int:
    """How many offers wait for this agency's answer."""
    with national_context():
        return TransferOffer.objects.filter(
            to_schema=agency.schema_name, state=OfferState.OFFERED
        ).count()


def offers_sent(*, agency: Agency) -> list[OfferSummary]:
    """What this agency has asked others to take over, the latest first; at most a hundred."""
    with national_context():
        rows = TransferOffer.objects.filter(from_schema=agency.schema_name)
        return _summaries(rows.order_by("-offered_at")[:MAX_ANSWERED], agency)


def offers_answered(*, agency: Agency) -> list[OfferSummary]:
    """What this agency was asked and does not answer any more, the latest first."""
    with national_context():
        rows = TransferOffer.objects.filter(to_schema=agency.schema_name)
        rows = rows.exclude(state=OfferState.OFFERED)
        return _summaries(rows.order_by("-offered_at")[:MAX_ANSWERED], agency)


def departures_of(*, references: Collection[str]) -> dict[tuple[str, str], Departed]:
    """Which agencies had these cases, handed them over and do not hold them now.

    By schema and reference, from what no agency can write: the one place that says who is a former
    holder. Four queries, and one more where a citizen has objected to a part.
    """
    with national_context():
        moves = _moves_of(references)
        routes = Route.objects.filter(pk__in=references).values_list("agency_id", "pk")
        holders = {(str(schema), reference) for schema, reference in routes}
        moves += _moves_back(references, moves, {one: schema for schema, one in holders})
    left, returned = defaultdict(list), defaultdict(list)
    for reference, sender, receiver, at in moves:
        left[sender, reference].append(at)
        returned[receiver, reference].append(at)
    return {
        one: Departed(left_at=max(moments), returned_at=tuple(sorted(returned[one])))
        for one, moments in left.items()
        if one not in holders
    }


def _moves_of(references: Collection[str]) -> list[_Move]:
    """Each move of these cases that an agency accepted, or that oversight decided."""
    accepted = TransferOffer.objects.filter(reference__in=references, state=OfferState.ACCEPTED)
    decided = (
        Arbitration.objects.filter(reference__in=references, is_lapsed=False)
        .exclude(decided_at=None)
        .exclude(to_schema="")
        .exclude(to_schema=F("from_schema"))
    )
    columns = ("reference", "from_schema", "to_schema")
    rows = [
        *accepted.values_list(*columns, "answered_at"),
        *decided.values_list(*columns, "decided_at"),
    ]
    return [(*row[:3], at) for row in rows if (at := row[3]) is not None]


def _moves_back(
    references: Collection[str], moves: Sequence[_Move], holders: Mapping[str, str]
) -> list[_Move]:
    """Parts that went back to the request out of which they were cut, as their citizen wished.

    The record says when alone. Who gave a part back is who had got it by the move before, or else
    who cut it; who got it is who handed it over next, or else who holds it now.
    """
    objected = CaseSplit.objects.filter(pk__in=references).exclude(objected_at=None)
    rows = list(objected.values_list("part_reference", "cut_by_code", "objected_at"))
    if not rows:
        return []
    cutters = Agency.objects.filter(code__in={code for _part, code, _at in rows})
    schemas = dict(cutters.values_list("code", "schema_name"))
    found = []
    for part, code, moment in rows:
        at = moment or clock.now()
        own = sorted((one for one in moves if one[0] == part), key=itemgetter(3))
        before = [one[2] for one in own if one[3] <= at]
        after = [one[1] for one in own if one[3] > at]
        sender = before[-1] if before else schemas.get(code, "")
        receiver = after[0] if after else holders.get(part, "")
        if sender and receiver and sender != receiver:
            found.append((part, sender, receiver, at))
    return found


def offer_get(*, offer_id: UUID, agency: Agency) -> OfferSummary:
    """One offer to or from this agency. Raises ``OfferNotFound``."""
    with national_context():
        rows = TransferOffer.objects.filter(_of(agency), pk=offer_id)
        return _summaries([first_or_refuse(rows, OfferNotFound(str(offer_id)))], agency)[0]


def offers_of_case(*, reference: str, agency: Agency) -> list[OfferSummary]:
    """The offers that this agency made of one case, the latest first."""
    with national_context():
        rows = TransferOffer.objects.filter(reference=reference, from_schema=agency.schema_name)
        return _summaries(rows.order_by("-offered_at"), agency)


def offers_of_reference(*, reference: str) -> list[OfferSummary]:
    """Every offer of one case, the oldest first: for national oversight."""
    return _summaries(TransferOffer.objects.filter(reference=reference).order_by("offered_at"))


def part_origin(*, reference: str, schema_name: str) -> PartOrigin | None:
    """What the national record says of a part that this schema takes over; ``None`` of no part."""
    row = CaseSplit.objects.filter(pk=reference).first()
    if row is None:
        return None
    is_home = Route.objects.filter(pk=row.whole_reference, agency_id=schema_name).exists()
    return PartOrigin(
        cut_by_code=row.cut_by_code, whole_reference=row.whole_reference if is_home else ""
    )


def cases_moving(*, agency: Agency) -> int:
    """How many cases are between this agency and another one of a cluster."""
    name = agency.schema_name
    with national_context():
        return CaseMove.objects.filter(Q(from_schema=name) | Q(to_schema=name)).count()


def arbitration_row(reference: str) -> Arbitration | None:
    """The latest question of competence about a case."""
    return Arbitration.objects.filter(reference=reference).order_by("-asked_at", "-id").first()


def arbitration_of(*, reference: str) -> ArbitrationSummary | None:
    """The same for the agency that holds the case; it may be decided."""
    with national_context():
        row = arbitration_row(reference)
        return arbitration_summaries([row])[0] if row else None


def arbitrations_waiting() -> list[ArbitrationSummary]:
    """Every question of competence that waits for its decision, the one due first at the top."""
    rows = Arbitration.objects.filter(decided_at=None)
    return arbitration_summaries(rows.order_by("due_on_decision", "asked_at", "id"))


def arbitrations_decided(*, limit: int = MAX_ANSWERED) -> list[ArbitrationSummary]:
    """The latest decisions."""
    rows = Arbitration.objects.exclude(decided_at=None)
    return arbitration_summaries(rows.order_by("-decided_at", "id")[:limit])


def arbitration_summaries(rows: Iterable[Arbitration]) -> list[ArbitrationSummary]:
    """As frozen data; one query for the agencies."""
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


def _of(agency: Agency) -> Q:
    return Q(to_schema=agency.schema_name) | Q(from_schema=agency.schema_name)


def _agencies(schemas: Collection[str]) -> dict[str, AgencyInfo]:
    rows = Agency.objects.filter(schema_name__in=[name for name in schemas if name])
    return {row.schema_name: agency_info(row) for row in rows}


def _summaries(
    rows: "QuerySet[TransferOffer] | Iterable[TransferOffer]", agency: Agency | None = None
) -> list[OfferSummary]:
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


def _reference_for(row: TransferOffer, agency: Agency | None) -> str:
    """The reference of an offered case, for whoever has or had the case; blank for others."""
    is_asked = agency is not None and row.to_schema == agency.schema_name
    return row.reference if not is_asked or row.state == OfferState.ACCEPTED else ""
