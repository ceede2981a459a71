"""Words of the inbox."""

from django.db.models import TextChoices
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class InboxView(TextChoices):
    """The lists into which the inbox falls, in the order in which they are shown."""

    MINE = "mine", _("Mine")
    UNASSIGNED = "unassigned", _("Unassigned")
    OVERDUE = "overdue", _("Past the legal deadline")
    AWAITING = "awaiting", _("Waiting for the citizen")
    OPEN = "open", _("All open")
    ANSWERED = "answered", _("Answered")
    ALL = "all", _("All cases")

    @property
    def url(self) -> str:
        """The address of this list."""
        return f"{reverse('inbox:list-cases')}{self.query}"

    @property
    def query(self) -> str:
        """The query of its address."""
        return f"?view={self.value}"
