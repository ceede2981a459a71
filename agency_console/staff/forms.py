"""What an administrator fills in about colleagues."""

from django import forms
from django.utils.translation import gettext_lazy as _

from agency_console.staff.types import NewColleague, StaffChange
from shared.accounts.enums import STAFF_ROLES, Role
from shared.ui.widgets import ExplainedRadioSelect

ROLE_CHOICES = [(role.value, role.label) for role in STAFF_ROLES]
ROLE_HINTS = {
    Role.AGENT.value: _("Takes cases and answers citizens."),
    Role.SUPERVISOR.value: _("Also gives cases to colleagues."),
    Role.ADMINISTRATOR.value: _("Also keeps this list."),
}


class AddForm(forms.Form):
    """A new colleague."""

    name = forms.CharField(
        label=_("Name"), max_length=120, widget=forms.TextInput(attrs={"dir": "auto"})
    )
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        help_text=_("Their own address at work: with it they sign in and set their password."),
    )
    role = forms.ChoiceField(
        label=_("Role"), choices=ROLE_CHOICES, widget=ExplainedRadioSelect(ROLE_HINTS)
    )

    def to_draft(self) -> NewColleague:
        """The person to add."""
        given = self.cleaned_data
        return NewColleague(email=given["email"], name=given["name"], role=Role(given["role"]))


class ChangeForm(forms.Form):
    """What a colleague may do."""

    role = forms.ChoiceField(
        label=_("Role"), choices=ROLE_CHOICES, widget=ExplainedRadioSelect(ROLE_HINTS)
    )
    is_active = forms.BooleanField(label=_("May sign in"), required=False)

    def to_draft(self) -> StaffChange:
        """The change."""
        given = self.cleaned_data
        return StaffChange(role=Role(given["role"]), is_active=given["is_active"])
