"""The step about the details: the questions that the chosen category asks."""

from collections.abc import Mapping
from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from public_portal.intake.forms.base import StepForm
from public_portal.intake.selectors import questions_of
from public_portal.intake.types import Answers
from shared.catalogue.forms import answers_kept, question_fields


class DetailsForm(StepForm):
    """The category's own questions; left out where it has none. None has to be answered."""

    title = _("A few more details")

    def __init__(
        self, data: Mapping[str, object] | None = None, *, answers: Answers, language: str
    ) -> None:
        super().__init__(data, answers=answers, language=language)
        self.questions = questions_of(answers)
        self.fields |= question_fields(self.questions, language)

    def to_answers(self) -> Answers:
        """Only what was answered."""
        return replace(self.answers, details=answers_kept(self.questions, self.cleaned_data))
