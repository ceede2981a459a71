"""The domain's tables. They exist in agency schemas only, and only this package touches them."""

from shared.complaints.models.complaint import Complaint, Party
from shared.complaints.models.conversation import Attachment, Message, Note, Rating
from shared.complaints.models.history import ComplaintEvent

__all__ = ["Attachment", "Complaint", "ComplaintEvent", "Message", "Note", "Party", "Rating"]
