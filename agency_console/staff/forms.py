"""Forms to add, change and deactivate colleagues."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shared.accounts.enums import STAFF_ROLES, Role
from shared.forms.edit_conflicts import EditForm
from shared.ui.fields import OneOfField
from shared.ui.widgets import ExplainedRadioSelect

TO_UNITS = "units"

ROLE_HINTS = {
    Role.AGENT.value: _("Takes cases and answers citizens."),
    Role.SUPERVISOR.value: _("Also assigns cases to colleagues."),
    Role.ADMINISTRATOR.value: _("Also manages the staff list."),
}


class RoleField(forms.TypedChoiceField):
    """Field of the roles of an agency's staff, with the rights of each role."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Role"),
            choices=[(role.value, role.label) for role in STAFF_ROLES],
            coerce=Role,
            widget=ExplainedRadioSelect(ROLE_HINTS),
        )


class AddForm(forms.Form):
    """Form of a new colleague."""

    name = forms.CharField(
        label=_("Name"), max_length=120, widget=forms.TextInput(attrs={"dir": "auto"})
    )
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        help_text=_("Their own address at work: with it they sign in and set their password."),
    )
    role = RoleField()


class ChangeForm(EditForm):
    """Form of a colleague's role, and of whether the colleague may sign in."""

    role = RoleField()
    is_active = forms.BooleanField(label=_("May sign in"), required=False)


class LeaveForm(forms.Form):
    """Form of the person who gets the open cases of a colleague who is deactivated.

    ``role`` is the role chosen in the previous form.
    """

    role = forms.TypedChoiceField(
        choices=[(role.value, role.label) for role in STAFF_ROLES],
        coerce=Role,
        widget=forms.HiddenInput,
    )
    cases_to = OneOfField(
        label=_("To whom do the open cases go?"), prompt=_("Choose who gets the open cases.")
    )

    def __init__(self, *args: Any, colleagues: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["cases_to"].choices = [  # type: ignore[attr-defined]
            ("", _("Choose")),
            (TO_UNITS, _("Back to their units, for somebody to take")),
            *colleagues,
        ]

    def successor_id(self) -> int | None:
        """Return the id of the person who gets the cases, or ``None`` for the cases' units."""
        chosen = self.cleaned_data["cases_to"]
        return None if chosen == TO_UNITS else int(chosen)
