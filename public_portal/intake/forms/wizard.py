"""The way through the steps: which there are, which is open, and the last look."""

from collections.abc import Mapping
from dataclasses import replace

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from public_portal.intake.enums import PARTS, Step
from public_portal.intake.forms.base import StepForm, as_typed
from public_portal.intake.forms.files import FilesForm
from public_portal.intake.forms.person import PersonForm, PrivacyForm
from public_portal.intake.forms.request import (
    AdmissibilityForm,
    DetailsForm,
    KindForm,
    OrganisationForm,
    StoryForm,
    WishForm,
)
from public_portal.intake.selectors import questions_of
from public_portal.intake.types import Answers
from shared.complaints.enums import Kind, Privacy
from shared.limits.services import MAX_PROOF_LENGTH
from tenants.case_access.errors import LinkNotFound
from tenants.case_access.services.one_time_links import follow_up_read

FORMS: Mapping[Step, type[StepForm]] = {
    Step.KIND: KindForm,
    Step.ORGANISATION: OrganisationForm,
    Step.ADMISSIBILITY: AdmissibilityForm,
    Step.STORY: StoryForm,
    Step.DETAILS: DetailsForm,
    Step.WISH: WishForm,
    Step.FILES: FilesForm,
    Step.PRIVACY: PrivacyForm,
    Step.PERSON: PersonForm,
}


class Wizard:
    """The pages that one citizen walks through, given what they have answered."""

    def __init__(self, *, answers: Answers, language: str) -> None:
        self.answers = answers
        self.language = language
        left_out = set()
        if answers.privacy == Privacy.ANONYMOUS:
            left_out.add(Step.PERSON)
        if not questions_of(answers):
            left_out.add(Step.DETAILS)
        self.steps = [step for step in Step if step not in left_out]

    def number(self, step: Step) -> int:
        """The part of the journey that it belongs to, from 1."""
        return next(at for at, part in enumerate(PARTS, start=1) if step in part)

    def after(self, step: Step) -> Step:
        """The page that follows."""
        return self.steps[self.steps.index(step) + 1]

    def before(self, step: Step) -> Step:
        """The page that leads to it; the first leads to itself."""
        return self.steps[max(self.steps.index(step) - 1, 0)]

    def detour(self, step: Step) -> Step | None:
        """The page to answer instead of ``step``: an open question before it, or what is next.

        ``None`` where ``step`` is the page to show.
        """
        gap = self._gap(before=step)
        if gap or step in self.steps:
            return gap
        return self._gap(before=Step.CHECK) or Step.CHECK

    def _gap(self, *, before: Step) -> Step | None:
        order = list(Step)
        for step in self.steps:
            if order.index(step) >= order.index(before):
                return None
            if self.answers.typed_on(step):
                return step
            form = FORMS[step](as_typed(self.answers), answers=self.answers, language=self.language)
            if not form.is_valid():
                return step
        return None


class LinkForm(forms.Form):
    """What an address of ours may choose beforehand; anything else in it is left aside."""

    kind = forms.ChoiceField(choices=Kind.choices, required=False)
    organisation = forms.SlugField(max_length=64, required=False)
    # Signed by the space of the earlier request, whose citizen alone can ask for it.
    follows = forms.CharField(max_length=200, required=False)

    def clean_follows(self) -> dict[str, str]:
        """The earlier request and what is known from it; a link that is too old is left aside.

        An earlier one that hides its person is not named: the new one may say who they are.
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
        """The answers with the choices of the address in their places."""
        self.full_clean()
        earlier = self.cleaned_data.pop("follows", {})
        chosen = {name: value for name, value in self.cleaned_data.items() if value}
        return replace(answers, **{**chosen, **earlier})


class CheckForm(forms.Form):
    """The last look: nothing to fill in for a person."""

    website = forms.CharField(
        label=_("Leave this empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    seal = forms.CharField(required=False, widget=forms.HiddenInput)
    # What proves that no machine files in bulk; asked for only over the limits.
    altcha = forms.CharField(required=False, max_length=MAX_PROOF_LENGTH, widget=forms.HiddenInput)
    code = forms.CharField(
        label=_("Code of the letter"),
        required=False,
        max_length=20,
        widget=forms.TextInput(
            attrs={
                "inputmode": "numeric",
                "autocomplete": "one-time-code",
                "dir": "ltr",
                "class": "input-short",
            }
        ),
    )

    def __init__(self, data: Mapping[str, object] | None = None, *, seal: str) -> None:
        super().__init__(data=data)
        self.expected = seal

    def clean_website(self) -> str:
        """Only a programme fills in what nobody sees."""
        if self.cleaned_data["website"]:
            raise ValidationError(_("Leave the hidden field empty, then send again."))
        return ""

    def clean(self) -> None:
        """What is sent is what was looked at."""
        if self.cleaned_data.get("seal") != self.expected:
            raise ValidationError(
                _("Your answers have changed since. Look at them again, then send.")
            )
