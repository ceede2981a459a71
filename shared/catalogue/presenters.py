"""Texts of the answers to the questions of a category."""

from collections.abc import Sequence
from datetime import date

from babel.numbers import format_decimal
from django.utils.translation import gettext as _, override

from shared.catalogue.enums import QuestionKind
from shared.catalogue.errors import AnswerUnknown
from shared.catalogue.types import CategoryInfo, Details, QuestionInfo
from shared.kernel.day_parsing import InvalidDay
from shared.kernel.quantities import InvalidNumber, number_parse
from shared.ui.dates import day_text

# Arabic and French texts have numbers as in Morocco (1.500,50).
NUMBER_LOCALES = {"ar": "ar_MA", "fr": "fr_MA", "en": "en"}


def with_details(body: str, *, category: CategoryInfo, details: Details, language: str) -> str:
    """Return the text of a request, followed by the questions of its category and the answers.

    Raises ``AnswerUnknown``, ``InvalidNumber``, ``InvalidDay``.
    """
    pairs = details_in_words(category.questions, details, language)
    with override(language):
        lines = [
            _("%(question)s: %(answer)s") % {"question": asked, "answer": answer}
            for asked, answer in pairs
        ]
    return "\n\n".join([body, *(["\n".join(lines)] if lines else [])])


def details_in_words(
    questions: Sequence[QuestionInfo], details: Details, language: str
) -> list[tuple[str, str]]:
    """Return pairs of question and answer. Raises the errors of ``with_details``."""
    asked = {question.code: question for question in questions}
    if not asked.keys() >= dict(details).keys():
        raise AnswerUnknown(field="answers")
    return [
        (asked[code].text(language), _answer_in_words(asked[code], answer, language))
        for code, answer in details
    ]


def _answer_in_words(question: QuestionInfo, answer: str, language: str) -> str:
    try:
        match question.kind:
            case QuestionKind.CHOICE:
                return _option_in_words(question, answer, language)
            case QuestionKind.MANY:
                codes = dict.fromkeys(answer.split(","))
                words = [_option_in_words(question, code, language) for code in codes]
                return ("، " if language == "ar" else ", ").join(words)
            case QuestionKind.NUMBER:
                return str(format_decimal(number_parse(answer), locale=NUMBER_LOCALES[language]))
            case QuestionKind.DATE:
                return day_text(date.fromisoformat(answer), language=language)
            case QuestionKind.FILE:
                raise AnswerUnknown(field="answers")
    except InvalidNumber:
        raise InvalidNumber(field="answers") from None
    except ValueError:
        raise InvalidDay(field="answers") from None
    return answer


def _option_in_words(question: QuestionInfo, code: str, language: str) -> str:
    for option in question.options:
        if option.code == code:
            return option.text(language)
    raise AnswerUnknown(field="answers")
