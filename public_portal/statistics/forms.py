"""The form of the public figures."""

from collections.abc import Mapping, Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from public_portal.statistics.enums import Grouping
from public_portal.statistics.types import FiguresQuestion
from shared.register.forms import PublicScopeForm
from tenants.agencies.types import AgencyInfo


class FiguresForm(PublicScopeForm):
    """The form for the period, kind and administration of figures, on the page and in the API."""

    group = forms.ChoiceField(
        required=False, choices=[("", ""), *Grouping.choices], widget=forms.HiddenInput
    )

    def __init__(
        self, asked: Mapping[str, str], *, agencies: Sequence[AgencyInfo], language: str
    ) -> None:
        super().__init__(asked)
        names = sorted((agency.name(language), agency.code) for agency in agencies)
        self.fields["agency"] = forms.ChoiceField(
            label=_("Administration"),
            required=False,
            choices=[("", _("All administrations")), *((code, name) for name, code in names)],
        )

    def to_question(self) -> FiguresQuestion:
        """Return the scope and the grouping; call this on a valid form."""
        group = self.cleaned_data["group"]
        return FiguresQuestion(
            scope=self.to_scope(agency_code=self.cleaned_data["agency"] or None),
            grouping=Grouping(group) if group else None,
        )
