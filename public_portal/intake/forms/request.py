"""The forms of the steps about the request."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _, pgettext

from public_portal.intake.enums import Step
from public_portal.intake.forms.base import OTHER_CATEGORY, StepForm
from public_portal.intake.selectors.finder import (
    categories_of,
    finder_choices,
    organisation_name,
    questions_of,
    recipient_of,
)
from public_portal.intake.types import Answers, FinderQuestion
from shared.catalogue.forms import answers_kept, question_fields
from shared.complaints.enums import Declaration, Kind, Language
from shared.directory.errors import OrganisationNotFound
from shared.directory.forms import CODE
from shared.forms.fields import choose_among
from shared.ui.fields import DayField, LineField, OneOfField, ProseField
from shared.ui.links import OWN_NAMES
from shared.ui.messages import refusals_as_form_errors
from shared.ui.widgets import ExplainedCheckboxes, ExplainedRadioSelect

MIN_STORY = 20

KIND_HINTS: Mapping[str, Promise] = {
    Kind.COMPLAINT: _(
        "An administration has harmed you or denied you a right, and you want it put right. "
        "For example: a permit refused without a reason. "
        "It must answer with its reasons within 60 days."
    ),
    Kind.OBSERVATION: _(
        "You saw something that a public service should know about. "
        "For example: a street lamp that has been out for weeks."
    ),
    Kind.PROPOSAL: _(
        "You have an idea that would make a public service simpler, quicker or fairer. "
        "For example: opening a counter on Saturday morning."
    ),
}
STORY_LABELS: Mapping[str, Promise] = {
    Kind.OBSERVATION: _("What did you see?"),
    Kind.PROPOSAL: _("What do you propose?"),
}


# These labels differ from the heading of the page, which is directly above the field.
STORY_FIELD_LABELS: Mapping[str, Promise] = {
    Kind.OBSERVATION: _("Tell what you saw"),
    Kind.PROPOSAL: _("Describe your proposal"),
}


class KindForm(StepForm):
    """The form for the kind of request: complaint, observation or proposal."""

    title = _("What do you want to send?")
    kind = OneOfField(
        label=title,
        choices=Kind.choices,
        widget=ExplainedRadioSelect(KIND_HINTS),
        prompt=_("Choose what you want to send."),
    )


class OrganisationForm(StepForm):
    """The form for the choice of the body that the request is about."""

    title = _("Which organisation is it about?")
    # A refused body must not be filled in again.
    keeps_unfinished = False
    organisation = forms.CharField(
        label=_("Choose the organisation"),
        max_length=64,
        error_messages={
            "required": _("Search for the organisation, then choose it in the list."),
            "max_length": _("We know no organisation of that name. Search again."),
            "null_characters_not_allowed": _("We know no organisation of that name. Search again."),
        },
    )

    def offer(self, question: FinderQuestion) -> None:
        """Search for bodies, and set the results as the choices of the field."""
        # The chosen body stays in the list, also after another search or an error.
        chosen = str(self.data.get("organisation", "")) if self.data else self.answers.organisation
        choices = finder_choices(
            question=question,
            chosen=chosen if CODE.fullmatch(chosen) else "",
            language=self.page_language,
        )
        self.found = choices.bodies
        self.topics = choices.topics
        self.asked = choices.asked
        choose_among(self, "organisation", self.found)

    def in_words(self) -> list[tuple[str, str]]:
        """Return the label of the field with the name of the chosen body, or its unknown code."""
        code = str(self.initial.get("organisation") or "")
        with suppress(OrganisationNotFound):
            code = code and organisation_name(code=code, language=self.page_language)
        return [(str(self.fields["organisation"].label), code)]

    def clean_organisation(self) -> str:
        """Return the code of the body; require an agency that receives requests about the body."""
        code = str(self.cleaned_data["organisation"])
        with refusals_as_form_errors():
            recipient_of(organisation=code)
        return code


class StoryForm(StepForm):
    """The form for the category, subject and text of the request."""

    subject = LineField(
        label=_("Subject"),
        help_text=_("In a few words. For example: street lighting out of order."),
        max_length=200,
        least=3,
        error_messages={
            "required": _("Give the request a subject, in a few words."),
            "max_length": _("Shorten the subject to 200 characters."),
        },
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    body = ProseField(
        label=_("What happened?"),
        help_text=_(
            "Say with which office, and what you have done so far. "
            "Do not write your identity number here."
        ),
        least=MIN_STORY,
        error_messages={
            "required": _("Tell what it is about, in at least 20 characters."),
            "max_length": _("Shorten the text to 10,000 characters."),
        },
        widget=forms.Textarea(attrs={"rows": "8", "dir": "auto"}),
    )

    def prepare(self) -> None:
        """Set the labels for the kind of request, and add the field of the category."""
        if self.answers.kind == Kind.COMPLAINT:
            self.fields["subject"].label = pgettext("a complaint", "Subject")
        self.title = STORY_LABELS.get(self.answers.kind, _("What happened?"))
        label = STORY_FIELD_LABELS.get(self.answers.kind, _("Tell what happened"))
        self.fields["body"].label = str(label)
        self._ask_category()

    def _ask_category(self) -> None:
        """Add a field with the categories of the body, if there is a choice."""
        categories = categories_of(organisation=self.answers.organisation, kind=self.answers.kind)
        self.codes = {category.code for category in categories}
        # If a category was chosen for another body, the field is needed to change the choice.
        if not self.codes - {OTHER_CATEGORY} and not self.answers.category:
            return
        choices = [(one.code, one.name(self.page_language)) for one in categories]
        if OTHER_CATEGORY not in self.codes:
            choices.append((OTHER_CATEGORY, str(_("Another matter"))))
        self.fields["category"] = OneOfField(
            label=_("What is it about?"),
            choices=[("", _("Choose…")), *choices],
            prompt=_("Choose what it is about. If nothing fits, choose the last entry."),
            widget=forms.Select,
        )
        self.order_fields(["category"])

    def to_answers(self) -> Answers:
        """Return the answers; if the category has changed, the details are removed."""
        chosen = self.cleaned_data.get("category", "")
        answers = replace(super().to_answers(), category=chosen if chosen in self.codes else "")
        same = answers.category == self.answers.category
        return answers if same else replace(answers.reopened(Step.DETAILS), details=())


class CircumstancesForm(StepForm):
    """The form for the optional day and place of the event that the request is about."""

    title = _("When and where?")
    happened_on = DayField(
        label=_("When did it happen?"),
        help_text=_("The day in the civil calendar, for example: 7 3 2026, or 7 March 2026."),
        required=False,
    )
    place = LineField(
        label=_("Place"),
        help_text=_("Where it happened: a street, a quarter, an office."),
        required=False,
        max_length=200,
        error_messages={"max_length": _("Shorten the place to 200 characters.")},
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )


class WishForm(StepForm):
    """The form for the remedy that the citizen asks for, and the language of the reply."""

    title = _("What do you ask for?")
    remedy = ProseField(
        label=_("What would settle the matter?"),
        help_text=_("For example: a refund, a document, a repair, an apology."),
        required=False,
        error_messages={"max_length": _("Shorten the text to 10,000 characters.")},
        widget=forms.Textarea(attrs={"rows": "5", "dir": "auto"}),
    )
    language = OneOfField(
        label=_("In which language should we write to you?"),
        choices=[(code, OWN_NAMES[code]) for code in Language.values],
        widget=forms.RadioSelect,
        prompt=_("Choose a language."),
    )

    def prepare(self) -> None:
        """Preselect the chosen language, or else the language of the page."""
        self.initial["language"] = self.answers.language or self.page_language


# Why an administration cannot examine the declared matter, and to whom the citizen can turn.
DECLARATION_HINTS: Mapping[str, Promise] = {
    Declaration.BEFORE_COURTS: _(
        "An administration cannot examine what a court is examining or has decided. The clerk's "
        "office of that court tells you how the case stands and how to appeal."
    ),
    Declaration.JUDICIAL_POLICE: _(
        "Reports of the judicial police are a matter for the public prosecutor. Write to the "
        "prosecutor at the court of first instance of the place."
    ),
    Declaration.DEFENCE: _(
        "The decree leaves National Defence out. Write to its administration itself; this portal "
        "cannot pass your request on to it."
    ),
    Declaration.OTHER_BODY: _(
        "Where the law names another body, that body answers. If you have written to it already, "
        "give the number that it gave you in your text."
    ),
}
CHOOSE = _("Choose what applies, or “None of these”.")


class AdmissibilityForm(StepForm):
    """The form for declaring matters that an administration cannot examine, such as court cases."""

    title = _("Does any of these apply?")
    declarations = forms.MultipleChoiceField(
        label=title,
        help_text=_(
            "Your request is sent whatever you choose. The administration must then tell you why "
            "it cannot examine it, and where to turn."
        ),
        choices=Declaration.choices,
        widget=ExplainedCheckboxes(DECLARATION_HINTS),
        error_messages={"required": CHOOSE, "invalid_choice": CHOOSE, "invalid_list": CHOOSE},
    )

    def clean_declarations(self) -> list[str]:
        """Require that "none of these" is not combined with another choice."""
        chosen: list[str] = self.cleaned_data["declarations"]
        if Declaration.NONE in chosen and len(chosen) > 1:
            raise ValidationError(
                _("You chose “None of these” and something else. Choose one of the two.")
            )
        return chosen

    def to_answers(self) -> Answers:
        """Return the answers with the chosen declarations."""
        return replace(self.answers, declarations=tuple(self.cleaned_data["declarations"]))


class DetailsForm(StepForm):
    """The form for the optional questions of the chosen category; skipped if there are none."""

    title = _("A few more details")

    def prepare(self) -> None:
        """Add a field for each question of the category."""
        self.questions = questions_of(self.answers)
        self.fields |= question_fields(self.questions, self.page_language)

    def to_answers(self) -> Answers:
        """Return the answers with the details that were given."""
        return replace(self.answers, details=answers_kept(self.questions, self.cleaned_data))
