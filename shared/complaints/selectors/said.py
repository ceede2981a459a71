"""Attribution of messages and notes to the agency that wrote them, by the public record.

An agency's role can write any row into its own schema: a message "by" an officer of another agency,
or a changed text of the citizen. When an agency transfers a case, the record keeps a keyed digest
of each text that the agency or the citizen had written. So a later holder can neither invent nor
change a text of an earlier holder.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from shared.complaints.enums import Author
from shared.complaints.selectors.holdings import MARGIN
from shared.complaints.types.custody import RecordedHolding, Row
from shared.kernel.seams import imported, seams

# The columns from which the digest of a text is computed.
SAID: Mapping[str, tuple[str, ...]] = {
    "Message": (
        "kind", "author", "body", "organisation_code", "is_by_email", "agency_code",
        "writer_number", "is_unproved", "at",
    ),
    "Note": ("body", "agency_code", "writer_number", "is_unproved", "at"),
}  # fmt: skip


def row_judged(
    name: str, row: Row, *, earlier: Sequence[RecordedHolding], holder: str
) -> Mapping[str, Any]:
    """Return a message or note with ``is_unproved`` set by the record. A text of another agency
    that the record does not confirm is attributed to ``holder``, unless that agency had the case
    then and the record has no digests of its texts.

    ``earlier``: the holders before ``holder``, which is the agency that stores or transfers the
    row.
    """
    if any(one.written and said_digest(name, row) in one.written for one in earlier):
        return row
    at = _moment(row.get("at"))
    if row.get("author") == Author.CITIZEN:
        # The record has no digest of a text that a citizen wrote while the present holder has the
        # case.
        before = [one for one in earlier if at is None or at < (one.until or one.start.at)]
        return {**row, "is_unproved": str(any(one.written is not None for one in before[:1]))}
    claimed = row.get("agency_code")
    if claimed == holder:
        return {**row, "is_unproved": "False"}
    then = next((one for one in earlier if _covers(one, at)), None)
    if then is not None and then.written is None and then.agency_code == claimed:
        # The claimed agency held the case at that time, but the record has no digests of its texts.
        return {**row, "is_unproved": "True"}
    return {**row, "agency_code": holder, "writer_number": None, "is_unproved": "True"}


def said_digest(name: str, row: Row) -> str:
    """Return the digest of a message or note as the record stores it."""
    return imported(seams().said_digest)(
        name=name, texts=[str(row.get(column)) for column in SAID[name]]
    )


def _covers(one: RecordedHolding, at: datetime | None) -> bool:
    until = one.until or one.start.at
    return at is not None and one.start.at - MARGIN <= at <= until + MARGIN


def _moment(text: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo else None
