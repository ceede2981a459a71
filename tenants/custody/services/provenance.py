"""Check of a transferred case's payload against the rows of the public schema.

False values are removed, corrected or marked, because an agency's role can write any row into its
own schema before a transfer: a message "by" an officer of another agency, an event of national
oversight that never happened, another day of filing, an address that is not the citizen's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from shared.complaints.enums import Author, EventKind
from shared.complaints.selectors.holdings import MARGIN, holding_cut, story_of
from shared.complaints.selectors.said import SAID, row_judged, said_digest
from shared.complaints.types.custody import (
    CasePayload,
    HeldEvent,
    Holding,
    RecordedHolding,
    Row,
)
from shared.register.services import agency_code_in
from tenants.case_access.services.mail_recipients import is_address_of
from tenants.custody.selectors import recorded
from tenants.custody.types import Asked
from tenants.models import CaseHolding, IdentityOpening, Review, Route

_OFFER_ENDS = (
    EventKind.TRANSFER_REFUSED,
    EventKind.TRANSFER_LAPSED,
    EventKind.TRANSFER_WITHDRAWN,
    EventKind.COMPETENCE_DECIDED,
)
_OFFER_BEGINS = (EventKind.TRANSFER_OFFERED, EventKind.COMPETENCE_ASKED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A checked payload: ``story`` is the history at the sender, ``written`` the text digests."""

    payload: CasePayload
    story: Holding
    written: tuple[str, ...]


def payload_judge(
    *,
    payload: CasePayload,
    route: Route,
    holdings: Sequence[CaseHolding],
    asked: Sequence[Asked],
    until: datetime,
) -> Judged:
    """Return a sender's payload without values that the public schema contradicts; mostly no query.

    ``holdings``: the holdings of the case, the sender's last; ``asked``: offers and decisions about
    the case. The history before the sender is replaced by the recorded histories of the earlier
    holders. Call this in the public schema.
    """
    here = holdings[-1]
    sender = agency_code_in(here.schema_name)
    said = holding_cut(payload.chain[-1], agency_code=sender, since=here.since, until=until)
    story = replace(said, events=_events_known(said.events, route.reference, asked))
    earlier = list(map(recorded, holdings[:-1]))
    rows, written = _rows_judged(payload.rows, earlier, sender)
    # A payload made by the former release contains the histories of all earlier holders.
    return Judged(
        payload=replace(
            payload,
            case=_case_known(payload.case, route),
            party=_party_known(payload.party, route),
            rows=rows,
            chain=(*(story_of(one, payload.chain[:-1]) for one in earlier), story),
        ),
        story=story,
        written=written,
    )


def _rows_judged(
    rows: Mapping[str, tuple[Row, ...]], earlier: Sequence[RecordedHolding], sender: str
) -> tuple[dict[str, tuple[Row, ...]], tuple[str, ...]]:
    judged, written = dict(rows), []
    for name in SAID:
        found = [row_judged(name, row, earlier=earlier, holder=sender) for row in rows[name]]
        judged[name] = tuple(found)
        written += [
            said_digest(name, row)
            for row in found
            if (row.get("author") == Author.CITIZEN or row.get("agency_code") == sender)
        ]
    return judged, tuple(written)


def _events_known(
    events: Sequence[HeldEvent], reference: str, asked: Sequence[Asked]
) -> tuple[HeldEvent, ...]:
    """Return the events, except events that the public schema should record and does not."""
    kinds = {one.kind for one in events}
    known: dict[str, list[datetime | None]] = {
        **{kind: [one.begun_at for one in asked] for kind in _OFFER_BEGINS},
        **{kind: [one.ended_at for one in asked] for kind in _OFFER_ENDS},
    }
    if kinds & {EventKind.REVIEW_ASKED, EventKind.REVIEW_DECIDED}:
        reviews = list(Review.objects.filter(reference=reference))
        known[EventKind.REVIEW_ASKED] = [one.asked_at for one in reviews]
        known[EventKind.REVIEW_DECIDED] = [one.decided_at for one in reviews]
    if EventKind.IDENTITY_OPENED in kinds:
        opened = IdentityOpening.objects.filter(reference=reference)
        known[EventKind.IDENTITY_OPENED] = list(opened.values_list("at", flat=True))
    return tuple(one for one in events if one.kind not in known or _is_near(one, known[one.kind]))


def _is_near(event: HeldEvent, moments: Sequence[datetime | None]) -> bool:
    return any(at is not None and abs(event.at - at) <= MARGIN for at in moments)


def _case_known(case: Row, route: Route) -> Row:
    """Return the case with the filing time of its route, from which the legal deadline runs."""
    if abs(datetime.fromisoformat(case["received_at"]) - route.created_at) <= MARGIN:
        return case
    return {**case, "received_at": route.created_at.isoformat()}


def _party_known(party: Row, route: Route) -> Row:
    """Return the party, without its e-mail address if the route's digest is of another address."""
    email = str(party.get("email") or "")
    return party if not email or is_address_of(route, email) else {**party, "email": ""}
