"""The form of the comparison of agencies."""

from django import forms
from django.utils.translation import gettext_lazy as _

from public_portal.oversight.comparison.types import ComparisonQuestion
from shared.directory.enums import OrganisationKind
from shared.register.forms import ScopeForm


class ComparisonForm(ScopeForm):
    """The form for the scope of the comparison: period, kind of request and kind of body."""

    body = forms.ChoiceField(
        label=_("Kind of body"),
        choices=[("", _("Every kind of body")), *OrganisationKind.choices],
        required=False,
    )

    def to_question(self) -> ComparisonQuestion:
        """Return the question; the form must be valid."""
        return ComparisonQuestion(scope=self.to_scope(), body=self.cleaned_data["body"] or None)
