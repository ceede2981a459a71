"""Tables of cases; the tables are in agency schemas only, and only this package uses them."""

from shared.complaints.models.complaint import Complaint
from shared.complaints.models.conversation import Attachment, Message, Note, Rating
from shared.complaints.models.escalation import EscalationRule
from shared.complaints.models.history import ComplaintEvent
from shared.complaints.models.labels import Label
from shared.complaints.models.officer_state import OfficerCaseState
from shared.complaints.models.party import Party

__all__ = [
    "Attachment",
    "Complaint",
    "ComplaintEvent",
    "EscalationRule",
    "Label",
    "Message",
    "Note",
    "OfficerCaseState",
    "Party",
    "Rating",
]
