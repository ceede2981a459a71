"""Data that is transferred from one agency to another with a case: plain text values."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from shared.complaints.enums import Kind, Language

# Value of ``offered_to`` if national oversight decides who is competent; no agency has such a code.
OVERSIGHT = "oversight"
# The key of a payload's entry with the rows of files: the name of their model.
FILE_ROWS = "Attachment"
# Days in which a citizen can object to a part that an officer has cut out of the request.
OBJECTION_DAYS = 7
# One row: name of the column -> text, so that the row can be serialised and encrypted.
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldEvent:
    """An event from the time in which another agency held the case; it contains no name."""

    kind: str
    status: str
    outcome: str
    resolved: bool | None
    handling: int | None
    same_officer: bool
    actor_kind: str
    at: datetime
    until: date | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the event as a JSON object for the column ``chain``."""
        days = {"at": self.at.isoformat(), "until": self.until.isoformat() if self.until else None}
        return asdict(self) | days

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "HeldEvent":
        """Return the event that ``to_json`` serialised."""
        until = stored.get("until")
        days = {
            "at": datetime.fromisoformat(stored["at"]),
            "until": date.fromisoformat(until) if until else None,
        }
        return cls(**{**stored, **days})


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """The time for which one agency held the case, with the events of that time.

    ``accesses``: when its officers opened the case. ``oversight_accesses`` and
    ``oversight_file_reads``: when national oversight opened the case or read a file of the case.
    """

    agency_code: str
    since: datetime
    until: datetime
    events: tuple[HeldEvent, ...]
    accesses: tuple[datetime, ...] = ()
    oversight_accesses: tuple[datetime, ...] = ()
    oversight_file_reads: tuple[datetime, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the holding as a JSON object for the column ``chain``; moments are in ISO 8601."""
        return {
            "agency_code": self.agency_code,
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
            "events": [one.to_json() for one in self.events],
            "accesses": [at.isoformat() for at in self.accesses],
            "oversight_accesses": [at.isoformat() for at in self.oversight_accesses],
            "oversight_file_reads": [at.isoformat() for at in self.oversight_file_reads],
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Holding":
        """Return the holding that ``to_json`` serialised."""
        moment = datetime.fromisoformat
        return cls(
            agency_code=stored["agency_code"],
            since=moment(stored["since"]),
            until=moment(stored["until"]),
            events=tuple(map(HeldEvent.from_json, stored["events"])),
            accesses=tuple(map(moment, stored["accesses"])),
            oversight_accesses=tuple(map(moment, stored["oversight_accesses"])),
            # In holdings of earlier releases, ``accesses`` contains the moments of file reads by
            # oversight.
            oversight_file_reads=tuple(map(moment, stored.get("oversight_file_reads", ()))),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldingStart:
    """The moment and the event at which an agency began to hold a case, by the public record.

    ``position``: the position of the event in the agency; ``None`` if the record does not have it.
    ``is_first``: the case was filed at the agency.
    """

    at: datetime
    position: int | None = None
    is_first: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedHolding:
    """The time for which an agency held a case, by the public record.

    ``story``: the holding that the agency sent when it transferred the case. ``written``: the
    digests of all texts until the transfer. Both are ``None`` while the agency holds the case, and
    if the record was made after the transfer.
    """

    agency_code: str
    start: HoldingStart
    until: datetime | None
    story: Holding | None
    written: frozenset[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePayload:
    """A whole case in its transfer from one agency to another.

    ``chain``: the sender's holding; before the receiver gets the payload, the public record adds
    the holdings of all earlier agencies in front. ``rows``: the rows, keyed by the name of the
    model.
    """

    reference: str
    case: Row
    party: Row
    rows: Mapping[str, tuple[Row, ...]]
    chain: tuple[Holding, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the payload as a JSON object, which the caller encrypts."""
        return {
            "reference": self.reference,
            "case": dict(self.case),
            "party": dict(self.party),
            "rows": {name: [dict(row) for row in rows] for name, rows in self.rows.items()},
            "chain": [one.to_json() for one in self.chain],
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "CasePayload":
        """Return the payload that ``to_json`` serialised."""
        return cls(
            reference=stored["reference"],
            case=stored["case"],
            party=stored["party"],
            rows={name: tuple(rows) for name, rows in stored["rows"].items()},
            chain=tuple(map(Holding.from_json, stored["chain"])),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """A case that a restored agency transferred after its export was made.

    ``chain``: the holders until the transfer, the agency itself last; empty if the agency that
    accepted the case does not exist any more. ``to_code``: the agency that accepted the case at the
    moment ``at``.
    """

    reference: str
    to_code: str
    at: datetime
    chain: tuple[Holding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedCase:
    """The data of an offered case that the other agency may see: no person, and no text but the
    place.
    """

    reference: str
    kind: Kind
    category_code: str
    organisation_code: str
    place: str
    language: Language
    received_at: datetime
    due_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyStep:
    """One agency's days with a case, for its citizen and its officers.

    ``agency_code`` is blank for the present holder, whose ``until`` is ``None`` while the case is
    open. ``days`` are civil days; the days of all steps add up to the days of the case.
    """

    agency_code: str
    since: date
    until: date | None
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FormerAccess:
    """An access to the case by an officer of an earlier holder."""

    agency_code: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver:
    """The payload of a case that has left an agency, and the files to delete.

    ``paths``: the places of files of drafts; the files are deleted after the commit.
    """

    payload: CasePayload
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartDraft:
    """One part of a request that concerns several bodies, as an officer writes it.

    ``file_ids``: the citizen's files to copy to the part.
    """

    subject: str
    body: str
    file_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PartOrigin:
    """The data of the national record on a part that is transferred.

    ``cut_by_code``: the agency whose officer wrote the part's text; blank if not recorded.
    ``whole_reference``: the request from which the part was cut, if the agency that accepts the
    part also holds that request.
    """

    cut_by_code: str
    whole_reference: str = ""
