"""Rules for what a transfer of a case to another agency moves, keeps or erases.

A test compares these rules with the columns of the models, so every new column needs a rule.
"""

from enum import StrEnum
from types import MappingProxyType

from django.db.models import Model

from shared.complaints.models.complaint import Complaint
from shared.complaints.models.conversation import Attachment, Message, Note, Rating
from shared.complaints.models.history import ComplaintEvent
from shared.complaints.models.officer_state import OfficerCaseState
from shared.complaints.models.party import Party


class Custody(StrEnum):
    """The rule for a column, or for all rows of a table, when a case is transferred.

    ``MOVES``: transferred, and erased here. ``COPIED``: transferred and kept, because the value is
    no text and no personal data. ``STAYS``: kept, because the value belongs to the agency that
    wrote the row. ``ERASED``: erased, and not transferred. ``MADE``: not transferred, because the
    agency that accepts the case computes the value.
    """

    MOVES = "moves"
    COPIED = "copied"
    STAYS = "stays"
    ERASED = "erased"
    MADE = "made"


_TEXTS = ("subject", "body", "remedy", "place", "happened_on", "declarations", "follows")
_FACTS = (
    "kind", "category_code", "language", "privacy", "channel", "consent", "received_at", "due_on",
    "outcome", "answered_at", "reopened", "reopened_at", "waiting_since", "is_part",
    "cut_by_code",
    "escalated", "promised_on", "interim_until", "interim_replies",
)  # fmt: skip
_OWN = (
    "id", "reference", "organisation_code", "assisted_by", "status", "answered_by", "version",
    "handed_to", "merged_into", "cut_from", "is_given_back",
)  # fmt: skip
_OF_WORK = (
    "assignee", "stands_in_for", "awaiting_until", "unit", "label_ids", "working_due_on",
    "risk_on", "has_citizen_news", "offered_to", "search", "more_words",
)  # fmt: skip

CASE_COLUMNS = MappingProxyType(
    dict.fromkeys(_TEXTS, Custody.MOVES)
    | dict.fromkeys(_FACTS, Custody.COPIED)
    | dict.fromkeys(_OWN, Custody.STAYS)
    | dict.fromkeys(_OF_WORK, Custody.MADE)
)
PARTY_COLUMNS = MappingProxyType(
    {
        "complaint": Custody.STAYS,
        "kind": Custody.COPIED,
        "name": Custody.MOVES,
        "email": Custody.MOVES,
        "phone": Custody.MOVES,
        "national_id": Custody.MOVES,
    }
)
# Rules for all rows of a table. Events stay, because they belong to the agency.
TABLES: MappingProxyType[type[Model], Custody] = MappingProxyType(
    {
        Complaint: Custody.STAYS,
        Party: Custody.STAYS,
        ComplaintEvent: Custody.STAYS,
        Message: Custody.MOVES,
        Attachment: Custody.MOVES,
        Note: Custody.MOVES,
        Rating: Custody.MOVES,
        OfficerCaseState: Custody.ERASED,
    }
)
# Rows are written in this order and deleted in the opposite order.
MOVED = tuple(model for model, custody in TABLES.items() if custody == Custody.MOVES)
# Foreign keys that are not valid in another agency.
NOT_CARRIED = frozenset({"complaint", "officer"})
