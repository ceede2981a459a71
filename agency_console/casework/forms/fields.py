"""Base classes of the forms about a case."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from agency_console.reply_templates.presenters.placeholders import unfilled_variables
from shared.ui.fields import answers_replace

# No case has so many events, and a larger number would not fit into the column.
MAX_VERSION = 999_999_999


class CaseForm(forms.Form):
    """Form about one ``version`` of a case: a change made meanwhile is a conflict."""

    mark_optional = True
    version = forms.IntegerField(min_value=0, max_value=MAX_VERSION, widget=forms.HiddenInput)

    def made_from(self) -> int | None:
        """Return the version that was sent with the form, or ``None`` if it is not a number."""
        given = str(self.data.get("version", ""))
        return int(given) if given.isascii() and given.isdecimal() and len(given) < 10 else None

    def to_command(self) -> Mapping[str, Any]:
        """Return the keyword arguments of the service, without the case and the actor."""
        return self.cleaned_data

    def rebase(self, version: int) -> None:
        """Bind the form to another version of the case and keep everything that was typed."""
        answers_replace(self, version=version)

    def typed(self) -> dict[str, str]:
        """Return the field values for a case draft: the cleaned value, else the sent value."""
        names = [name for name in self.fields if name != "version"]
        cleaned = getattr(self, "cleaned_data", {})
        return {name: str(cleaned.get(name, self.data.get(name, "")) or "") for name in names}


class SentForm(CaseForm):
    """Form of a text for the citizen; ``template``: the template with which the text was begun."""

    template = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any] | None:
        """Refuse texts with variables in braces, because a citizen must not read unfilled
        variables.
        """
        cleaned = super().clean()
        for name, text in list(self.cleaned_data.items()):
            left = unfilled_variables(text) if isinstance(text, str) else []
            if left:
                # Unicode isolates keep the order of the braces in an Arabic sentence.
                shown = ", ".join(f"\u2066{one}\u2069" for one in left)
                error = _("Write what belongs in the place of %(variables)s.")
                self.add_error(name, ValidationError(error, params={"variables": shown}))
        return cleaned
