"""The forms with which national oversight decides on requests for a workspace."""

from collections.abc import Mapping

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils.translation import gettext, gettext_lazy as _

from public_portal.workspace_requests.forms.institution import ministry_choices
from public_portal.workspace_requests.selectors.institutions import (
    CODE_SHAPE,
    MAX_CODE_LENGTH,
    agency_code_proposed,
    agency_code_require,
)
from public_portal.workspace_requests.selectors.requests import plan_offers
from public_portal.workspace_requests.types import Approval, RequestDetail
from shared.directory.enums import OrganisationKind
from shared.kernel.text import Wording
from shared.ui.fields import LineField, OneOfField, ProseField
from shared.ui.messages import refusals_as_form_errors
from shared.ui.widgets import Words
from tenants.billing.selectors import plans_offered
from tenants.fleet.errors import AgencyCodeReserved, AgencyCodeTaken

MAX_TEXT_LENGTH = 2_000
BAD_CODE = _(
    "Write small Latin letters and digits, with single dashes between them; a letter comes first."
)


class CodeField(forms.CharField):
    """A field for the code of a new workspace; the code becomes part of the host name."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Code of the workspace"),
            help_text=_(
                "It becomes the address of the workspace. It cannot be changed later. Choose a "
                "short name that everybody can read; you can change the suggestion."
            ),
            max_length=MAX_CODE_LENGTH,
            error_messages={
                "required": _("Enter the code of the workspace."),
                "max_length": _("Shorten the code to 50 characters."),
            },
            widget=forms.TextInput(
                attrs={
                    "dir": "ltr",
                    "autocomplete": "off",
                    "spellcheck": "false",
                    "hx-get": reverse_lazy("workspace_review:check-code"),
                    "hx-trigger": "input changed delay:300ms",
                    "hx-target": "#code-state",
                }
            ),
        )

    def clean(self, value: object) -> str:
        """Return the code. Raises ``ValidationError`` for a malformed, reserved or taken code."""
        code = str(super().clean(value)).strip().lower()
        if not CODE_SHAPE.fullmatch(code):
            raise ValidationError(BAD_CODE, code="invalid")
        with refusals_as_form_errors(only=(AgencyCodeReserved, AgencyCodeTaken)):
            agency_code_require(code=code)
        return code


class CodeCheckForm(forms.Form):
    """The form that checks a code while the code is typed."""

    code = CodeField()


class DecisionForm(forms.Form):
    """The base form of decisions; ``version`` is the version that the reviewer has read."""

    version = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Mapping[str, object] | None = None,
        *,
        request_detail: RequestDetail,
        initial: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(
            data=data,
            initial={"version": request_detail.version, **(initial or {})},
            auto_id=f"{type(self).__name__.lower()}_%s",
        )


class AskForm(DecisionForm):
    """The form for a question to the institution."""

    text = ProseField(
        label=_("Your question"),
        help_text=_("The institution receives it by e-mail and answers on its page."),
        least=10,
        max_length=MAX_TEXT_LENGTH,
        error_messages={
            "required": _("Write the question."),
            "max_length": _("Shorten the text to 2,000 characters."),
        },
        widget=forms.Textarea(attrs={"rows": "4", "dir": "auto"}),
    )


class RefuseForm(DecisionForm):
    """The form for the reason of a refusal."""

    reason = ProseField(
        label=_("Reason"),
        help_text=_("The institution will read exactly this text. Say what it can do now."),
        least=20,
        max_length=MAX_TEXT_LENGTH,
        error_messages={
            "required": _("Write the reason: the institution has a right to it."),
            "max_length": _("Shorten the text to 2,000 characters."),
        },
        widget=forms.Textarea(attrs={"rows": "4", "dir": "auto"}),
    )


def _name(label: Words, language: str) -> LineField:
    direction = "rtl" if language == "ar" else "ltr"
    return LineField(
        label=label,
        least=2,
        error_messages={
            "required": _("Give the name in all three languages."),
            "max_length": _("Shorten the name to 200 characters."),
        },
        widget=forms.TextInput(attrs={"lang": language, "dir": direction}),
    )


class ApproveForm(DecisionForm):
    """The form that approves a request for a workspace."""

    code = CodeField()
    name_ar = _name(_("Name in Arabic"), "ar")
    name_fr = _name(_("Name in French"), "fr")
    name_en = _name(_("Name in English"), "en")
    kind = OneOfField(
        label=_("Kind of body"),
        choices=OrganisationKind.choices,
        prompt=_("Choose what kind of body it is."),
    )
    parent = OneOfField(
        label=_("Supervising body"),
        required=False,
        prompt=_("Choose a ministry in the list, or leave this field empty."),
    )
    plan = OneOfField(label=_("Plan"), prompt=_("Choose a plan."))

    def __init__(
        self,
        data: Mapping[str, object] | None = None,
        *,
        request_detail: RequestDetail,
        language: str,
    ) -> None:
        answers, names = request_detail.answers, request_detail.institution
        initial = {
            "code": agency_code_proposed(request_detail),
            "name_ar": names.ar,
            "name_fr": names.fr,
            "name_en": names.en,
            "kind": answers.proposed_kind,
            "parent": answers.proposed_parent,
            "plan": answers.plan_code,
        }
        super().__init__(data, request_detail=request_detail, initial=initial)
        self._offer(
            "plan",
            [(one.code, one.name) for one in plan_offers(plans_offered(), language=language)],
        )
        if "plan" in self.fields:
            self.fields["plan"].help_text = " ".join(
                gettext("%(people)d people are expected: “%(plan)s” is for %(limit)d at most.")
                % {"people": answers.seats, "plan": one.name(language), "limit": one.seats}
                for one in plans_offered()
                if one.seats is not None and one.seats < (answers.seats or 0)
            )
        if request_detail.is_proposed:
            chosen = answers.proposed_parent
            self._offer("parent", ministry_choices(language=language, chosen=chosen))
        else:
            del self.fields["kind"], self.fields["parent"]

    def to_approval(self) -> Approval:
        """Return the decision; the form must be valid."""
        typed = self.cleaned_data
        return Approval(
            code=typed["code"],
            names=Wording(ar=typed["name_ar"], fr=typed["name_fr"], en=typed["name_en"]),
            plan_code=typed.get("plan", ""),
            kind=OrganisationKind(typed["kind"]) if typed.get("kind") else None,
            parent_code=typed.get("parent", ""),
        )

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        if choices:
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields[name]


def decision_forms(
    request_detail: RequestDetail, sent: DecisionForm | None, *, language: str
) -> dict[str, object]:
    """Return the three decision forms of a page, for the template context.

    ``written``: labels and values of the sent form, for a page that has no form any more.
    """
    every = dict(
        zip(("approve", "ask", "refuse"), unsent_forms(request_detail, language), strict=True)
    )
    fields = sent.visible_fields() if sent else []
    return {
        **{name: sent if type(sent) is type(form) else form for name, form in every.items()},
        "written": [(str(field.label), str(field.value() or "")) for field in fields],
    }


def unsent_forms(request_detail: RequestDetail, language: str) -> list[DecisionForm]:
    """Return new, unbound forms for the three decisions."""
    return [
        ApproveForm(request_detail=request_detail, language=language),
        AskForm(request_detail=request_detail),
        RefuseForm(request_detail=request_detail),
    ]
