"""What every step of the journey has in common."""

from collections.abc import Mapping
from dataclasses import asdict, replace

from django import forms
from django.utils.functional import Promise

from public_portal.workspace_requests.types import Answers


class StepForm(forms.Form):
    """One step: filled from the answers, or from what was just typed."""

    mark_optional = True
    title: str | Promise = ""
    lead: str | Promise = ""

    def __init__(
        self, data: Mapping[str, object] | None = None, *, answers: Answers, language: str
    ) -> None:
        super().__init__(data=data, initial=asdict(answers))
        self.answers = answers
        self.page_language = language

    def to_answers(self) -> Answers:
        """All the answers, with those of this step in place."""
        return replace(self.answers, **self.cleaned_data)
