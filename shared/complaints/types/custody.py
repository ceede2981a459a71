"""What goes from one agency to another when a case is handed over: plain text values."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from shared.complaints.enums import Kind, Language

# In the place of an agency's code, which it cannot be: national oversight decides who is competent.
OVERSIGHT = "oversight"
# Under this name of its model a payload has the rows of its files.
FILE_ROWS = "Attachment"
# Days in which a citizen can object to a part that an officer has cut out of the request.
OBJECTION_DAYS = 7
# One row as texts, by the names of its columns: it can be written down, encrypted, and read again.
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldEvent:
    """One thing that happened while another agency held the case; no name stands in it."""

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
        """Return the value as it stands in the column."""
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
    """How long one agency held the case, and what happened there.

    ``accesses`` and ``oversight_accesses``: when officers and national oversight opened it there,
    ``oversight_file_reads``: when oversight read a file of it.
    """

    agency_code: str
    since: datetime
    until: datetime
    events: tuple[HeldEvent, ...]
    accesses: tuple[datetime, ...] = ()
    oversight_accesses: tuple[datetime, ...] = ()
    oversight_file_reads: tuple[datetime, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the value as it stands in the column: moments in ISO 8601."""
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
            # Earlier stories have them among the accesses.
            oversight_file_reads=tuple(map(moment, stored.get("oversight_file_reads", ()))),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldingStart:
    """When an agency began to hold a case, and with which event of its own, by the public record.

    ``position`` is ``None`` where the record does not know it. ``is_first``: it was filed there.
    """

    at: datetime
    position: int | None = None
    is_first: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedHolding:
    """Who held a case from when to when, by the public record.

    ``story`` is what that agency told of its days when it handed the case over, ``written`` the
    digests of what was said until then; ``None`` while it holds the case, and where the record was
    made afterwards.
    """

    agency_code: str
    start: HoldingStart
    until: datetime | None
    story: Holding | None
    written: frozenset[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePayload:
    """A whole case on its way from one agency to another.

    ``chain``: what the sender tells of its own days; on the way to the receiver everybody who held
    the case is put before it, by the public record. ``rows``: by the name of the model.
    """

    reference: str
    case: Row
    party: Row
    rows: Mapping[str, tuple[Row, ...]]
    chain: tuple[Holding, ...]

    def to_json(self) -> dict[str, Any]:
        """Return all of it as texts, to be encrypted."""
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
    """A case that an agency handed over after the export was made from which it is restored.

    ``chain``: who held it until then, the agency itself last; empty where whoever took it over is
    not here any more. ``to_code``: who took it over, at ``at``.
    """

    reference: str
    to_code: str
    at: datetime
    chain: tuple[Holding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedCase:
    """What the agency that is asked to take a case over may know of it: no story and no person."""

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
    """One part of the way of a case, as its citizen and its officers read it.

    ``agency_code`` is blank for the agency that holds it now; ``until`` is ``None`` there while
    the case is open. ``days`` are civil days; those of all steps add up to those of the case.
    """

    agency_code: str
    since: date
    until: date | None
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FormerAccess:
    """An officer of an agency that held the case before has opened it there."""

    agency_code: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver:
    """What is left to do once a case has left an agency.

    ``paths``: places of files that lay beside drafts; they are deleted when all is committed.
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
    """What the national record says of a part that is handed over.

    ``cut_by_code``: the agency whose officer wrote its text; blank where nobody noted it.
    ``whole_reference``: the request out of which it was cut, where the agency that takes the part
    over holds that one.
    """

    cut_by_code: str
    whole_reference: str = ""
