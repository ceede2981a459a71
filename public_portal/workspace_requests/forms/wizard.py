"""Forms of the steps after the institution, and the wizard of all steps."""

from collections.abc import Mapping
from dataclasses import replace

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _, ngettext

from public_portal.workspace_requests.enums import Step, Volume
from public_portal.workspace_requests.errors import FreeMailbox
from public_portal.workspace_requests.selectors.requests import plan_offers
from public_portal.workspace_requests.services.email_proof import CODE_DIGITS
from public_portal.workspace_requests.types import TERMS_VERSION, Answers, KeptRequest
from shared.forms import wizard
from shared.forms.fields import (
    MailedCodeField,
    contact_email_field,
    contact_phone_field,
    person_name_field,
)
from shared.forms.wizard import StepForm
from shared.kernel.contacts import is_disposable, is_free_mailbox
from shared.ui.fields import LineField, NumberField, OneOfField, ProseField
from shared.ui.messages import refusals_as_form_errors
from shared.ui.widgets import ExplainedRadioSelect
from tenants.billing.selectors import plans_offered
from tenants.case_access.errors import DisposableEmail

MAX_SEATS = 5_000
MAX_MESSAGE_LENGTH = 2_000


class EmailForm(StepForm[Answers]):
    """The form for the official e-mail address, to which the six-digit code is sent."""

    title = _("What is your official e-mail address?")
    lead = _(
        "Use the address that your institution gave you. We send a code there, and later "
        "everything about this request."
    )
    email = contact_email_field(
        label=_("Official e-mail address"),
        help_text=_("For example: name@institution.gov.ma. No private mailbox."),
        missing=_("Enter your official e-mail address."),
    )

    def clean_email(self) -> str:
        """Return the e-mail address; refuse domains of free and disposable mailboxes."""
        email = str(self.cleaned_data["email"]).strip().lower()
        with refusals_as_form_errors():
            if is_disposable(email):
                raise DisposableEmail(field="email")
            if is_free_mailbox(email):
                raise FreeMailbox(field="email")
        return email


class CodeForm(forms.Form):
    """The form for the six-digit code that was sent by e-mail."""

    title = _("Enter the code")
    code = MailedCodeField(
        digits=CODE_DIGITS,
        help_text=_("Six digits, in the e-mail that we have just sent."),
        invalid=_("The code has six digits. Read it again in the e-mail."),
    )


class PersonForm(StepForm[Answers]):
    """The form for the responsible person, later the first administrator of the workspace."""

    title = _("Who is responsible?")
    lead = _(
        "This person becomes the first administrator of the workspace and can name others. "
        "Only national oversight sees these details."
    )
    person_name = person_name_field(least=2, missing=_("Enter the name of the responsible person."))
    person_function = LineField(
        label=_("Function"),
        help_text=_("For example: head of the complaints unit."),
        least=2,
        max_length=120,
        error_messages={
            "required": _("Enter the function of the responsible person."),
            "max_length": _("Shorten the function to 120 characters."),
        },
        widget=forms.TextInput(attrs={"autocomplete": "organization-title", "dir": "auto"}),
    )
    phone = contact_phone_field(
        help_text=_("With or without spaces. For example: 0537123456."),
        missing=_("Enter a telephone number of the institution."),
    )


class NeedsForm(StepForm[Answers]):
    """The form for the expected count of requests, the plan and the count of staff."""

    title = _("What do you need?")
    lead = _("An estimate will do. You can change the plan and the number of people at any time.")
    volume = OneOfField(
        label=_("How many requests of citizens do you expect in a month?"),
        choices=Volume.choices,
        widget=forms.RadioSelect,
        prompt=_("Choose how many requests you expect."),
    )
    plan_code = OneOfField(
        label=_("Which plan do you wish for?"),
        help_text=_("Whatever the plan: citizens never pay, and never wait because of a bill."),
        prompt=_("Choose a plan."),
    )
    seats = NumberField(
        label=_("How many people will answer requests?"),
        error_messages={"required": _("Enter how many people will answer.")},
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "class": "input-short"}
        ),
    )
    message = ProseField(
        label=_("What else should we know?"),
        help_text=_("For example: when you want to begin, or which software you use today."),
        required=False,
        max_length=MAX_MESSAGE_LENGTH,
        error_messages={"max_length": _("Shorten the text to 2,000 characters.")},
        widget=forms.Textarea(attrs={"rows": "4", "dir": "auto"}),
    )

    def prepare(self) -> None:
        """Offer the plans; if there is no plan, remove the field of the plan."""
        offers = plan_offers(plans_offered(), language=self.page_language)
        if not offers:
            del self.fields["plan_code"]
            return
        field = self.fields["plan_code"]
        field.widget = ExplainedRadioSelect({one.code: one.hint for one in offers})
        field.choices = [(one.code, one.name) for one in offers]  # type: ignore[attr-defined]

    def clean_seats(self) -> int:
        """Return the count of staff. Raises ``ValidationError`` unless it is 1 to 5,000."""
        seats = self.cleaned_data["seats"]
        if seats != int(seats) or not 1 <= seats <= MAX_SEATS:
            raise ValidationError(_("Enter a whole number from 1 to 5,000."), code="out_of_range")
        return int(seats)

    def clean(self) -> None:
        """Refuse a plan with fewer seats than the count of staff."""
        super().clean()
        seats = self.cleaned_data.get("seats")
        chosen = self.cleaned_data.get("plan_code")
        plan = next((one for one in plans_offered() if one.code == chosen), None)
        if seats and plan and plan.seats is not None and seats > plan.seats:
            words = ngettext(
                "The plan that you have chosen is for %(limit)d person. Choose another plan.",
                "The plan that you have chosen is for up to %(limit)d people. Choose another plan "
                "if more will answer.",
                plan.seats,
            )
            self.add_error("seats", ValidationError(words % {"limit": plan.seats}, code="plan"))


class TermsForm(StepForm[Answers]):
    """The form for the agreement to the current version of the terms."""

    title = _("The terms of use")
    agreed = forms.BooleanField(
        label=_("I have read the terms, and I may agree to them in the name of the institution"),
        error_messages={"required": _("Without this agreement no workspace can be made.")},
    )

    def prepare(self) -> None:
        """Tick the box if the answers contain an agreement to the current version."""
        self.initial["agreed"] = self.answers.terms_version == TERMS_VERSION

    def to_answers(self) -> Answers:
        """Return the answers with the current version of the terms."""
        return replace(self.answers, terms_version=TERMS_VERSION)


class AnswerForm(forms.Form):
    """The form for the institution's answer to a question of national oversight."""

    text = ProseField(
        label=_("Your answer"),
        max_length=MAX_MESSAGE_LENGTH,
        error_messages={
            "required": _("Write your answer."),
            "max_length": _("Shorten the text to 2,000 characters."),
        },
        widget=forms.Textarea(attrs={"rows": "5", "dir": "auto"}),
    )


FORMS: Mapping[Step, type[StepForm[Answers]]] = {
    Step.PERSON: PersonForm,
    Step.NEEDS: NeedsForm,
    Step.TERMS: TermsForm,
}


PAGES: Mapping[Step, str] = {
    Step.INSTITUTION: "workspace_requests:choose-institution",
    Step.EMAIL: "workspace_requests:give-email",
    Step.CODE: "workspace_requests:enter-code",
    Step.PERSON: "workspace_requests:give-person",
    Step.NEEDS: "workspace_requests:state-needs",
    Step.TERMS: "workspace_requests:accept-terms",
    Step.CHECK: "workspace_requests:check-answers",
}


class Wizard(wizard.Wizard[Step]):
    """The wizard of a workspace request, computed from the stored answers."""

    parts = [(step,) for step in Step]
    pages = PAGES
    start_page = "workspace_requests:show-offer"
    keeps_change = True

    def __init__(self, kept: KeptRequest) -> None:
        # A proved e-mail address needs no code.
        super().__init__(left_out=[Step.CODE] if kept.is_proved else [])
        answers = kept.answers
        self.answered = {
            Step.INSTITUTION: answers.names_institution,
            Step.EMAIL: bool(answers.email),
            Step.CODE: kept.is_proved,
            Step.PERSON: bool(answers.person_name),
            Step.NEEDS: bool(answers.volume),
            Step.TERMS: answers.terms_version == TERMS_VERSION,
        }

    def is_answered(self, step: Step) -> bool:
        """Return whether the answer of a step is stored."""
        return self.answered[step]
