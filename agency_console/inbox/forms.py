"""Forms of the inbox: search, saved views, and cases put aside."""

from datetime import date, timedelta

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from agency_console.access.forms import MAX_TEXT_LENGTH, list_address, list_query
from agency_console.inbox.types import SavedViewDraft
from shared.accounts.enums import STAFF_ROLES, Role
from shared.forms.edit_conflicts import EditForm
from shared.kernel import clock

MONDAY = 7


class InboxForm(forms.Form):
    """Form of search words and of an organisation's typed name, both optional."""

    q = forms.CharField(
        label=_("Search by reference or by words"),
        required=False,
        max_length=MAX_TEXT_LENGTH,
        widget=forms.TextInput(
            attrs={
                "type": "search",
                "data-search": "",
                "dir": "auto",
                "placeholder": _("Reference or words"),
            }
        ),
    )
    body_text = forms.CharField(label=_("Organisation"), required=False, max_length=100)

    @property
    def typed_body(self) -> str:
        """Return the typed name of an organisation, or "" if the form has an error."""
        return str(self.cleaned_data["body_text"]) if self.is_valid() else ""


class SavedViewForm(forms.Form):
    """Form of the name under which the list ``query`` is saved, and whether the view is shared."""

    name = forms.CharField(label=_("Name of the view"), max_length=60)
    query = forms.CharField(required=False, max_length=1000, widget=forms.HiddenInput)
    is_shared = forms.BooleanField(label=_("Share it with all officers"), required=False)

    def to_draft(self) -> SavedViewDraft:
        """Return the view to save, with its query cleaned by ``list_only``."""
        given = self.cleaned_data
        return SavedViewDraft(
            name=given["name"], query=list_only(given["query"]), is_shared=given["is_shared"]
        )


class SavedViewChangeForm(EditForm):
    """Form of a new name for a view, and of the role whose console opens with the view."""

    name = forms.CharField(label=_("Name of the view"), max_length=60)
    default_for = forms.ChoiceField(
        label=_("The console opens with it for"),
        required=False,
        choices=[("", _("Nobody")), *((role, Role(role).label) for role in STAFF_ROLES)],
    )


class SnoozeForm(forms.Form):
    """Form of the day until which a case is put aside; ``back`` is the query of the list."""

    until = forms.ChoiceField(
        required=False,
        choices=[("tomorrow", ""), ("week", ""), ("none", "")],
    )
    until_on = forms.DateField(
        label=_("Put aside until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
    )
    back = forms.CharField(required=False, max_length=1000, widget=forms.HiddenInput)

    def clean(self) -> dict[str, object]:
        """Require a day in ``until_on``, or a choice such as "tomorrow" in ``until``."""
        given = super().clean() or {}
        if not given.get("until") and not given.get("until_on") and not self.errors:
            self.add_error("until_on", _("Choose a day."))
        return given

    def to_day(self) -> date | None:
        """Return the day on which the case is in the list again; ``None`` if at once."""
        today = clock.today()
        days: dict[str, date | None] = {
            "tomorrow": today + timedelta(days=1),
            "week": today + timedelta(days=MONDAY - today.weekday()),
            "none": None,
        }
        word = self.cleaned_data["until"]
        return days[word] if word else self.cleaned_data["until_on"]


def list_only(query: str) -> str:
    """Return the query of a list without ``after``, ``at`` and invalid values."""
    return back_query(query, keeps_place=False)


def back_query(query: str, *, keeps_place: bool = True) -> str:
    """Return a list's query without invalid values; ``keeps_place``: keep ``after`` and ``at``."""
    data = QueryDict(query.removeprefix("?"), mutable=True)
    if not keeps_place:
        data.pop("after", None)
        data.pop("at", None)
    return list_query(list_address(data))
