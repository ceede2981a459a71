"""Form fields for the questions of a category."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from shared.catalogue.enums import QuestionKind
from shared.catalogue.types import Details, QuestionInfo
from shared.kernel.quantities import MAX_TYPED_LENGTH, number_kept
from shared.ui.fields import DayField, FilesField, LineField, NumberField
from shared.ui.widgets import CommaSeparatedCheckboxes

# The prefix of a field's name; the code of the question follows.
DETAIL = "detail_"
MAX_DETAIL_LENGTH = 200


def question_fields(questions: Sequence[QuestionInfo], language: str) -> dict[str, forms.Field]:
    """Return optional form fields for questions, as a dict keyed by field name."""
    return {f"{DETAIL}{one.code}": _detail_field(one, language) for one in questions}


def answers_kept(questions: Sequence[QuestionInfo], cleaned: Mapping[str, object]) -> Details:
    """Return the answers in the stored form, without files and blank answers."""
    return tuple(
        pair
        for pair in [
            (one.code, _kept(cleaned[f"{DETAIL}{one.code}"]))
            for one in questions
            if one.kind != QuestionKind.FILE
        ]
        if pair[1]
    )


def _kept(answer: object) -> str:
    """Return the stored form of an answer; a day is in ISO format, codes are joined by commas."""
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
                widget=CommaSeparatedCheckboxes,
                help_text=_("Choose all that apply."),
                error_messages=not_offered,
            )
        case QuestionKind.DATE:
            # The day of an answer may be in the future, for example the day of an appointment.
            return DayField(label=label, required=False, may_be_ahead=True)
        case QuestionKind.NUMBER:
            return _number_field(question, language)
        case QuestionKind.FILE:
            return FilesField(label=label, required=False)
    return LineField(
        label=label,
        required=False,
        max_length=MAX_DETAIL_LENGTH,
        error_messages={"max_length": _("Shorten this answer to 200 characters.")},
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )


def _number_field(question: QuestionInfo, language: str) -> forms.Field:
    return NumberField(
        label=question.text(language),
        required=False,
        max_length=MAX_TYPED_LENGTH,
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
