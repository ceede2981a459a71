"""The wizard for filing a request, and the answers that a link presets."""

from collections.abc import Mapping
from dataclasses import replace

from django import forms

from public_portal.intake.enums import PARTS, Step
from public_portal.intake.forms.base import StepForm, as_typed
from public_portal.intake.forms.files import FilesForm
from public_portal.intake.forms.person import PersonForm, PrivacyForm
from public_portal.intake.forms.request import (
    AdmissibilityForm,
    CircumstancesForm,
    DetailsForm,
    KindForm,
    OrganisationForm,
    StoryForm,
    WishForm,
)
from public_portal.intake.selectors.finder import questions_of
from public_portal.intake.types import Answers
from shared.complaints.enums import Kind, Privacy
from shared.forms import wizard
from tenants.case_access.errors import LinkNotFound
from tenants.case_access.services.one_time_links import follow_up_read

FORMS: Mapping[Step, type[StepForm]] = {
    Step.KIND: KindForm,
    Step.ORGANISATION: OrganisationForm,
    Step.ADMISSIBILITY: AdmissibilityForm,
    Step.STORY: StoryForm,
    Step.CIRCUMSTANCES: CircumstancesForm,
    Step.DETAILS: DetailsForm,
    Step.WISH: WishForm,
    Step.FILES: FilesForm,
    Step.PRIVACY: PrivacyForm,
    Step.PERSON: PersonForm,
}

PAGES: Mapping[Step, str] = {
    Step.KIND: "intake:start",
    Step.ORGANISATION: "intake:choose-organisation",
    Step.ADMISSIBILITY: "intake:say-admissibility",
    Step.STORY: "intake:tell-story",
    Step.CIRCUMSTANCES: "intake:tell-circumstances",
    Step.DETAILS: "intake:give-details",
    Step.WISH: "intake:state-wish",
    Step.FILES: "intake:add-files",
    Step.PRIVACY: "intake:choose-privacy",
    Step.PERSON: "intake:give-contact",
    Step.CHECK: "intake:check-answers",
}
# An empty form of these steps is valid, so the step counts as answered only when accepted.
OPTIONAL = (Step.CIRCUMSTANCES, Step.DETAILS, Step.FILES)


class Wizard(wizard.Wizard[Step]):
    """The wizard for one request, with the answers given so far."""

    parts = PARTS
    pages = PAGES
    start_page = "pages:home"

    def __init__(self, *, answers: Answers, language: str) -> None:
        self.answers = answers
        self.language = language
        is_asked = {
            Step.PERSON: answers.privacy != Privacy.ANONYMOUS,
            Step.DETAILS: bool(questions_of(answers)),
        }
        super().__init__(left_out=[step for step, asked in is_asked.items() if not asked])

    def is_answered(self, step: Step) -> bool:
        """Return whether a step has valid answers and no unfinished page.

        An optional step must also have been accepted.
        """
        is_unfinished = FORMS[step].keeps_unfinished and self.answers.is_unfinished(step)
        if is_unfinished or (step in OPTIONAL and step not in self.answers.accepted):
            return False
        data = as_typed(self.answers)
        return FORMS[step](data, answers=self.answers, language=self.language).is_valid()


class LinkForm(forms.Form):
    """The form for the answers that the query string of a page presets."""

    kind = forms.ChoiceField(choices=Kind.choices, required=False)
    organisation = forms.SlugField(max_length=64, required=False)
    # Signed data of an earlier request; only its citizen can get the signed link.
    follows = forms.CharField(max_length=200, required=False)

    def clean_follows(self) -> dict[str, str]:
        """Return answers from the earlier request, or an empty dict without a valid link.

        The reference of an anonymous or confidential request is left out, because the new request
        may name the citizen.
        """
        signed = str(self.cleaned_data["follows"])
        try:
            earlier = follow_up_read(signed=signed) if signed else None
        except LinkNotFound:
            earlier = None
        if earlier is None:
            return {}
        return {
            "follows": earlier.reference if earlier.privacy == Privacy.NAMED else "",
            "kind": str(earlier.kind.value),
            "organisation": earlier.organisation_code,
            "category": earlier.category_code,
        }

    def to_answers(self, answers: Answers) -> Answers:
        """Return the answers with the values that the query string presets."""
        self.full_clean()
        earlier = self.cleaned_data.pop("follows", {})
        chosen = {name: value for name, value in self.cleaned_data.items() if value}
        return replace(answers, **{**chosen, **earlier})
