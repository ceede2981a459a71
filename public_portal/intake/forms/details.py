"""The step about the details: the questions that the chosen category asks."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from public_portal.intake.forms.base import DETAIL, StepForm
from public_portal.intake.selectors import questions_of
from public_portal.intake.types import Answers
from shared.catalogue.enums import QuestionKind
from shared.catalogue.types import QuestionInfo
from shared.kernel.quantities import LONGEST_TYPED, number_kept
from shared.ui.fields import DayField, LineField, NumberField
from shared.ui.widgets import SeveralCheckboxes

LONGEST_DETAIL = 200


class DetailsForm(StepForm):
    """The category's own questions; left out where it has none. None has to be answered."""

    title = _("A few more details")

    def __init__(
        self, data: Mapping[str, object] | None = None, *, answers: Answers, language: str
    ) -> None:
        super().__init__(data, answers=answers, language=language)
        self.questions = questions_of(answers)
        for question in self.questions:
            self.fields[f"{DETAIL}{question.code}"] = _detail_field(question, language)

    def to_answers(self) -> Answers:
        """Only what was answered."""
        given = [
            (question.code, _kept(self.cleaned_data[f"{DETAIL}{question.code}"]))
            for question in self.questions
        ]
        return replace(self.answers, details=tuple(pair for pair in given if pair[1]))


def _kept(answer: object) -> str:
    """An answer as the text that is stored: a number without spaces, an ISO day, codes in a row."""
    match answer:
        case Decimal():
            return number_kept(answer)
        case date():
            return answer.isoformat()
        case list():
            return ",".join(answer)
    return str(answer or "")


def _detail_field(question: QuestionInfo, language: str) -> forms.Field:
    label = question.text(language)
    choices = [(option.code, option.text(language)) for option in question.options]
    not_offered = {"invalid_choice": _("Choose among the answers in the list.")}
    match question.kind:
        case QuestionKind.CHOICE:
            return forms.ChoiceField(
                label=label,
                required=False,
                choices=choices,
                widget=forms.RadioSelect,
                error_messages=not_offered,
            )
        case QuestionKind.MANY:
            return forms.MultipleChoiceField(
                label=label,
                required=False,
                choices=choices,
                widget=SeveralCheckboxes,
                help_text=_("Choose all that apply."),
                error_messages=not_offered,
            )
        case QuestionKind.DATE:
            # An appointment may lie ahead.
            return DayField(label=label, required=False, may_be_ahead=True)
        case QuestionKind.NUMBER:
            return _number_field(question, language)
    return LineField(
        label=label,
        required=False,
        max_length=LONGEST_DETAIL,
        error_messages={"max_length": _("Shorten this answer to 200 characters.")},
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )


def _number_field(question: QuestionInfo, language: str) -> forms.Field:
    return NumberField(
        label=question.text(language),
        required=False,
        max_length=LONGEST_TYPED,
        error_messages={"max_length": _("This number is too long.")},
        widget=forms.TextInput(
            attrs={
                "inputmode": "decimal",
                "autocomplete": "off",
                "dir": "ltr",
                "class": "input-short",
            }
        ),
    )
