"""Data that goes from one agency to another when a case is transferred: plain text values."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from shared.complaints.enums import Kind, Language

# In place of an agency's code, and never a code itself: national oversight decides who is
# competent.
OVERSIGHT = "oversight"
# The name of the model under which a payload has the rows of its files.
FILE_ROWS = "Attachment"
# Days in which a citizen can object to a part that an officer has cut out of the request.
OBJECTION_DAYS = 7
# One row as texts, by the names of its columns: it can be written down, encrypted, and read again.
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldEvent:
    """An event of the time in which another agency held the case; it contains no name."""

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
        """Return the event as it is stored in the column."""
        days = {"at": self.at.isoformat(), "until": self.until.isoformat() if self.until else None}
        return asdict(self) | days

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "HeldEvent":
        """Read what ``to_json`` wrote."""
        until = stored.get("until")
        days = {
            "at": datetime.fromisoformat(stored["at"]),
            "until": date.fromisoformat(until) if until else None,
        }
        return cls(**{**stored, **days})


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """The time for which one agency held the case, with the events of that time.

    ``accesses`` and ``oversight_accesses``: when officers and national oversight opened the case
    there, ``oversight_file_reads``: when oversight read a file of the case.
    """

    agency_code: str
    since: datetime
    until: datetime
    events: tuple[HeldEvent, ...]
    accesses: tuple[datetime, ...] = ()
    oversight_accesses: tuple[datetime, ...] = ()
    oversight_file_reads: tuple[datetime, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the holding as it is stored in the column: moments in ISO 8601."""
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
        """Read what ``to_json`` wrote."""
        moment = datetime.fromisoformat
        return cls(
            agency_code=stored["agency_code"],
            since=moment(stored["since"]),
            until=moment(stored["until"]),
            events=tuple(map(HeldEvent.from_json, stored["events"])),
            accesses=tuple(map(moment, stored["accesses"])),
            oversight_accesses=tuple(map(moment, stored["oversight_accesses"])),
            # Holdings of earlier releases have these among the accesses.
            oversight_file_reads=tuple(map(moment, stored.get("oversight_file_reads", ()))),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldingStart:
    """The moment and the event at which an agency began to hold a case, by the public record.

    ``position``: of the event in the agency; ``None`` where the record does not know it.
    ``is_first``: the case was filed there.
    """

    at: datetime
    position: int | None = None
    is_first: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedHolding:
    """The time for which an agency held a case, by the public record.

    ``story``: the agency's own account of its days, from when it transferred the case; ``written``:
    the digests of all texts until then. Both are ``None`` while it holds the case, and where the
    record was made afterwards.
    """

    agency_code: str
    start: HoldingStart
    until: datetime | None
    story: Holding | None
    written: frozenset[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePayload:
    """A whole case in its transfer from one agency to another.

    ``chain``: the sender's account of its own days; before the receiver gets it, all earlier
    holders are put in front by the public record. ``rows``: by the name of the model.
    """

    reference: str
    case: Row
    party: Row
    rows: Mapping[str, tuple[Row, ...]]
    chain: tuple[Holding, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the payload as texts, to be encrypted."""
        return {
            "reference": self.reference,
            "case": dict(self.case),
            "party": dict(self.party),
            "rows": {name: [dict(row) for row in rows] for name, rows in self.rows.items()},
            "chain": [one.to_json() for one in self.chain],
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "CasePayload":
        """Read what ``to_json`` wrote."""
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

    ``chain``: who held the case until then, the agency itself last; empty where the agency that
    accepted it is not here any more. ``to_code``: the agency that accepted the case, at ``at``.
    """

    reference: str
    to_code: str
    at: datetime
    chain: tuple[Holding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedCase:
    """The data that an agency may know of an offered case: no text and no person."""

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
    """One agency's days with a case, as its citizen and its officers read them.

    ``agency_code`` is blank for the agency that holds it now; ``until`` is ``None`` there while the
    case is open. ``days`` are civil days; those of all steps add up to those of the case.
    """

    agency_code: str
    since: date
    until: date | None
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FormerAccess:
    """An access to the case by an officer of an agency that held it before."""

    agency_code: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver:
    """The payload of a case that has left an agency, and the files to delete.

    ``paths``: places of files of drafts; the files are deleted when all is committed.
    """

    payload: CasePayload
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartDraft:
    """One part of a request that concerns several bodies, as the officer cuts it out.

    ``file_ids``: files of the citizen that are copied along.
    """

    subject: str
    body: str
    file_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PartOrigin:
    """The data of the national record on a part that is transferred.

    ``cut_by_code``: the agency whose officer wrote its text; blank where nobody recorded it.
    ``whole_reference``: the request out of which it was cut, where the agency that accepts the part
    holds that request.
    """

    cut_by_code: str
    whole_reference: str = ""
