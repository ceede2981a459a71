"""What officers write about labels."""

from collections.abc import Sequence

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from shared.complaints.types.labels import LabelInfo


class LabelForm(forms.Form):
    """The name of a label."""

    name = forms.CharField(
        label=_("Name of the label"),
        help_text=_("One or two words. Only your colleagues see labels."),
        max_length=40,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )


class CaseLabelsForm(forms.Form):
    """The labels of a case; ``had`` are those that it had when the page was opened."""

    labels = forms.TypedMultipleChoiceField(
        label=_("Labels of the case"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    had = forms.TypedMultipleChoiceField(
        coerce=int, required=False, widget=forms.MultipleHiddenInput
    )

    def __init__(
        self, data: QueryDict | None, *, labels: Sequence[LabelInfo], had: Sequence[int]
    ) -> None:
        super().__init__(data, initial={"labels": list(had), "had": list(had)})
        numbers = [(one.id, one.name) for one in labels]
        # A label that was retired meanwhile can still be taken off the case.
        self.fields["had"].choices = numbers  # type: ignore[attr-defined]
        self.fields["labels"].choices = [  # type: ignore[attr-defined]
            (one.id, one.name) for one in labels if one.is_active or one.id in had
        ]

    def to_changes(self) -> tuple[list[int], list[int]]:
        """The labels to put on and to take off.

        Only what this officer changed: what a colleague changed meanwhile stays.
        """
        chosen, had = self.cleaned_data["labels"], self.cleaned_data["had"]
        return (
            [one for one in chosen if one not in had],
            [one for one in had if one not in chosen],
        )
