"""Lists of the inbox, and labels of its sort orders and filters."""

from django.db.models import TextChoices
from django.urls import reverse
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from shared.complaints.selectors import ListSort


class InboxView(TextChoices):
    """The lists of the inbox, in the order in which the page shows them."""

    MINE = "mine", _("Mine")
    NEW = "new", _("New from the citizen")
    OVERDUE = "overdue", _("Past the legal deadline")
    ESCALATED = "escalated", pgettext_lazy("cases", "Escalated")
    DUE_5 = "due_5", _("Due within 5 days")
    DUE_15 = "due_15", _("Due within 15 days")
    PROMISE_LATE = "promise_late", _("Promised day passed")
    REOPENED = "reopened", pgettext_lazy("cases", "Re-opened")
    AWAITING = "awaiting", _("Waiting for the citizen")
    APPROVAL = "approval", _("Waiting for approval")
    REVIEWS = "reviews", _("Review asked for")
    PROMISES = "promises", _("Announced, due within 5 days")
    UNASSIGNED = "unassigned", _("Unassigned")
    SNOOZED = "snoozed", pgettext_lazy("cases", "Put aside")
    OPEN = "open", _("All open")
    ANSWERED = "answered", _("Answered")
    ALL = "all", _("All cases")

    @property
    def url(self) -> str:
        """Return the address of this list."""
        return f"{reverse('inbox:list-cases')}{self.query}"

    @property
    def query(self) -> str:
        """Return the query in the address of this list."""
        return f"?view={self.value}"


# The page shows these lists under the heading "The rest".
REST = (InboxView.SNOOZED, InboxView.OPEN, InboxView.ANSWERED, InboxView.ALL)
ALERTS = (InboxView.OVERDUE, InboxView.NEW)

SORT_LABELS = {
    ListSort.RISK: _("Risk of being late"),
    ListSort.WAITING: _("Citizen waits longest"),
    ListSort.LEGAL: _("Legal deadline"),
    ListSort.NEWEST: _("Received, latest first"),
    ListSort.OLDEST: _("Received, oldest first"),
}

# The label of each part of a filter, keyed by the parameter in an address.
PART_LABELS = {
    "body": _("Organisation"),
    "category": _("Category"),
    "kind": _("Kind"),
    "language": _("Language"),
    "channel": _("Channel"),
    "officer": _("Officer"),
    "unit": _("Unit"),
    "label": _("Label"),
    "place": _("Place"),
    "from": _("Received from"),
    "to": _("Received until"),
}
