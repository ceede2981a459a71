"""Read and write the state of an inbox page, which is its address."""

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from agency_console.access.filters import case_filter
from agency_console.inbox.enums import InboxView
from agency_console.inbox.types import InboxQuery
from shared.complaints.types import InboxPosition

MARK = "~"
MAX_ID_LENGTH = 18
SEPARATORS = str.maketrans("", "", " -\u00a0\u2009\u202f\u200e\u200f\u2066\u2069")


class InboxForm(forms.Form):
    """A view, words to look for, and where the page begins. Nothing in it is required."""

    view = forms.CharField(required=False)
    q = forms.CharField(
        label=_("Search by reference or by words"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "data-search": "", "dir": "auto"}),
    )
    after = forms.CharField(required=False)
    body_text = forms.CharField(label=_("Organisation"), required=False, max_length=100)

    def to_query(self) -> InboxQuery:
        """What is asked for; what cannot be understood is left out."""
        self.full_clean()
        given = self.cleaned_data
        return InboxQuery(
            view=InboxView(given["view"]) if given.get("view") in InboxView.values else None,
            text=search_text(given.get("q", "")),
            body_text=given.get("body_text", ""),
            only=case_filter(self.data),
            after=position_read(given.get("after", "")),
        )


def search_text(typed: str) -> str:
    """The words as typed; a number without the spaces of its groups, in ASCII digits."""
    compact = typed.translate(SEPARATORS)
    if compact.isdecimal():
        return "".join(str(int(digit)) for digit in compact)
    return typed


def position_text(position: InboxPosition | None) -> str:
    """Write a position for an address: ``2026-01-24~15``, or ``~15`` without a term."""
    if position is None:
        return ""
    day = position.due_on.isoformat() if position.due_on else ""
    return f"{day}{MARK}{position.case_id}"


def position_read(text: str) -> InboxPosition | None:
    """Read the position in an address; ``None`` for none or an invalid one."""
    day, _mark, number = text.partition(MARK)
    if not (number.isascii() and number.isdecimal()) or len(number) > MAX_ID_LENGTH:
        return None
    try:
        due_on = date.fromisoformat(day) if day else None
    except ValueError:
        return None
    return InboxPosition(due_on=due_on, case_id=int(number))
