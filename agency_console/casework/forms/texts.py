"""Forms of questions, messages, notes and labels, and of assigning or merging a case."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from agency_console.casework.forms.fields import MAX_VERSION, CaseForm, SentForm
from agency_console.reply_templates.forms import LONG_PART, WrittenField
from shared.accounts.selectors import officers
from shared.complaints.types.labels import LabelInfo
from shared.kernel.text import search_key
from shared.ui.widgets import OwnMultipleFileInput
from shared.units.selectors import officers_assignable

if TYPE_CHECKING:
    from shared.accounts.models import User
    from shared.complaints.models import Complaint

# With so many equal words in a row, one text is copied from the other text.
PASSAGE_WORDS = 8


class AssignForm(CaseForm):
    """Form of the officer to whom a case is assigned."""

    officer = forms.ModelChoiceField(
        label=_("Officer"), queryset=officers(), empty_label=_("Choose an officer")
    )

    def offer(self, case: "Complaint", *, leave_out: Collection[int]) -> None:
        """Offer the officers to whom the case can be assigned; the service checks the choice."""
        field = cast("forms.ModelChoiceField[User]", self.fields["officer"])
        left = [one for one in officers_assignable(unit_id=case.unit_id) if one.pk not in leave_out]
        field.choices = [("", _("Choose an officer")), *((one.pk, str(one)) for one in left)]


class QuestionForm(SentForm):
    """Form of one question to the citizen."""

    body = WrittenField(
        label=_("Your question"),
        help_text=_("Ask one question. The citizen has 15 days to answer."),
        max_length=LONG_PART,
        rows=5,
    )


class MessageForm(SentForm):
    """Form of a message to the citizen that is not the reply."""

    body = WrittenField(label=_("Your message"), max_length=LONG_PART, rows=5)


class NoteForm(CaseForm):
    """Form of a note to colleagues; the form never conflicts with changes made meanwhile.

    A note that repeats the citizen's words must be confirmed, because the officer may have meant
    to write to the citizen.
    """

    version = None  # type: ignore[assignment]
    body = WrittenField(
        label=_("Your note"),
        help_text=_("Only the staff of your administration can read it."),
        max_length=LONG_PART,
        rows=5,
    )
    confirmed = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def repeats(self, words: Callable[[], Iterable[str]]) -> bool:
        """Return whether the note has a passage of the citizen's words and is not confirmed.

        ``words`` is called only if the note has at least ``PASSAGE_WORDS`` words.
        """
        text = str(self.cleaned_data["body"])
        if self.cleaned_data.get("confirmed") or len(text.split()) < PASSAGE_WORDS:
            return False
        return has_passage(text, words())

    def to_command(self) -> Mapping[str, Any]:
        """Return only the text of the note."""
        return {"body": self.cleaned_data["body"]}


class LabelForm(CaseForm):
    """Form of the labels of a case; ``had``: the labels of the case when the form was opened.

    A colleague's changes of labels made meanwhile are kept, so the form never conflicts.
    """

    version = None  # type: ignore[assignment]
    labels = forms.TypedMultipleChoiceField(
        label=_("Labels"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    had = forms.TypedMultipleChoiceField(
        coerce=int, required=False, widget=forms.MultipleHiddenInput
    )

    def offer(self, labels: Sequence[LabelInfo], *, chosen: Collection[int]) -> None:
        """Offer the labels in use, and the labels that the case has."""
        numbers = [(one.id, one.name) for one in labels]
        offered = [(one.id, one.name) for one in labels if one.is_active or one.id in chosen]
        cast("forms.TypedMultipleChoiceField", self.fields["had"]).choices = numbers
        cast("forms.TypedMultipleChoiceField", self.fields["labels"]).choices = offered
        if not offered:
            self.fields["labels"].help_text = _(
                "A supervisor or an administrator of your administration can add labels."
            )
        self.initial = {**self.initial, "labels": list(chosen), "had": list(chosen)}

    def to_command(self) -> Mapping[str, Any]:
        """Return the labels that this officer added and removed."""
        chosen, had = self.cleaned_data["labels"], self.cleaned_data["had"]
        return {
            "add": [one for one in chosen if one not in had],
            "remove": [one for one in had if one not in chosen],
        }


class FilesForm(forms.Form):
    """Form of files beside a text; ``request.FILES.getlist("uploads")`` returns the files."""

    uploads = forms.FileField(
        label=_("Files to send with it"), required=False, widget=OwnMultipleFileInput
    )


def has_passage(text: str, sources: Iterable[str]) -> bool:
    """Return whether a text has ``PASSAGE_WORDS`` words in a row from one of the sources."""
    words = search_key(text).split()
    passages = {
        tuple(words[start : start + PASSAGE_WORDS])
        for start in range(len(words) - PASSAGE_WORDS + 1)
    }
    return bool(passages) and any(
        tuple(theirs[start : start + PASSAGE_WORDS]) in passages
        for theirs in (search_key(source).split() for source in sources)
        for start in range(len(theirs) - PASSAGE_WORDS + 1)
    )


class MergeForm(CaseForm):
    """Form of two cases to be merged, in the versions that the officer compared."""

    other = forms.CharField(max_length=40, widget=forms.HiddenInput)
    other_version = forms.IntegerField(min_value=0, max_value=MAX_VERSION, widget=forms.HiddenInput)


class ReturnForm(forms.Form):
    """Form of the reason why a text is returned to its author for changes."""

    reason = WrittenField(label=_("What has to be changed"), max_length=2_000, rows=3)
