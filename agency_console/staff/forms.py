"""What an administrator fills in about colleagues."""

from django import forms
from django.utils.translation import gettext_lazy as _

from shared.accounts.enums import STAFF_ROLES, Role
from shared.ui.widgets import ExplainedRadioSelect

ROLE_HINTS = {
    Role.AGENT.value: _("Takes cases and answers citizens."),
    Role.SUPERVISOR.value: _("Also assigns cases to colleagues."),
    Role.ADMINISTRATOR.value: _("Also manages the staff list."),
}


class RoleField(forms.TypedChoiceField):
    """One of the roles of an agency's staff, each with what it may do."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Role"),
            choices=[(role.value, role.label) for role in STAFF_ROLES],
            coerce=Role,
            widget=ExplainedRadioSelect(ROLE_HINTS),
        )


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
    role = RoleField()


class ChangeForm(forms.Form):
    """What a colleague may do."""

    role = RoleField()
    is_active = forms.BooleanField(label=_("May sign in"), required=False)
