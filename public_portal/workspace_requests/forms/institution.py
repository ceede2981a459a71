"""Forms of the step that names the institution: in the directory, or proposed."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from public_portal.workspace_requests.errors import InstitutionListed
from public_portal.workspace_requests.selectors.institutions import (
    institution_choices,
    institution_refusal,
    institution_require_free,
    institution_require_unlisted,
    ministries,
)
from public_portal.workspace_requests.types import Answers
from shared.directory.enums import OrganisationKind
from shared.directory.forms import CODE, SearchForm
from shared.directory.selectors.organisations import organisation_find
from shared.forms.fields import choose_among
from shared.forms.wizard import StepForm
from shared.kernel.errors import DomainError
from shared.kernel.text import Wording
from shared.ui.fields import LineField, OneOfField

UNKNOWN = _("We know no organisation of that name. Search again.")


class InstitutionSearchForm(SearchForm):
    """The form to search for an institution by words of its name."""

    def __init__(self, data: Mapping[str, object]) -> None:
        super().__init__(data)
        self.fields["q"].label = _("Name of your institution")


class InstitutionForm(StepForm[Answers]):
    """The form to choose an institution that a search found."""

    title = _("For which institution is the workspace?")
    organisation = forms.CharField(
        label=_("Choose the institution"),
        max_length=64,
        error_messages={
            "required": _("Search for your institution, then choose it in the list."),
            "max_length": UNKNOWN,
            "null_characters_not_allowed": UNKNOWN,
        },
    )

    def __init__(
        self,
        data: Mapping[str, object] | None = None,
        *,
        answers: Answers,
        language: str,
        words: str = "",
        linked: str = "",
    ) -> None:
        super().__init__(data, answers=answers, language=language)
        # The chosen institution stays in the list after a new search and after an error.
        before = linked or answers.organisation_code
        chosen = str(data.get("organisation", "")) if data else before
        self.initial["organisation"] = before
        self.found = institution_choices(
            words=words, chosen=chosen if CODE.fullmatch(chosen) else "", language=language
        )
        choose_among(self, "organisation", self.found)

    def clean_organisation(self) -> str:
        """Return the body's code. Raises ``ValidationError`` if the body may not apply."""
        code = str(self.cleaned_data["organisation"])
        try:
            institution_require_free(code=code)
        except DomainError as refusal:
            raise ValidationError(
                institution_refusal(refusal, code=code, language=self.page_language),
                code=refusal.code,
            ) from None
        return code

    def to_answers(self) -> Answers:
        """Return the answers with the chosen institution, without a proposed institution."""
        return replace(
            self.answers,
            organisation_code=self.cleaned_data["organisation"],
            proposed_ar="",
            proposed_fr="",
            proposed_kind="",
            proposed_parent="",
        )


class ProposalForm(StepForm[Answers]):
    """The form to propose an institution that is not in the directory."""

    title = _("Which institution is it?")
    lead = _("National oversight checks the names, and enters your institution in the directory.")
    proposed_ar = LineField(
        label=_("Its official name in Arabic"),
        least=3,
        widget=forms.TextInput(attrs={"lang": "ar", "dir": "rtl", "autocomplete": "off"}),
        error_messages={
            "required": _("Enter the name in Arabic."),
            "max_length": _("Shorten the name to 200 characters."),
        },
    )
    proposed_fr = LineField(
        label=_("Its official name in French"),
        least=3,
        widget=forms.TextInput(attrs={"lang": "fr", "dir": "ltr", "autocomplete": "off"}),
        error_messages={
            "required": _("Enter the name in French."),
            "max_length": _("Shorten the name to 200 characters."),
        },
    )
    proposed_kind = OneOfField(
        label=_("What kind of body is it?"),
        choices=OrganisationKind.choices,
        widget=forms.RadioSelect,
        prompt=_("Choose what kind of body it is."),
    )
    proposed_parent = OneOfField(
        label=_("Which ministry does it depend on?"),
        help_text=_("Leave it open if it depends on none."),
        required=False,
        prompt=_("Choose a ministry in the list, or leave this field empty."),
    )

    # The code of the body in the directory that has the proposed name.
    listed_code = ""

    def prepare(self) -> None:
        """Offer the ministries as parents of the institution."""
        self.fields["proposed_parent"].choices = ministry_choices(  # type: ignore[attr-defined]
            language=self.page_language, chosen=self.answers.proposed_parent
        )

    def clean(self) -> dict[str, Any]:
        """Return the values; refuse a name that a body in the directory has."""
        typed: dict[str, Any] = super().clean() or self.cleaned_data
        names = Wording(ar=typed.get("proposed_ar", ""), fr=typed.get("proposed_fr", ""), en="")
        try:
            institution_require_unlisted(names=names)
        except InstitutionListed as refusal:
            self.listed_code = str(refusal)
            words = institution_refusal(refusal, code="", language=self.page_language)
            self.add_error("proposed_ar", ValidationError(words, code=refusal.code))
        return typed

    def to_answers(self) -> Answers:
        """Return the answers with the proposal, without an institution of the directory."""
        return replace(self.answers, organisation_code="", **self.cleaned_data)


def ministry_choices(*, language: str, chosen: str) -> list[tuple[str, str]]:
    """Return an empty choice, the ministries sorted by name, and the body ``chosen``."""
    body = organisation_find(code=chosen)
    others = [] if body is None else [(body.code, body.name(language))]
    found = ministries(language=language)
    return [("", "—"), *found, *(one for one in others if one not in found)]
