"""The manifest of an export: its dataclasses, its JSON text and its parser."""

import json
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from tenants.agency_export.errors import ExportDamaged, ExportTooNew

FORMAT, VERSION = "insaf.bundle", 2
# Exports of version 1 also contain password hashes, which are not restored.
READABLE = (1, 2)
MAX_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyFacts:
    """Data of the agency at the time of the export."""

    code: str
    name_ar: str
    name_fr: str
    name_en: str
    state: str
    state_reason: str
    successor_code: str
    created_at: str
    is_taken_over: bool
    plan: str
    hosts: list[str]
    organisations: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFacts:
    """Ids of the installation's secrets that rows depend on; ``vault`` counts rows for each key."""

    lookup: str
    vault: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """The agency's last event, and the counts of its events in its tables and in the register."""

    events: int
    last_event: str
    last_event_at: str
    register_events: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TableFacts:
    """An exported table: its member in the archive, number of rows, size and SHA-256."""

    member: str
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FilesFacts:
    """Counts of the exported files, and places of missing, infected and altered files."""

    count: int = 0
    bytes: int = 0
    missing: list[str] = field(default_factory=list)
    infected: list[str] = field(default_factory=list)
    altered: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The content of ``manifest.json``."""

    format: str
    version: int
    agency: AgencyFacts
    installation: str
    exported_at: str
    fingerprint: str
    migrations: list[str]
    position: Position
    keys: KeyFacts
    sequences: dict[str, int]
    tables: list[TableFacts]
    files: FilesFacts
    left_out: dict[str, str]

    def text(self) -> bytes:
        """Return the manifest as JSON; equal manifests give equal bytes."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True).encode()


PARTS: dict[str, type[Any]] = {
    "agency": AgencyFacts,
    "position": Position,
    "keys": KeyFacts,
    "files": FilesFacts,
}


def manifest_read(content: bytes) -> Manifest:
    """Parse a manifest. Raises ``ExportDamaged``, ``ExportTooNew``."""
    try:
        facts = json.loads(content)
        is_ours = facts["format"] == FORMAT
        version = int(facts["version"])
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise ExportDamaged(f"the manifest cannot be read: {error}") from None
    if not is_ours:
        raise ExportDamaged("the manifest is of something else")
    if version not in READABLE:
        raise ExportTooNew(f"a bundle of version {version}; {VERSION} is the last known here")
    try:
        for name, kind in PARTS.items():
            facts[name] = _made(kind, facts[name])
        facts["tables"] = [_made(TableFacts, one) for one in facts["tables"]]
        made: Manifest = _made(Manifest, facts)
    except (TypeError, KeyError, AttributeError) as error:
        raise ExportDamaged(f"the manifest cannot be read: {error}") from None
    return made


def _made(kind: type[Any], facts: dict[str, Any]) -> Any:
    # Raises TypeError or KeyError for a field that is missing, unknown or of another type.
    for one in fields(kind):
        value = facts[one.name]
        # The comparison of types excludes bool, which is a subclass of int.
        if one.type in SIMPLE and type(value) is not one.type:
            raise TypeError(f"{one.name} is {type(value).__name__}")
        if one.type in HOLDERS:
            holder, kept = HOLDERS[one.type]
            inside = value.values() if holder is dict and isinstance(value, dict) else value
            if type(value) is not holder or any(type(item) is not kept for item in inside):
                raise TypeError(f"{one.name} does not hold what it should")
    return kind(**facts)


SIMPLE = (str, int, bool)
HOLDERS: dict[Any, tuple[type, type]] = {
    list[str]: (list, str),
    dict[str, int]: (dict, int),
    dict[str, str]: (dict, str),
}
